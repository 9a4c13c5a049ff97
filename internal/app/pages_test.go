package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestEverySeriesLeadsToItsExport: the labels of every series, like those of an
// alert, are the parameters of the export's page, and its id finds its row.
func TestEverySeriesLeadsToItsExport(t *testing.T) {
	r, count := hostileRig(t)
	seen := 0
	for _, metric := range families(t, r, "")["export_info"].GetMetric() {
		labels := make(map[string]string)
		for _, pair := range metric.GetLabel() {
			labels[pair.GetName()] = pair.GetValue()
		}
		query := url.Values{"provider": {labels["provider"]}, "account": {labels["account"]}, "source": {labels["source"]}, "id": {labels["report_id"]}}
		status, body := r.Request(http.MethodGet, "/export?"+query.Encode(), nil)
		if status != http.StatusOK || strings.Count(body, `class="sheet"`) != 1 {
			t.Errorf("%v leads to %d", labels, status)
		}
		query = url.Values{"account": {labels["account"]}, "id": {labels["report_id"]}}
		query.Set("format", "json") // costs less than HTML
		if _, body := r.Request(http.MethodGet, "/exports?"+query.Encode(), nil); strings.Count(body, `"report_id":`) != 1 {
			t.Errorf("%v has no row of its own", labels)
		}
		seen++
	}
	if seen != 3*count {
		t.Errorf("%d series, want %d", seen, 3*count)
	}
}

// TestPagesSayHowOldTheirDataIs: the age depends on the scrapes of each
// account, not on the pages that are read meanwhile.
func TestPagesSayHowOldTheirDataIs(t *testing.T) {
	r := twoAccounts(t, nil)
	paths := []string{"/", "/exports", "/export?id=x", "/config", "/runbooks/", "/runbooks/ExportFailed"}
	everywhere := func(text string, want bool) {
		t.Helper()
		for _, path := range paths {
			if _, body := r.Request(http.MethodGet, path, nil); strings.Contains(body, text) != want {
				t.Errorf("%s says %q: %v", path, text, !want)
			}
		}
	}
	everywhere("no data yet", true)
	r.Scrape()
	everywhere("data from ", true)
	r.Clock.Advance(3 * time.Minute)
	everywhere("Nothing has scraped", false)
	r.Clock.Advance(time.Second)
	everywhere("Nothing has scraped this exporter since", true)
	r.Request(http.MethodGet, "/probe?account=fund", nil)
	everywhere("Nothing has scraped", false)
	everywhere("1 account had no scrape for more than 3 refresh intervals:</strong> agency.", true)
	r.Scrape()
	everywhere("had no scrape", false)
}
