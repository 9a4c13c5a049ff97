package account_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// named expects something of each type.
func named(keys ...string) *provider.Expect {
	types := make(map[provider.TypeKey]provider.NamedOverride)
	for _, key := range keys {
		types[provider.ParseTypeKey(key)] = provider.NamedOverride{Key: key}
	}
	return (&provider.Expect{}).With(provider.Override{}, types)
}

// TestExpectedTypes: the result has the types that were seen, and those that
// the expectations name.
func TestExpectedTypes(t *testing.T) {
	past := func(types ...string) *account.Past { return &account.Past{Types: types} }
	for name, c := range map[string]struct {
		expect *provider.Expect
		source account.SourceView
		want   []string
	}{
		"nothing is named":       {nil, account.SourceView{Name: "s", Past: past("a", "b")}, []string{"a", "b"}},
		"nothing is known":       {nil, account.SourceView{Name: "s"}, nil},
		"named and seen":         {named("A", "s/B"), account.SourceView{Name: "s", AnyType: true, Past: past("a", "b")}, []string{"a", "b"}},
		"named and not seen":     {named("A", "s/c"), account.SourceView{Name: "s", AnyType: true, Past: past("b")}, []string{"b", "A", "c"}},
		"no other type may come": {named("A", "s/c", "t/d"), account.SourceView{Name: "s", Past: past("b")}, []string{"b", "c"}},
	} {
		view := account.View{Expect: c.expect, Sources: []account.SourceView{c.source}}
		if diff := cmp.Diff(c.want, view.ExpectedTypes(&view.Sources[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestExpectedTypesAreBounded: types named by the configuration count toward
// the same limit as those of a provider.
func TestExpectedTypesAreBounded(t *testing.T) {
	var keys []string
	for i := range 100 {
		keys = append(keys, fmt.Sprintf("type-%d", i))
	}
	seen := []string{"a", "b"}
	view := account.View{Expect: named(keys...), Sources: []account.SourceView{{Name: "s", AnyType: true, Past: &account.Past{Types: seen}}}}
	got := view.ExpectedTypes(&view.Sources[0])
	if len(got) != provider.MaxTypes || !slices.Equal(got[:2], seen) {
		t.Errorf("%d types: %v", len(got), got)
	}
}

// TestLate: the newest data end counts, else the newest completion. A type that
// was never ready is late, but not while nothing is known about the source.
func TestLate(t *testing.T) {
	day := 24 * time.Hour
	expect := named("fills", "s/slow", "never").With(provider.Override{DataWithin: &day}, nil)
	week := 7 * day
	none := time.Duration(0)
	expect = expect.With(provider.Override{}, map[provider.TypeKey]provider.NamedOverride{
		provider.ParseTypeKey("s/slow"): {Key: "s/slow", Override: provider.Override{DataWithin: &week}},
		provider.ParseTypeKey("never"):  {Key: "never", Override: provider.Override{DataWithin: &none}},
	})
	ready := func(kind string, completed time.Duration) provider.Report {
		return provider.Report{ID: kind, Type: kind, Status: provider.StatusReady, Completed: noon.Add(-completed)}
	}
	asked := func(ago time.Duration) provider.Report {
		return provider.Report{Type: "fills", Status: provider.StatusFailed, Created: noon.Add(-ago)}
	}
	source := func(reports ...provider.Report) account.SourceView {
		return account.SourceView{
			Name: "s", AnyType: true, Snapshot: &provider.Snapshot{Reports: reports},
			Past: &account.Past{Types: []string{"fills", "slow"}},
		}
	}
	withEnd := func(s account.SourceView, kind string, ago time.Duration) account.SourceView {
		past := *s.Past
		past.DataEnd = map[string]time.Time{kind: noon.Add(-ago)}
		s.Past = &past
		return s
	}
	stale := withEnd(source(), "fills", 2*day)
	stale.Snapshot = nil
	unknown := source()
	unknown.Snapshot = nil
	for name, c := range map[string]struct {
		source account.SourceView
		want   []account.Late
	}{
		"as expected":               {source(ready("fills", day), ready("slow", week)), nil},
		"too old":                   {source(ready("fills", day+1), ready("slow", week+1)), []account.Late{{"fills", noon.Add(-day - 1), day}, {"slow", noon.Add(-week - 1), week}}},
		"the data end counts":       {withEnd(source(ready("fills", time.Minute), ready("slow", 0)), "fills", 2*day), []account.Late{{"fills", noon.Add(-2 * day), day}}},
		"the first is on its way":   {source(asked(day), ready("slow", 0)), nil},
		"the first came to nothing": {source(asked(time.Hour), asked(day+1), ready("slow", 0)), []account.Late{{"fills", time.Time{}, day}}},
		"none was requested":        {source(ready("slow", 0)), []account.Late{{"fills", time.Time{}, day}}},
		"stale, and its data is":    {stale, []account.Late{{"fills", noon.Add(-2 * day), day}}},
		"before the first refresh":  {unknown, nil},
		"without anything expected": {source(), nil},
	} {
		view := account.View{Now: noon, Expect: expect, Sources: []account.SourceView{c.source}}
		if name == "without anything expected" {
			view.Expect = nil
		}
		if diff := cmp.Diff(c.want, view.Late(&view.Sources[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
