package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
)

// TestPagesSayHowOldTheirDataIs: the age depends on the scrapes of each
// account, not on the pages that are read meanwhile.
func TestPagesSayHowOldTheirDataIs(t *testing.T) {
	t.Parallel()
	r := rig.TwoAccounts(t, nil)
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
