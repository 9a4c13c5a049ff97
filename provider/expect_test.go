package provider

import (
	"slices"
	"testing"
	"time"
)

// over builds overrides from a map keyed by TYPE or SOURCE/TYPE.
func over(t *testing.T, named map[string]Override) map[TypeKey]NamedOverride {
	t.Helper()
	types := make(map[TypeKey]NamedOverride)
	for key, override := range named {
		types[ParseTypeKey(key)] = NamedOverride{Key: key, Override: override}
	}
	if len(types) != len(named) {
		t.Fatalf("%v names one type twice", named)
	}
	return types
}

func span(d time.Duration) *time.Duration { return &d }

// TestExpectByType checks that an override for a type wins over a general one, that
// SOURCE/TYPE wins over both, that each value is merged separately, and that case is
// ignored.
func TestExpectByType(t *testing.T) {
	general := (&Expect{General: Expectation{ReadyWithin: 4 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}}).With(
		Override{DataWithin: span(48 * time.Hour)},
		over(t, map[string]Override{
			"Fills":         {DataWithin: span(time.Hour)},
			"trades/SPOT":   {ReadyWithin: span(0)},
			"reports/fills": {FetchBeforeExpiry: span(time.Minute)},
			"":              {ReadyWithin: span(time.Second)},
			"a/b/c":         {ReadyWithin: span(2 * time.Second)},
		}))
	own := general.With(
		Override{DataWithin: span(0), ReadyWithin: span(time.Minute)},
		over(t, map[string]Override{"fills": {ReadyWithin: span(2 * time.Minute)}}))
	for _, c := range []struct {
		expect       *Expect
		source, kind string
		want         Expectation
	}{
		{general, "reports", "account", Expectation{ReadyWithin: 4 * time.Hour, DataWithin: 48 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{general, "reports", "FILLS", Expectation{ReadyWithin: 4 * time.Hour, DataWithin: time.Hour, FetchBeforeExpiry: time.Minute}},
		{general, "more", "fills", Expectation{ReadyWithin: 4 * time.Hour, DataWithin: time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{general, "Trades", "spot", Expectation{DataWithin: 48 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{general, "ledgers", "spot", Expectation{ReadyWithin: 4 * time.Hour, DataWithin: 48 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{general, "trades", "", Expectation{ReadyWithin: time.Second, DataWithin: 48 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{general, "a", "b/c", Expectation{ReadyWithin: 2 * time.Second, DataWithin: 48 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{general, "x", "a/b/c", Expectation{ReadyWithin: 4 * time.Hour, DataWithin: 48 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{own, "reports", "account", Expectation{ReadyWithin: time.Minute, FetchBeforeExpiry: 24 * time.Hour}},
		{own, "more", "fills", Expectation{ReadyWithin: 2 * time.Minute, DataWithin: time.Hour, FetchBeforeExpiry: 24 * time.Hour}},
		{nil, "reports", "fills", Expectation{}},
	} {
		if got := c.expect.Of(c.source, c.kind); got != c.want {
			t.Errorf("%s/%s: %+v, want %+v", c.source, c.kind, got, c.want)
		}
	}
	if got := general.Of("more", "fills"); got.ReadyWithin != 4*time.Hour {
		t.Error("With has changed what it was called on")
	}
}

// TestNamed checks which types are named for a source.
func TestNamed(t *testing.T) {
	expect := (&Expect{}).With(Override{}, over(t, map[string]Override{
		"fills": {}, "Reports/Fills": {}, "reports/balance": {}, "Account": {}, "reports/": {}, "other/x": {},
	}))
	for _, c := range []struct {
		source     string
		everywhere bool
		want       []string
	}{
		{"reports", true, []string{"", "Account", "Fills", "balance"}},
		{"REPORTS", false, []string{"", "Fills", "balance"}},
		{"none", true, []string{"Account", "fills"}},
		{"none", false, nil},
		{"", false, nil},
	} {
		if got := expect.Named(c.source, c.everywhere); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.source, got, c.want)
		}
	}
	if got := (*Expect)(nil).Named("reports", true); got != nil {
		t.Errorf("nothing names %q", got)
	}
}

// TestSame checks that Same compares effective values, not the levels that set them.
func TestSame(t *testing.T) {
	base := &Expect{General: Expectation{ReadyWithin: time.Hour}}
	fills := func(ready, data time.Duration) map[TypeKey]NamedOverride {
		o := Override{ReadyWithin: span(ready)}
		if data > 0 {
			o.DataWithin = span(data)
		}
		return over(t, map[string]Override{"fills": o})
	}
	at := base.With(Override{DataWithin: span(time.Minute)}, fills(time.Minute, time.Second))
	for name, c := range map[string]struct {
		other *Expect
		same  bool
	}{
		"itself":           {at, true},
		"in two steps":     {base.With(Override{}, over(t, map[string]Override{"fills": {DataWithin: span(time.Second)}})).With(Override{DataWithin: span(time.Minute)}, fills(time.Minute, 0)), true},
		"twice":            {at.With(Override{ReadyWithin: span(time.Hour)}, fills(time.Minute, time.Second)), true},
		"another general":  {at.With(Override{ReadyWithin: span(0)}, nil), false},
		"another of fills": {at.With(Override{}, fills(time.Hour, 0)), false},
		"one type more":    {at.With(Override{}, over(t, map[string]Override{"balance": {}})), false},
		"one type less":    {base.With(Override{DataWithin: span(time.Minute)}, nil), false},
		"another spelling": {at.With(Override{}, over(t, map[string]Override{"FILLS": {}})), false},
	} {
		if at.Same(c.other) != c.same || c.other.Same(at) != c.same {
			t.Errorf("%s: want %v", name, c.same)
		}
	}
}
