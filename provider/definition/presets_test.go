package definition

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestPresetsLoad(t *testing.T) {
	all := Presets()
	for _, name := range []string{"customerio", "jira", "salesforce", "shopify", "stripe"} {
		d := all[name]
		if d == nil {
			t.Fatalf("no preset %s", name)
		}
		for _, key := range []string{"what", "source", "date", "tried_live", "permission"} {
			if d.About[key] == "" {
				t.Errorf("%s does not tell its %s", name, key)
			}
		}
	}
	content, err := os.ReadFile("testdata/apis.yml")
	if err != nil {
		t.Fatal(err)
	}
	if loaded, problems := Parse(content); len(problems) > 0 || len(loaded) != 5 {
		t.Fatal(problems, len(loaded))
	}
}

// unix converts a time for comparison.
func unix(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(at.UnixMilli()) / 1000
}

func TestPresetsGiveTheDocumentedSamples(t *testing.T) {
	file := func(name string) providertest.Answer { return body(providertest.File(t, "presets/"+name+".json")) }
	all := Presets()
	param := func(name, value string) func(*Config) {
		return func(c *Config) {
			c.Params = map[string]string{name: value}
			c.APIKey, c.Username, c.Password = providertest.Ref(""), providertest.Ref("a@b.test"), providertest.Ref("")
			c.ClientID, c.ClientSecret = providertest.Ref("id"), providertest.Ref("")
		}
	}
	bearer := func(c *Config) { c.Token = providertest.Ref("") }

	r := newRig(t, all["customerio"], bearer, file("customerio.exports"))
	snapshot := r.must(t)
	first := snapshot.Reports[0]
	if told(snapshot) != "110:ready" || first.Type != "customers" || unix(first.Created) != 1530296738 || unix(first.Completed) != 1530296738 || first.Rows.Value != 1234 {
		t.Errorf("customerio: %+v", first)
	}
	if got := r.api.Asked()[0].Header.Get("Authorization"); !strings.HasPrefix(got, "Bearer ") {
		t.Error("no bearer token")
	}

	r = newRig(t, all["stripe"], bearer, file("stripe.report_runs"))
	snapshot = r.must(t)
	first, second := snapshot.Reports[0], snapshot.Reports[1]
	if told(snapshot) != "frr_0001:ready frr_0002:queued" || first.Type != "balance.summary.1" || first.Format != "csv" ||
		unix(first.Created) != 1762300800 || unix(first.Completed) != 1762301100 || unix(first.DataStart) != 1759276800 ||
		unix(first.DataEnd) != 1761955200 || unix(first.Expires) != 1793837100 || first.SizeBytes.Value != 3530753 {
		t.Errorf("stripe: %+v", first)
	}
	if !second.Completed.IsZero() || second.Progress != provider.Num(0) {
		t.Errorf("stripe: %+v", second)
	}
	equal(t, "stripe asks", r.urls(), []string{"/v1/reporting/report_runs?limit=100"})

	r = newRig(t, all["shopify"], param("shop", "neutral"), file("shopify.bulk_operations"))
	snapshot = r.must(t)
	first = snapshot.Reports[0]
	if told(snapshot) != "100001:ready" || first.Type != "" || first.Format != "JSONL" || unix(first.Created) != 1567098995 ||
		unix(first.Completed) != 1567099405 || first.Rows.Value != 57 || first.SizeBytes.Value != 358 {
		t.Errorf("shopify: %+v", first)
	}
	asked := r.api.Asked()[0]
	if asked.Method != http.MethodPost || asked.Header.Get("X-Shopify-Access-Token") == "" || !strings.HasPrefix(asked.Body, `{"query":"{ currentBulkOperation`) {
		t.Errorf("shopify asks %s %s", asked.Method, asked.Body)
	}
	if got := r.config.DefaultBaseURL(); got != "https://neutral.myshopify.com" {
		t.Error(got)
	}

	r = newRig(t, all["salesforce"], param("domain", "neutral"), body(`{"access_token":"abc","token_type":"Bearer"}`), file("salesforce.query_jobs"))
	snapshot = r.must(t)
	first = snapshot.Reports[0]
	if told(snapshot) != "750R0000000job1IAA:ready 750R0000000job2IAA:ready" || first.Type != "Account" || first.Format != "CSV" ||
		unix(first.Created) != 1544212689 || unix(first.Completed) != 1544212754 {
		t.Errorf("salesforce: %+v", first)
	}
	equal(t, "salesforce asks", r.urls(), []string{"/services/oauth2/token", "/services/data/v66.0/jobs/query?jobType=V2Query"})

	ids := func(c *Config) {
		param("domain", "neutral")(c)
		c.IDs = map[string][]string{"query_jobs": {"750R0000000job3IAA"}}
	}
	r = newRig(t, all["salesforce"], ids, body(`{"access_token":"abc"}`), file("salesforce.query_jobs.get"))
	if snapshot = r.must(t); told(snapshot) != "750R0000000job3IAA:ready" || snapshot.Reports[0].ProcessedRows.Value != 500 {
		t.Errorf("salesforce: %+v", snapshot.Reports)
	}

	jira := func(c *Config) { param("site", "neutral")(c); c.IDs = map[string][]string{"tasks": {"1"}} }
	r = newRig(t, all["jira"], jira, file("jira.tasks"))
	snapshot = r.must(t)
	first = snapshot.Reports[0]
	if told(snapshot) != "1:ready" || first.Progress != provider.Num(1) || unix(first.Created) != 1689141783.743 ||
		unix(first.Started) != 1689141783.862 || unix(first.Completed) != 1689141783.962 {
		t.Errorf("jira: %+v", first)
	}
	equal(t, "jira asks", r.urls(), []string{"/rest/api/3/task/1"})
}
