package app_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// TestAPreset: an account of a definition that comes with the exporter is asked,
// shown and told of as any other.
func TestAPreset(t *testing.T) {
	answer, err := os.ReadFile("../../provider/definition/presets/stripe.report_runs.json")
	if err != nil {
		t.Fatal(err)
	}
	token := "a-token-of-this-test"
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.String() != "/v1/reporting/report_runs?limit=100" || r.Header.Get("Authorization") != "Bearer "+token {
			t.Errorf("asked %s %s", r.Method, r.URL)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = w.Write(answer)
	}))
	t.Cleanup(api.Close)
	r := newRig(t)
	r.write("max_age: 100y", "accounts:", "  - name: finance", "    stripe:", "      base_url: "+api.URL, "      token: "+token)
	r.start()
	got := r.scrape()
	of := func(name, more string) string {
		return name + `{account="finance",provider="stripe"` + more + `,source="report_runs"}`
	}
	got.want(t, of("export_size_bytes", `,report_id="frr_0001"`), 3530753)
	got.want(t, of("export_progress_ratio", `,report_id="frr_0002"`), 0)
	got.want(t, of("export_source_up", ""), 1)
	if _, body := r.request(http.MethodGet, "/sd", nil); !strings.Contains(body, `"__meta_export_status_provider":"stripe"`) {
		t.Errorf("/sd: %s", body)
	}
	_, body := r.request(http.MethodGet, "/config?format=yaml", nil)
	if !strings.Contains(body, "# may call: GET "+api.URL+"/v1/reporting/report_runs\n") || strings.Contains(body, token) {
		t.Errorf("/config:\n%s", body)
	}
	if told := strings.Count(r.log.String(), "never tried against the API itself"); told != 1 {
		t.Errorf("told %d times that the preset was never tried:\n%s", told, r.log)
	}
}
