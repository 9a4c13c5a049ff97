package account_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/provider"
)

// TestTypesAreBounded: the 33rd type of an account is "other", over all its
// sources, and the first 32 stay what they are.
func TestTypesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := newSource("a"), newSource("b")
		first.types = []string{"configured"}
		var reports []provider.Report
		for i := range 40 {
			name := fmt.Sprintf("type%02d", i)
			reports = append(reports, report(name, name, provider.StatusReady))
		}
		first.answers(gives(reports[:31]...))
		second.answers(gives())
		r := newRig(t, nil, first, second)
		r.scrape()
		second.answers(gives(reports[30:]...))
		wait(t, time.Minute)
		view := r.scrape()
		types := view.Sources[0].Types
		if len(types) != 32 || types[0] != "configured" || slices.Contains(types, provider.OtherType) {
			t.Errorf("first source: %d types %v", len(types), types)
		}
		if got := view.Sources[1].Types; !slices.Equal(got, []string{"other", "type30"}) {
			t.Errorf("second source: types %v", got)
		}
		for _, got := range view.Sources[1].Snapshot.Reports {
			if want := map[bool]string{true: "type30", false: "other"}[got.ID == "type30"]; got.Type != want {
				t.Errorf("report %s is of type %q, want %q", got.ID, got.Type, want)
			}
		}
	})
}

// TestTypesOfManySourcesAreBounded: the 65th type of all sources is "other", unless it
// is configured, although the account has only 20.
func TestTypesOfManySourcesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reports []provider.Report
		for i := range 20 {
			name := fmt.Sprintf("type%02d", i)
			reports = append(reports, report(name, name, provider.StatusReady))
		}
		var sources []*source
		for i := range 5 {
			s := newSource(fmt.Sprint(i))
			s.answers(gives(reports...))
			sources = append(sources, s)
		}
		sources[4].types = []string{"type01", "configured"}
		r := newRig(t, nil, sources...)
		view := r.scrape()
		found := make(map[string]int)
		for i := range view.Sources {
			for _, name := range view.Sources[i].Types {
				found[name]++
			}
		}
		others := found[provider.OtherType]
		delete(found, provider.OtherType)
		pairs := 0
		for _, n := range found {
			pairs += n
		}
		if pairs != provider.MaxSourceTypes || others == 0 || found["configured"] != 1 {
			t.Errorf("%d types of sources and %d others: %v", pairs, others, found)
		}
	})
}
