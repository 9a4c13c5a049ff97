package cli

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/human"
	"export_status_exporter/provider/definition"
)

// judged is the time at which the documented answers are evaluated.
func judged() time.Time { return time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC) }

// try runs one trial.
func try(t *testing.T, preset, source, answer string, options definition.TryOptions) (stdout, stderr string, err error) {
	t.Helper()
	var out, told strings.Builder
	options.Now = judged()
	err = Try(t.Context(), definition.Presets()[preset], source, strings.NewReader(answer), options, &out, &told)
	return out.String(), told.String(), err
}

// documented is a vendor's documented answer.
func documented(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile("../../provider/definition/presets/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestTryPresets(t *testing.T) {
	for _, test := range []struct {
		preset, source, answer, id string
		want                       []string
	}{
		{"customerio", "exports", "customerio.exports", "", []string{
			`export_status{account="try",provider="customerio",report_id="110",source="exports",status="ready"} 1`,
			`export_info{account="try",format="",provider="customerio",report_id="110",source="exports",type="customers"} 1`,
			`export_created_timestamp_seconds{account="try",provider="customerio",report_id="110",source="exports"} 1.530296738e+09`,
			`export_completed_timestamp_seconds{account="try",provider="customerio",report_id="110",source="exports"} 1.530296738e+09`,
			`export_rows{account="try",provider="customerio",report_id="110",source="exports"} 1234`,
		}},
		{"stripe", "report_runs", "stripe.report_runs", "", []string{
			`report_id="frr_0001",source="report_runs",status="ready"} 1`,
			`format="csv",provider="stripe",report_id="frr_0001",source="report_runs",type="balance.summary.1"} 1`,
			`export_size_bytes{account="try",provider="stripe",report_id="frr_0001",source="report_runs"} 3.530753e+06`,
			`export_expires_timestamp_seconds{account="try",provider="stripe",report_id="frr_0001",source="report_runs"} 1.7938371e+09`,
			`report_id="frr_0002",source="report_runs",status="queued"} 1`,
			`export_progress_ratio{account="try",provider="stripe",report_id="frr_0002",source="report_runs"} 0`,
			`export_latest_data_end_timestamp_seconds{account="try",provider="stripe",source="report_runs",type="balance.summary.1"} 1.7619552e+09`,
		}},
		{"shopify", "bulk_operations", "shopify.bulk_operations", "", []string{
			`report_id="100001",source="bulk_operations",status="ready"} 1`,
			`export_rows{account="try",provider="shopify",report_id="100001",source="bulk_operations"} 57`,
			`export_size_bytes{account="try",provider="shopify",report_id="100001",source="bulk_operations"} 358`,
		}},
		{"salesforce", "query_jobs", "salesforce.query_jobs", "", []string{
			`report_id="750R0000000job1IAA",source="query_jobs",status="ready"} 1`,
			`export_completed_timestamp_seconds{account="try",provider="salesforce",report_id="750R0000000job1IAA",source="query_jobs"} 1.544212754e+09`,
		}},
		{"salesforce", "query_jobs", "salesforce.query_jobs.get", "750R0000000job3IAA", []string{
			`export_processed_rows{account="try",provider="salesforce",report_id="750R0000000job3IAA",source="query_jobs"} 500`,
		}},
		{"jira", "tasks", "jira.tasks", "", []string{
			`report_id="1",source="tasks",status="ready"} 1`,
			`export_progress_ratio{account="try",provider="jira",report_id="1",source="tasks"} 1`,
			`export_started_timestamp_seconds{account="try",provider="jira",report_id="1",source="tasks"} 1.689141783862e+09`,
		}},
	} {
		stdout, stderr, err := try(t, test.preset, test.source, documented(t, test.answer), definition.TryOptions{ID: test.id})
		if err != nil {
			t.Errorf("%s: %v\n%s", test.answer, err, stderr)
		}
		for _, line := range test.want {
			if !strings.Contains(stdout, line) {
				t.Errorf("%s lacks %s:\n%s", test.answer, line, stdout)
			}
		}
		for _, line := range strings.Split(stdout, "\n") {
			if strings.Contains(line, "first_seen") || strings.Contains(line, "export_source_up") || strings.Contains(line, "export_account_info") {
				t.Errorf("%s tells %s", test.answer, line)
			}
		}
	}
}

func TestTryExplains(t *testing.T) {
	_, stderr, err := try(t, "stripe", "report_runs", strings.Replace(documented(t, "stripe.report_runs"), `"has_more": false`, `"has_more": true`, 1), definition.TryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`expires          result.expires_at        "1793837100"                 is 2026-11-05T00:05:00Z`,
		`status           status                   "succeeded"                  is ready`,
		`completed        succeeded_at             nothing`,
		`next page: GET /v1/reporting/report_runs?limit=100&starting_after=frr_0002`,
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("lacks %s:\n%s", want, stderr)
		}
	}
}

func TestTryComplains(t *testing.T) {
	answer := documented(t, "customerio.exports")
	for name, test := range map[string]struct {
		source, answer string
		options        definition.TryOptions
		want           string
	}{
		"items":    {"exports", strings.Replace(answer, `"exports"`, `"export"`, 1), definition.TryOptions{}, `no key "exports" at the top, did you mean "export"?`},
		"id":       {"exports", strings.Replace(answer, `"id": 110,`, "", 1), definition.TryOptions{}, "no id at id"},
		"status":   {"exports", strings.Replace(answer, `"status"`, `"state"`, 1), definition.TryOptions{}, "no status at status"},
		"word":     {"exports", strings.Replace(answer, `"done"`, `"dormant"`, 1), definition.TryOptions{}, `the word "dormant" has no status`},
		"no JSON":  {"exports", "<html>", definition.TryOptions{}, "a web page came"},
		"HTTP":     {"exports", `{"errors":1}`, definition.TryOptions{HTTP: 401}, "HTTP 401"},
		"terminal": {"exports", strings.Replace(answer, `"done"`, `"\u001b[31mdone"`, 1), definition.TryOptions{}, `the word " [31mdone"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr, err := try(t, "customerio", test.source, test.answer, test.options)
			if !errors.Is(err, ErrTry) || !strings.Contains(stderr, "problem: ") || !strings.Contains(stderr, test.want) {
				t.Errorf("%v, and not %s:\n%s", err, test.want, stderr)
			}
		})
	}
	if _, _, err := try(t, "customerio", "export", answer, definition.TryOptions{}); err == nil || !strings.Contains(err.Error(), `did you mean "exports"?`) {
		t.Error(err)
	}
	if _, stderr, err := try(t, "salesforce", "query_jobs", documented(t, "salesforce.query_jobs.get"), definition.TryOptions{ID: "other"}); !errors.Is(err, ErrTry) || !strings.Contains(stderr, "not about the requested export") {
		t.Error(err, stderr)
	}
	if _, stderr, err := try(t, "shopify", "bulk_operations", `{"errors":[{"message":"x"}],"data":null}`, definition.TryOptions{}); !errors.Is(err, ErrTry) || !strings.Contains(stderr, "error") {
		t.Error(err, stderr)
	}
	if _, stderr, err := try(t, "customerio", "exports", strings.Replace(answer, `"created_at"`, `"created"`, 1), definition.TryOptions{}); err != nil ||
		!strings.Contains(stderr, `warning: created_at: no value in any item: no key "created_at" at the top of the item; there is: created,`) {
		t.Error(err, stderr)
	}
}

// TestTryWritesNoControlCharacters checks that a response cannot control the terminal,
// wherever its texts are shown.
func TestTryWritesNoControlCharacters(t *testing.T) {
	for _, answer := range []string{
		`{"exports":[{"id":"\u001b[2Ja","type":"\u009b1m","format":"\u0007","status":"\u001b]0;x\u0007"}]}`,
		`{"exports":[{"\u001b[2J":1}]}`,
		`{"\u001b[2J":[]}`,
	} {
		stdout, stderr, err := try(t, "customerio", "exports", answer, definition.TryOptions{})
		if !errors.Is(err, ErrTry) {
			t.Fatal(err)
		}
		for _, text := range []string{stdout, stderr} {
			for line := range strings.Lines(text) {
				if line = strings.TrimSuffix(line, "\n"); line != human.Printable(line) {
					t.Errorf("%q", line)
				}
			}
		}
		if strings.Contains(answer, "id") && !strings.Contains(stdout, `report_id=" [2Ja"`) {
			t.Error(stdout)
		}
	}
}
