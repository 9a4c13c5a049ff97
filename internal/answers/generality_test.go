package answers

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestADefinitionShowsWhatCodeShows: OnlyFansAPI implemented in code and by a
// definition give the same metrics for every form of answer.
func TestADefinitionShowsWhatCodeShows(t *testing.T) {
	t.Parallel()
	definition, err := os.ReadFile("../../provider/definition/testdata/onlyfansapi.yml")
	if err != nil {
		t.Fatal(err)
	}
	for name, shape := range map[string]sandbox.Shape{
		"nested":       {},
		"flat":         {List: sandbox.ListFlat, RateLimits: sandbox.NumberText},
		"other pages":  {List: sandbox.ListPagination, RateLimits: sandbox.NumberNull},
		"a bare list":  {List: sandbox.ListArray},
		"small pages":  {MaxPage: 3},
		"trailing":     {MaxPage: 3, TrailingPage: true},
		"without end":  {MaxPage: 3, EndlessPages: true},
		"from a cache": {Cached: true},
	} {
		for _, ids := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, ids %v", name, ids), func(t *testing.T) {
				t.Parallel()
				r := rig.New(t)
				r.Sandbox.SeedDemo()
				r.Sandbox.ClearFault(sandbox.OnlyFansAPI) // whose latency is for a person
				agency := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "agency")
				agency.SetShape(shape)
				agency.SetLimit(0)
				var coded, defined []string
				if ids {
					all := strings.Join(onlyFansIDs(t, agency), ", ")
					coded, defined = []string{"export_ids: [" + all + "]"}, []string{"ids: {data_exports: [" + all + "]}"}
				}
				other := strings.NewReplacer("- name: agency", "- name: other", "    onlyfansapi:", "    defined:").Replace(r.Account(agency, defined...))
				r.Write(strings.Replace(string(definition), "  onlyfansapi:", "  defined:", 1), "accounts:", r.Account(agency, coded...), other)
				r.Start()
				for range 4 {
					got := r.Scrape()
					code, other := shownOf(got, "agency", "onlyfansapi"), shownOf(got, "other", "defined")
					if len(code) < 50 {
						t.Errorf("only %d series", len(code))
					}
					if shape.List == sandbox.ListArray || shape.EndlessPages {
						// The code considers a list complete only if its pages
						// say so. A definition cannot express that; its pages
						// end with an empty one.
						for _, each := range []rig.Samples{code, other} {
							maps.DeleteFunc(each, func(key string, _ float64) bool { return strings.HasPrefix(key, "export_reports_vanished_total") })
						}
					}
					if diff := cmp.Diff(code, other); diff != "" {
						t.Errorf("series (-code +definition):\n%s\n%s", diff, r.Log)
					}
					r.Clock.Advance(3 * time.Minute)
				}
				r.CheckQuiet()
			})
		}
	}
}

// onlyFansIDs are ids of exports that are there, and of one that is not.
func onlyFansIDs(t *testing.T, agency *sandbox.Account) []string {
	t.Helper()
	var ids []string
	for _, each := range agency.Reports() {
		ids = append(ids, each.ID)
	}
	if len(ids) < 3 {
		t.Fatalf("the sandbox lists %v", ids)
	}
	return append(ids, "data_export_gone")
}

// shownOf returns the samples about the exports of an account, without the
// account's labels.
func shownOf(all rig.Samples, account, provider string) rig.Samples {
	found := rig.Samples{}
	own := fmt.Sprintf("account=%q,", account)
	for key, value := range all {
		family, _, _ := strings.Cut(key, "{")
		about := strings.Contains(key, "report_id=") || slices.ContainsFunc([]string{
			"export_reports", "export_oldest_", "export_latest_", "export_credits_balance", "export_rate_limit_max", "export_source_up",
			"export_source_unreadable", "export_source_truncated",
		}, func(prefix string) bool { return strings.HasPrefix(family, prefix) })
		if about && strings.Contains(key, own) {
			found[strings.NewReplacer(own, "", fmt.Sprintf("provider=%q,", provider), "", fmt.Sprintf(",provider=%q", provider), "", fmt.Sprintf("provider=%q", provider), "").Replace(key)] = value
		}
	}
	return found
}
