package answers

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
)

// vendor answers like the documentation of five vendors and requires their
// secrets, methods, parameters and pages.
type vendor struct {
	t       *testing.T
	answers map[string]json.RawMessage

	mu     sync.Mutex
	broken []string // what was asked otherwise than documented
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{t: t, answers: make(map[string]json.RawMessage)}
	names, err := filepath.Glob("../../provider/definition/presets/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal(err, names)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		v.answers[strings.TrimSuffix(filepath.Base(name), ".json")] = content
	}
	return v
}

// page is one item of a list of the vendor's answer, with fields changed.
func (v *vendor) page(answer, items string, item int, change map[string]any) []byte {
	var whole map[string]json.RawMessage
	var list []json.RawMessage
	if json.Unmarshal(v.answers[answer], &whole) != nil || json.Unmarshal(whole[items], &list) != nil {
		v.t.Errorf("%s holds no list of %s", answer, items)
		return nil
	}
	whole[items], _ = json.Marshal(list[item : item+1])
	for name, value := range change {
		whole[name], _ = json.Marshal(value)
	}
	content, _ := json.Marshal(whole)
	return content
}

// ServeHTTP implements http.Handler.
func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	authorization := r.Header.Get("Authorization")
	user, password, _ := r.BasicAuth()
	var answer []byte
	switch r.Method + " " + r.URL.String() {
	case "GET /v1/exports":
		if authorization == "Bearer token-of-customerio" {
			answer = v.answers["customerio.exports"]
		}
	case "GET /v1/reporting/report_runs?limit=100":
		if authorization == "Bearer token-of-stripe" {
			answer = v.page("stripe.report_runs", "data", 0, map[string]any{"has_more": true})
		}
	case "GET /v1/reporting/report_runs?limit=100&starting_after=frr_0001":
		answer = v.page("stripe.report_runs", "data", 1, nil)
	case "POST /admin/api/2026-07/graphql.json":
		if r.Header.Get("X-Shopify-Access-Token") == "token-of-shopify" && strings.HasPrefix(string(body), `{"query":"{ currentBulkOperation {`) {
			answer = v.answers["shopify.bulk_operations"]
		}
	case "POST /services/oauth2/token":
		if strings.Contains(string(body), "grant_type=client_credentials") && strings.Contains(string(body), "client_secret=secret-of-salesforce") {
			answer = []byte(`{"access_token":"token-of-salesforce","token_type":"Bearer"}`)
		}
	case "GET /services/data/v66.0/jobs/query?jobType=V2Query":
		if authorization == "Bearer token-of-salesforce" {
			answer = v.page("salesforce.query_jobs", "records", 0, map[string]any{"nextRecordsUrl": "/services/data/v66.0/jobs/query?queryLocator=01g-2"})
		}
	case "GET /services/data/v66.0/jobs/query?queryLocator=01g-2":
		answer = v.page("salesforce.query_jobs", "records", 1, nil)
	case "GET /services/data/v66.0/jobs/query/750R0000000job3IAA":
		answer = v.answers["salesforce.query_jobs.get"]
	case "GET /rest/api/3/task/1":
		if user == "person" && password == "token-of-jira" {
			answer = v.answers["jira.tasks"]
		}
	}
	if answer == nil {
		v.mu.Lock()
		v.broken = append(v.broken, r.Method+" "+r.URL.String())
		v.mu.Unlock()
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, _ = w.Write(answer)
}

// TestTheFiveDefinitions: the unchanged definitions give the documented samples
// in a real fetch, with auth and pages.
func TestTheFiveDefinitions(t *testing.T) {
	t.Parallel()
	definitions, err := os.ReadFile("../../provider/definition/testdata/apis.yml")
	if err != nil {
		t.Fatal(err)
	}
	v := newVendor(t)
	api := httptest.NewServer(v)
	t.Cleanup(api.Close)
	r := rig.New(t)
	r.Clock.Set(time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC))
	block := func(name, block string) string {
		return "  - {name: " + name + ", " + strings.Replace(block, "{", "{base_url: '"+api.URL+"', ", 1) + "}"
	}
	r.Options.MaxRefreshes = 1 // the vendor answers one at a time
	r.Write(string(definitions), "max_age: 100y", "accounts:",
		block("one", "customerio: {token: token-of-customerio}"),
		block("two", "stripe: {token: token-of-stripe}"),
		block("three", "shopify: {api_key: token-of-shopify}"),
		block("four", "salesforce: {client_id: client, client_secret: secret-of-salesforce}"),
		block("five", "salesforce: {client_id: client, client_secret: secret-of-salesforce, sources: [query_jobs], ids: {query_jobs: [750R0000000job3IAA]}}"),
		block("six", "jira: {username: person, password: token-of-jira, ids: {tasks: [1]}}"),
	)
	// Two accounts with the same key are rejected, so use another address.
	text, err := os.ReadFile(r.File)
	if err != nil {
		t.Fatal(err)
	}
	r.Write(strings.Replace(string(text), "{name: five, salesforce: {base_url: '"+api.URL, "{name: five, salesforce: {base_url: '"+strings.Replace(api.URL, "127.0.0.1", "localhost", 1), 1))
	r.Start()
	got := r.Scrape()
	for key, value := range documentedSamples() {
		got.Want(t, key, value)
	}
	if found := got.With("export_completed_timestamp_seconds", "frr_0002"); len(found) > 0 {
		t.Errorf("a queued report has %v", found)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if found := got.With("export_source_failing"); len(found) > 0 || len(v.broken) > 0 {
		t.Errorf("failing %v; asked %v\n%s", found, v.broken, r.Log)
	}
	for _, secret := range []string{"token-of-", "secret-of-", "person@example.com"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

// documentedSamples are the samples that the definitions must give.
func documentedSamples() map[string]float64 {
	all := make(map[string]float64)
	add := func(account, provider, source, id string, values map[string]float64) {
		for name, value := range values {
			family, more, _ := strings.Cut(name, " ")
			labels := []string{`account="` + account + `"`}
			after := []string{`provider="` + provider + `"`, `report_id="` + id + `"`, `source="` + source + `"`}
			format, kind, isInfo := strings.Cut(more, "/")
			switch {
			case isInfo:
				labels = append(append(append(labels, `format="`+format+`"`), after...), `type="`+kind+`"`)
			case more != "":
				labels = append(append(labels, after...), `status="`+more+`"`)
			default:
				labels = append(labels, after...)
			}
			all["export_"+family+"{"+strings.Join(labels, ",")+"}"] = value
		}
	}
	add("one", "customerio", "exports", "110", map[string]float64{
		"status ready": 1, "info /customers": 1, "created_timestamp_seconds": 1530296738, "completed_timestamp_seconds": 1530296738, "rows": 1234,
	})
	add("two", "stripe", "report_runs", "frr_0001", map[string]float64{
		"status ready": 1, "info csv/balance.summary.1": 1, "created_timestamp_seconds": 1762300800, "completed_timestamp_seconds": 1762301100,
		"data_start_timestamp_seconds": 1759276800, "data_end_timestamp_seconds": 1761955200, "expires_timestamp_seconds": 1793837100, "size_bytes": 3530753,
	})
	add("two", "stripe", "report_runs", "frr_0002", map[string]float64{"status queued": 1, "progress_ratio": 0})
	add("three", "shopify", "bulk_operations", "100001", map[string]float64{
		"status ready": 1, "info JSONL/": 1, "created_timestamp_seconds": 1567098995, "completed_timestamp_seconds": 1567099405, "rows": 57, "size_bytes": 358,
	})
	add("four", "salesforce", "query_jobs", "750R0000000job1IAA", map[string]float64{
		"status ready": 1, "info CSV/Account": 1, "created_timestamp_seconds": 1544212689, "completed_timestamp_seconds": 1544212754,
	})
	add("four", "salesforce", "query_jobs", "750R0000000job2IAA", map[string]float64{"status ready": 1})
	add("five", "salesforce", "query_jobs", "750R0000000job3IAA", map[string]float64{"status ready": 1, "processed_rows": 500})
	add("six", "jira", "tasks", "1", map[string]float64{
		"status ready": 1, "progress_ratio": 1, "created_timestamp_seconds": 1689141783.743, "started_timestamp_seconds": 1689141783.862,
		"completed_timestamp_seconds": 1689141783.962,
	})
	return all
}
