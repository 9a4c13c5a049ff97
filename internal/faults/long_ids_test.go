package faults

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestLongIDsStayTwo: two ids that differ only beyond the label limit get
// different labels, the same in every scrape. An id that looks like a shortened
// one causes no duplicate series.
func TestLongIDsStayTwo(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	reports := func(ids ...string) {
		var list []sandbox.Report
		for _, id := range ids {
			report := rig.Job(sandbox.CoinbaseExchange, r.Clock.Now())
			report.ID = id
			list = append(list, report)
		}
		fund.SetReports(list)
	}
	reports(longID("a"), longID("b"))
	r.Write("accounts:", r.Account(fund))
	r.Start()
	shown := func() []string {
		r.Clock.Advance(2 * time.Minute)
		_, body := r.Request(http.MethodGet, "/metrics", nil)
		parser := expfmt.NewTextParser(model.UTF8Validation)
		all, err := parser.TextToMetricFamilies(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		checkUnique(t, all)
		return values(all["export_status"], "report_id")["fund"]
	}
	first := shown()
	if len(first) != 2 || !strings.HasPrefix(first[0], "0123456789") || len(first[0]) > 128 {
		t.Fatalf("two long ids are shown as %q", first)
	}
	reports(longID("b"), longID("a"))
	if second := shown(); !slices.Equal(first, second) {
		t.Errorf("the ids change from %q to %q", first, second)
	}
	reports(longID("a"), longID("b"), first[0])
	if third := shown(); len(third) < 2 {
		t.Errorf("an imitation leaves %q", third)
	}
}
