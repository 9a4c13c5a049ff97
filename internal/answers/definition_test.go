package answers

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/cli"
	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestAPreset: an account with a preset is refreshed, shown and logged like any
// other.
func TestAPreset(t *testing.T) {
	t.Parallel()
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
	r := rig.New(t)
	r.Write("max_age: 100y", "accounts:", "  - name: finance", "    stripe:", "      base_url: "+api.URL, "      token: "+token)
	r.Start()
	got := r.Scrape()
	of := func(name, more string) string {
		return name + `{account="finance",provider="stripe"` + more + `,source="report_runs"}`
	}
	got.Want(t, of("export_size_bytes", `,report_id="frr_0001"`), 3530753)
	got.Want(t, of("export_progress_ratio", `,report_id="frr_0002"`), 0)
	got.Want(t, of("export_source_up", ""), 1)
	if _, body := r.Request(http.MethodGet, "/sd", nil); !strings.Contains(body, `"__meta_export_status_provider":"stripe"`) {
		t.Errorf("/sd: %s", body)
	}
	_, body := r.Request(http.MethodGet, "/config?format=yaml", nil)
	if !strings.Contains(body, "# may call: GET "+api.URL+"/v1/reporting/report_runs\n") || strings.Contains(body, token) {
		t.Errorf("/config:\n%s", body)
	}
	r.Reload()
	if told := strings.Count(r.Log.String(), "never tested against the API itself"); told != 1 {
		t.Errorf("told %d times that the preset was never tried:\n%s", told, r.Log)
	}
}

// TestOneKeyOfTwoAccounts: two accounts that ask for different things may share
// a key, and a pause of the key pauses both.
func TestOneKeyOfTwoAccounts(t *testing.T) {
	t.Parallel()
	r := rig.New(t, sandbox.API{Name: "shared", Auth: sandbox.AuthBearer, List: "/one/exports"})
	a := r.Sandbox.AddAccount("shared", "shared")
	account := func(name, project string) string {
		text := r.Account(a, "params: {project: "+project+"}")
		return strings.Replace(text, "- name: shared", "- name: "+name, 1)
	}
	definition := strings.Join([]string{
		"apis:", "  shared:", "    params: [project]", "    auth: bearer", "    sources:", "      exports:",
		"        list: {path: '/{project}/exports', items: items}", "        report: {id: id, status: status}", "        statuses: {ready: [done]}", "accounts:",
	}, "\n")
	r.Write(definition, account("first", "one"), account("second", "one"))
	if _, err := app.New(r.Options); err == nil || !strings.Contains(r.Log.String(), "has the same key as account") {
		t.Fatalf("two accounts that ask for the same were taken: %v", err)
	}
	r.Write(definition, account("first", "one"), account("second", "two"))
	a.SetFault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, Header: http.Header{"Retry-After": {"600"}}, Times: 1})
	r.Options.MaxRefreshes = 1 // one after the other
	r.Start()
	r.Scrape()
	r.Clock.Advance(2 * time.Minute)
	r.Scrape()
	if got := r.Sandbox.Count("shared"); got != 1 {
		t.Errorf("asked %d times, though the key must wait", got)
	}
}

// TestOnlySomeAccounts: with --account, other accounts are not refreshed, and
// an unknown name is an error.
func TestOnlySomeAccounts(t *testing.T) {
	t.Parallel()
	r, accounts := rig.NewAPIs(t)
	r.Options.Accounts = []string{"keyed", "basic"}
	r.Start()
	var out strings.Builder
	if err := cli.Once(t.Context(), r.App, &out, false); err != nil {
		t.Fatal(err)
	}
	for name := range accounts {
		asked := name == "keyed" || name == "basic"
		if got := r.Sandbox.Count(sandbox.Provider(name)) > 0; got != asked || strings.Contains(out.String(), `account="`+name+`"`) != asked {
			t.Errorf("%s: asked %v, want %v", name, got, asked)
		}
	}
	r.Options.Accounts = []string{"keyd"}
	if _, err := app.New(r.Options); err == nil || !strings.Contains(err.Error(), `no account is named "keyd", did you mean "keyed"?`) {
		t.Errorf("error %v", err)
	}
}

// TestStuckWithoutACreation: if the API has no creation time, a report can
// still be stuck since it was first seen. A restart makes that later, never
// sooner.
func TestStuckWithoutACreation(t *testing.T) {
	t.Parallel()
	r, accounts := rig.NewAPIs(t)
	hung := sandbox.Report{ID: "hung", Type: "orders", Status: "working"}
	for _, a := range accounts {
		a.SetReports(nil)
	}
	accounts["keyed"].SetReports([]sandbox.Report{hung})
	const (
		of     = `{account="keyed",provider="keyed"`
		first  = "export_first_seen_timestamp_seconds" + of + `,report_id="hung",source="exports"}`
		oldest = "export_oldest_unfinished_timestamp_seconds" + of + `,source="exports",status="processing",type="orders"}`
		within = "export_expected_ready_within_seconds" + of + `,source="exports",type="orders"}`
	)
	r.Start()
	// late returns by how much the report is overdue, as the alert computes it.
	late := func() (time.Duration, rig.Samples) {
		t.Helper()
		got := r.Scrape()
		if got[first] == 0 || got[first] != got[oldest] || got[within] != 4*3600 {
			t.Fatalf("first seen %v, oldest %v, expected within %v", got[first], got[oldest], got[within])
		}
		if found := got.With("export_created_timestamp_seconds", "hung"); len(found) > 0 {
			t.Errorf("a creation was made up: %v", found)
		}
		return r.Clock.Now().Sub(time.Unix(int64(got[oldest]), 0)) - time.Duration(got[within])*time.Second, got
	}
	if d, got := late(); d != -4*time.Hour || got[first] != float64(r.Clock.Now().Unix()) {
		t.Errorf("at first it is %s late", d)
	}
	r.Clock.Advance(3 * time.Hour)
	if d, _ := late(); d != -time.Hour {
		t.Errorf("after 3 h it is %s late", d)
	}
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatal(body)
	}
	r.Clock.Advance(90 * time.Minute)
	if d, _ := late(); d != 30*time.Minute {
		t.Errorf("after 4.5 h and a reload it is %s late", d)
	}
	_, page := r.Request(http.MethodGet, "/exports", nil)
	if !strings.Contains(page, "hung") {
		t.Error("the page does not show the report")
	}
	r.Start() // another process
	if d, _ := late(); d != -4*time.Hour {
		t.Errorf("right after a restart it is %s late", d)
	}
	r.Clock.Advance(4*time.Hour + time.Minute)
	if d, _ := late(); d != time.Minute {
		t.Errorf("4 h after the restart it is %s late", d)
	}
}
