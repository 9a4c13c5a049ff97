package definition

import (
	"fmt"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/onlyfansapi"
	"export_status_exporter/provider/providertest"
)

func onlyFans(tb testing.TB) *Definition {
	tb.Helper()
	content, err := os.ReadFile("testdata/onlyfansapi.yml")
	if err != nil {
		tb.Fatal(err)
	}
	return must(tb, string(content))
}

// both fetches the same answers with the OnlyFansAPI code and with its definition.
func both(t *testing.T, ids []string, answers ...providertest.Answer) (code, definition provider.Snapshot) {
	t.Helper()
	c := onlyfansapi.DefaultConfig()
	c.Token, c.ExportIDs = providertest.Ref(""), ids
	coded := c.Sources(providertest.Deps(providertest.Answers(answers...)), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
	code, failed := providertest.Fetch(t, coded)
	if failed != nil {
		t.Fatal(failed)
	}
	r := newRig(t, onlyFans(t), func(c *Config) {
		c.Token = providertest.Ref("")
		if ids != nil {
			c.IDs = map[string][]string{"data_exports": ids}
		}
	}, answers...)
	return code, r.must(t)
}

// TestADefinitionIsAsGoodAsCode compares everything that becomes metrics: reports,
// quota and unreadable values.
func TestADefinitionIsAsGoodAsCode(t *testing.T) {
	fixtures, err := os.ReadDir("../onlyfansapi/testdata")
	if err != nil || len(fixtures) == 0 {
		t.Fatal(err, len(fixtures))
	}
	type test struct {
		name    string
		ids     []string
		answers []providertest.Answer
	}
	var tests []test
	for _, each := range fixtures {
		if !each.IsDir() {
			answer := body(providertest.File(t, "../onlyfansapi/testdata/"+each.Name()))
			tests = append(tests, test{each.Name(), []string{"data_export_abc123xyz789"}, []providertest.Answer{answer}})
		}
	}
	for _, status := range []string{
		"calculating_credits", "pending", "calculating_credits_completed", "in_progress", "completed", "failed",
		"calculating_credits_failed", "cancelled", "canceled", "expired", "odd", "",
	} {
		export := fmt.Sprintf(`{"id":"e","type":"payouts","status":%q,"file_type":"csv","start_date":"2026-01-01","end_date":"odd","created_at":"2026-02-01T00:00:00Z",`+
			`"completed_at":"2026-02-02T00:00:00Z","failed_at":"2026-02-03T00:00:00Z","total_rows":"10","rows_processed":"x","progress_percentage":"50","failed_downloads":2,"credit_cost":1.5}`, status)
		meta := `"_meta":{"_credits":{"used":0,"balance":"7"},"_rate_limits":{"limit_minute":60,"remaining_minute":"59","limit_day":null,"remaining_day":-1}}`
		tests = append(tests,
			test{status + " nested", nil, []providertest.Answer{body(`{"data":{"data":[` + export + `],"meta":{"last_page":1}},` + meta + `}`)}},
			test{status + " flat", nil, []providertest.Answer{body(`{"data":[` + export + `],"meta":{"last_page":1},` + meta + `}`)}},
			test{status + " empty", nil, []providertest.Answer{body(`{"data":{"data":{}},` + meta + `}`)}},
		)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, definition := both(t, test.ids, test.answers...)
			if len(code.Reports) != len(definition.Reports) {
				t.Fatalf("%+v, want %+v", definition.Reports, code.Reports)
			}
			for i := range code.Reports {
				// Only the code knows that the expiry is unreliable.
				definition.Reports[i].ExpiryEndsReady = code.Reports[i].ExpiryEndsReady
			}
			if !reflect.DeepEqual(code.Reports, definition.Reports) {
				t.Errorf("reports %+v, want %+v", definition.Reports, code.Reports)
			}
			if !reflect.DeepEqual(code.Quota, definition.Quota) || code.Unreadable != definition.Unreadable {
				t.Errorf("quota %+v %v, want %+v %v", definition.Quota, definition.Unreadable, code.Quota, code.Unreadable)
			}
		})
	}
}

// BenchmarkFetch is the counterpart of the benchmark in package onlyfansapi.
func BenchmarkFetch(b *testing.B) {
	providertest.BenchmarkFetch(b, benchItem, benchAnswer, func(api http.RoundTripper) provider.Source { return definedSource(b, api) })
}

// BenchmarkAgainstCode measures a refresh of 10,000 reports with a definition, relative
// to the code: CPU time, bytes and allocations.
func BenchmarkAgainstCode(b *testing.B) {
	items := make([]string, 10000)
	for i := range items {
		items[i] = benchItem(i)
	}
	api := providertest.JSON(benchAnswer("[" + strings.Join(items, ",") + "]"))
	c := onlyfansapi.DefaultConfig()
	c.Token = providertest.Ref("")
	code := c.Sources(providertest.Deps(api), providertest.Secrets(b, c.Secrets()), &providertest.Observer{})[0]
	var cost [2]struct{ cpu, bytes, allocs float64 }
	for b.Loop() {
		for i, source := range []provider.Source{code, definedSource(b, api)} {
			runtime.GC()
			cpu, bytes, allocs := spent()
			if snapshot, err := source.Fetch(b.Context()); err != nil || len(snapshot.Reports) != len(items) {
				b.Fatal(len(snapshot.Reports), err)
			}
			cpuNow, bytesNow, allocsNow := spent()
			if took := cpuNow - cpu; cost[i].cpu == 0 || took < cost[i].cpu {
				cost[i].cpu = took // the minimum is the least disturbed run
			}
			cost[i].bytes, cost[i].allocs = cost[i].bytes+bytesNow-bytes, cost[i].allocs+allocsNow-allocs
		}
	}
	b.ReportMetric(cost[1].cpu/cost[0].cpu, "cpu-ratio")
	b.ReportMetric(cost[1].bytes/cost[0].bytes, "bytes-ratio")
	b.ReportMetric(cost[1].allocs/cost[0].allocs, "allocs-ratio")
}

// spent returns what the process has used so far: CPU time in seconds, bytes and
// allocations.
func spent() (cpu, bytes, allocs float64) {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // fails only for invalid arguments
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	of := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return of(usage.Utime) + of(usage.Stime), float64(memory.TotalAlloc), float64(memory.Mallocs)
}

// definedSource returns OnlyFansAPI as a definition with a single page, because the
// code also reads a single page here.
func definedSource(b *testing.B, api http.RoundTripper) provider.Source {
	b.Helper()
	d := onlyFans(b)
	d.Sources[0].next = nil
	c := NewConfig(d)
	c.Token = providertest.Ref("")
	return c.Sources(providertest.Deps(api), providertest.Secrets(b, c.Secrets()), &providertest.Observer{})[0]
}

func benchItem(i int) string {
	return fmt.Sprintf(`{"id":"export_%d","type":"transactions","status":"in_progress","file_type":"csv","start_date":"2026-01-01T00:00:00Z",`+
		`"end_date":"2026-02-01T00:00:00Z","created_at":"2026-02-27T00:00:00Z","completed_at":null,"failed_at":null,`+
		`"total_rows":1000,"rows_processed":420,"progress_percentage":42,"credit_cost":12,"accounts":["a","b"],`+
		`"export_columns":["a","b","c"],"download_url":null}`, i)
}

func benchAnswer(items string) string {
	return `{"data":{"data":` + items + `,"meta":{"current_page":1,"last_page":1}},"_meta":{"_credits":{"used":0,"balance":500}}}`
}
