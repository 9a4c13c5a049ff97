package account_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestViewsDoNotChange: what a view shows stays as it is, whatever refreshes
// bring later.
func TestViewsDoNotChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource("reports")
		r := newRig(t, nil, s)
		a := report("a", "fills", provider.StatusReady)
		a.DataEnd = noon
		first := refresh(t, r, s, listed(a))
		copied := copyOf(first)
		b := report("b", "account", provider.StatusReady)
		b.DataEnd = noon.Add(time.Hour)
		later := refresh(t, r, s, listed(b), listed(), provider.Snapshot{Complete: true, Warnings: []string{"odd"}})
		if diff := cmp.Diff(copied, first); diff != "" {
			t.Errorf("the first view changed (-was +is):\n%s", diff)
		}
		if len(later.Types) != 2 || len(later.Vanished) != 2 || len(later.DataEnd) != 2 {
			t.Errorf("the last view does not show what happened: %+v", later)
		}
	})
}

// copyOf shares nothing with a view.
func copyOf(v account.SourceView) account.SourceView {
	whole := *v.Snapshot
	whole.Reports = slices.Clone(whole.Reports)
	v.Snapshot = &whole
	v.Past = &account.Past{Types: slices.Clone(v.Types), Vanished: maps.Clone(v.Vanished), DataEnd: maps.Clone(v.DataEnd)}
	return v
}

// TestEverythingAtOnce is for the race detector: refreshes, views, lists,
// reloads and changes of secrets, all of one account at once.
func TestEverythingAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sources []*source
		for i := range 3 {
			n := i
			changing := func(name string) answer {
				n++
				return after(time.Second, gives(
					report(fmt.Sprint(name, n), fmt.Sprint("type", n%40), provider.StatusReady),
					report("same", "same", provider.Statuses()[n%8]),
				))
			}
			var script []answer
			for range 30 {
				script = append(script, changing("r"), fails(provider.Reasons()[n%15]), changing("s"))
			}
			sources = append(sources, newSource(fmt.Sprint("source", i), script...))
		}
		r := newRig(t, nil, sources...)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for step := range 200 {
					wait(t, 45*time.Second)
					view := r.scrape()
					list, omitted := view.List()
					if len(view.Sources) != 3 || len(omitted) != 3 {
						t.Errorf("view of %d sources, omitted of %d", len(view.Sources), len(omitted))
					}
					for _, l := range list {
						if l.Report.ID == "" {
							t.Error("a report without an id is listed")
						}
					}
					for _, s := range view.Sources {
						for _, n := range s.Vanished {
							if n < 1 {
								t.Errorf("vanished %v", n)
							}
						}
						if len(s.Types) > provider.MaxTypes+1 {
							t.Errorf("%d types", len(s.Types))
						}
					}
					switch {
					case i == 0 && step%7 == 0:
						r.ResetWaits()
					case i == 1 && step%11 == 0:
						r.secrets.set(uint64(step), "")
					}
				}
			})
		}
		all.Wait()
		total := 0
		for _, s := range sources {
			total += s.calls()
			if s.most != 1 {
				t.Errorf("%s: %d calls at once", s.name, s.most)
			}
		}
		if total < 100 {
			t.Errorf("only %d calls: the test did not test much", total)
		}
	})
}

// TestSameExports: a refresh that brings the same exports, whatever else it
// brings, changes nothing of what is shown of them, and no list is kept twice.
func TestSameExports(t *testing.T) {
	a, b := report("a", "fills", provider.StatusReady), report("b", "account", provider.StatusQueued)
	seenFirst := report("c", "fills", provider.StatusProcessing)
	seenFirst.Created = time.Time{}
	later := a
	later.Rows = provider.Num(7)
	with := func(s provider.Snapshot) provider.Snapshot {
		s.Quota, s.Warnings = provider.Quota{CreditsBalance: provider.Num(9)}, []string{"odd"}
		return s
	}
	for _, c := range []struct {
		name         string
		first, again provider.Snapshot
		same         bool
	}{
		{"the same", listed(a, b, seenFirst), with(listed(a, b, seenFirst)), true},
		{"none", listed(), with(listed()), true},
		{"another value", listed(a, b), listed(later, b), false},
		{"another order", listed(a, b), listed(b, a), false},
		{"one less", listed(a, b), listed(a), false},
		{"one more", listed(a), listed(a, b), false},
		{"never the whole list", partly(a, b), partly(a, b), true},
		{"another type", listed(), listed(a), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSource("reports")
				r := newRig(t, nil, s)
				refresh(t, r, s, c.first)
				first := r.scrape()
				mark := first.Mark()
				if !mark.SameExports(&first) || !mark.Same(&first) {
					t.Error("a view differs from itself")
				}
				refresh(t, r, s, c.again)
				again := r.scrape()
				if mark.SameExports(&again) != c.same || mark.Same(&again) {
					t.Errorf("same exports %v, want %v; same at all %v", mark.SameExports(&again), c.same, mark.Same(&again))
				}
				if !cmp.Equal(again.Sources[0].Snapshot.Quota, c.again.Quota) {
					t.Errorf("the view shows the first quota: %+v", again.Sources[0].Snapshot.Quota)
				}
			})
		})
	}
}
