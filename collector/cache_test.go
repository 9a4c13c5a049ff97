package collector_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// cached renders an account in a format, using its cache.
func cached(t *testing.T, a collector.Account, format expfmt.Format) string {
	t.Helper()
	var b bytes.Buffer
	f := exposition.FormatOf(format)
	out, err := collector.Render(f, a.View.Now, []collector.Account{a}, nil)
	if err == nil {
		err = out.Write(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// flipped returns a different value for a field of a source's view.
func flipped(t *testing.T, name string, old reflect.Value) reflect.Value {
	t.Helper()
	switch value := old.Interface().(type) {
	case string:
		return reflect.ValueOf(value + "-other")
	case bool:
		return reflect.ValueOf(!value)
	case time.Time:
		return reflect.ValueOf(value.Add(time.Hour))
	case time.Duration:
		return reflect.ValueOf(value + time.Second)
	case *provider.Error:
		return reflect.ValueOf(&provider.Error{Reason: provider.ReasonLockout})
	case *provider.Snapshot:
		return reflect.ValueOf(&provider.Snapshot{Truncated: true})
	case *account.Past:
		return reflect.ValueOf(&account.Past{Types: []string{"other"}})
	default:
		t.Fatalf("field %s of a source's view has type %T: say here how it differs", name, value)
		return reflect.Value{}
	}
}

// notShown returns the fields of a source's view that no metric shows.
func notShown() []string { return []string{"Stale"} }

// TestEveryFieldEndsTheKeptBytes checks that any change in a source's view invalidates
// the cached bytes. Otherwise the exporter would silently show outdated values.
func TestEveryFieldEndsTheKeptBytes(t *testing.T) {
	for _, format := range []expfmt.Format{expfmt.NewFormat(expfmt.TypeTextPlain), expfmt.NewFormat(expfmt.TypeOpenMetrics), expfmt.NewFormat(expfmt.TypeProtoDelim)} {
		fields := reflect.TypeFor[account.SourceView]()
		for i := range fields.NumField() {
			name := fields.Field(i).Name
			a := everything()
			a.Calls, a.Cache = nil, &exposition.Cache{}
			first := cached(t, a, format)
			if again := cached(t, a, format); again != first {
				t.Fatal("the same view is not shown the same")
			}
			a.View.Sources = append([]account.SourceView(nil), a.View.Sources...)
			field := reflect.ValueOf(&a.View.Sources[0]).Elem().Field(i)
			field.Set(flipped(t, name, field))
			got := cached(t, a, format)
			fresh := a
			fresh.Cache = &exposition.Cache{}
			if got != cached(t, fresh, format) {
				t.Errorf("%s: %s changed, and the old bytes are shown", format, name)
			}
			if same := got == first; same != strings.Contains(strings.Join(notShown(), " "), name) {
				t.Errorf("%s: %s changed, and the bytes are the same: %v", format, name, same)
			}
		}
	}
}

// TestEveryConditionEndsTheKeptBytes checks the other conditions that invalidate the
// cached bytes.
func TestEveryConditionEndsTheKeptBytes(t *testing.T) {
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	for name, change := range map[string]func(*collector.Account){
		"the account's name":   func(a *collector.Account) { a.View.Name = "other" },
		"the provider":         func(a *collector.Account) { a.View.Provider = "other" },
		"the policy":           func(a *collector.Account) { a.View.Policy.MaxReports = 1 },
		"the expectations":     func(a *collector.Account) { a.View.Expect = &provider.Expect{} },
		"a source more":        func(a *collector.Account) { a.View.Sources = append(a.View.Sources, account.SourceView{Name: "more"}) },
		"no source":            func(a *collector.Account) { a.View.Sources = nil },
		"a call":               func(a *collector.Account) { a.Calls.Requested(503, time.Second) },
		"a failed call":        func(a *collector.Account) { a.Calls.Failed(provider.ReasonTimeout) },
		"an earlier moment":    func(a *collector.Account) { a.View.Now = a.View.Now.Add(-45 * time.Minute) },
		"an expiry that came":  func(a *collector.Account) { a.View.Now = a.View.Now.Add(2 * time.Hour) },
		"a report of old age":  func(a *collector.Account) { a.View.Now = a.View.Now.Add(31 * 24 * time.Hour) },
		"the end of the world": func(a *collector.Account) { a.View.Now = a.View.Now.Add(1000 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			finished := provider.Report{
				ID: "a", Type: "trades", Status: provider.StatusReady, Completed: before(time.Hour),
				ExpiryEndsReady: true, Expires: noon.Add(time.Hour),
			}
			expired := finished
			expired.ID, expired.Expires = "c", before(30*time.Minute)
			queued := provider.Report{ID: "b", Type: "trades", Status: provider.StatusQueued, Created: before(time.Hour)}
			source := up("trades", []string{"trades"}, provider.Snapshot{Reports: []provider.Report{finished, expired, queued}})
			a := collector.Account{
				View: literal("kraken", "treasury", source), Calls: collector.NewCallCounters(prometheus.ObserverFunc(func(float64) {})),
				Cache: &exposition.Cache{},
			}
			cached(t, a, format)
			change(&a)
			got := cached(t, a, format)
			a.Cache = &exposition.Cache{}
			if want := cached(t, a, format); got != want {
				t.Errorf("the old bytes are shown:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}
