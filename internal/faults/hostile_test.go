package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// longID is much longer than a label may be; only its end differs.
func longID(end string) string { return strings.Repeat("0123456789", 1000) + end }

// hostileTexts are ids, types, formats and words that no provider should send,
// as JSON strings. Some are not valid text at all.
func hostileTexts() []string {
	texts := []string{
		`"`, `\`, `\"`, `\n`, `'`, "`", "line\nbreak", "carriage\rreturn", "\ttabs\t", "nul\x00", "bell\a", "escape\x1b[2J\x1b]0;title\a", "delete\x7f", "next\u0085line",
		"a\u202egnp.exe", "\u2066isolate\u2069", "zero\u200bwidth", "\ufeffmark", "line\u2028separator", "e\u0301", "\U0001f600", "\u00a0", "\ue000private",
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</td></tr></table></main>`, `<!--`, `]]>`, `&lt;b&gt;&#60;`, `javascript:alert(1)`,
		`{{.}}`, "${x}", "%s%d%n%!", "=1+1", "../../../etc/passwd", "?account=fund#x", " leading", "trailing ", "a  b", "-", "0", "null", "true", "NaN", "+Inf",
		`x",status="ready"} 1`, "x\"} 1\nexport_status{report_id=\"y\"} 1\n#", "# HELP export_status x", "# EOF", "\n# EOF\n", "__name__", "other", "<secret>",
		longID("a"), longID("b"), strings.Repeat("\u20ac", 3000), strings.Repeat("\n", 3000), strings.Repeat(`"`, 129), strings.Repeat("z", 128), strings.Repeat("z", 129),
	}
	for i, text := range texts {
		b, err := json.Marshal(text)
		if err != nil {
			panic(err) // a text always can
		}
		texts[i] = string(b)
	}
	return append(texts, `"lone \ud800 half"`, "\"not \xc3\x28 UTF-8\"", "\"\xff\xfe\"")
}

// hostileRig is the program with one account at each provider that has jobs,
// with a report for each text, which is in every field that is shown.
func hostileRig(t *testing.T) (r *rig.Rig, count int) {
	t.Helper()
	r = rig.New(t)
	texts := hostileTexts()
	lines := []string{"accounts:"}
	for _, p := range []sandbox.Provider{sandbox.Kraken, sandbox.CoinbaseExchange, sandbox.OnlyFansAPI} {
		a := r.Sandbox.AddAccount(p, "account-of-"+string(p))
		var reports []sandbox.Report
		for i, text := range texts {
			report := rig.Job(p, r.Clock.Now())
			report.ID = fmt.Sprintf("%04d", i)
			report.Created = r.Clock.Now().Add(-time.Duration(i+1) * time.Minute)
			report.Raw = hostileReport(p, text, report.Created)
			reports = append(reports, report)
		}
		a.SetReports(reports)
		lines = append(lines, r.Account(a))
	}
	r.Write(lines...)
	r.Start()
	return r, len(texts)
}

// hostileReport is an object as the provider sends it, with a text wherever one
// can be.
func hostileReport(p sandbox.Provider, text string, created time.Time) json.RawMessage {
	switch p {
	case sandbox.Kraken:
		return fmt.Appendf(nil, `{"id":%s,"report":%s,"format":%s,"status":%s,"descr":%s,"createdtm":"%d"}`, text, text, text, text, text, created.Unix())
	case sandbox.CoinbaseExchange:
		return fmt.Appendf(nil, `{"id":%s,"type":%s,"status":%s,"created_at":%q,"file_url":%s,"params":{"format":%s,"product_id":%s}}`, text, text, text, created.Format(time.RFC3339), text, text, text)
	default:
		return fmt.Appendf(nil, `{"id":%s,"type":%s,"status":%s,"file_type":%s,"created_at":%q,"failed_reason":%s}`, text, text, text, text, created.Format(time.RFC3339), text)
	}
}

// decoded returns the text that JSON decodes to.
func decoded(t *testing.T, text string) string {
	t.Helper()
	var s string
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// escapedLength is the number of bytes of a label's value in the text formats.
func escapedLength(value string) int {
	return len(value) + strings.Count(value, `\`) + strings.Count(value, `"`) + strings.Count(value, "\n")
}

// beginning is what a cut id has in common with the whole: all but the end that tells it
// from others.
func beginning(cut string) string {
	half := len(cut) / 2
	for !utf8.RuneStart(cut[half]) {
		half--
	}
	return cut[:half]
}

// checkUnique fails if two series of a family are the same.
func checkUnique(t *testing.T, families map[string]*dto.MetricFamily) {
	t.Helper()
	for name, family := range families {
		seen := make(map[string]bool)
		for _, metric := range family.GetMetric() {
			key := rig.Labels(metric)
			if seen[key] {
				t.Errorf("%s%s is there twice", name, key)
			}
			seen[key] = true
		}
	}
}

// values are the values of a label, by account, each once.
func values(family *dto.MetricFamily, label string) map[string][]string {
	found := make(map[string][]string)
	for _, metric := range family.GetMetric() {
		var account, value string
		for _, pair := range metric.GetLabel() {
			switch pair.GetName() {
			case "account":
				account = pair.GetValue()
			case label:
				value = pair.GetValue()
			}
		}
		if !slices.Contains(found[account], value) {
			found[account] = append(found[account], value)
		}
	}
	for _, list := range found {
		slices.Sort(list)
	}
	return found
}

// families asks for metrics in a format and reads them.
func families(t *testing.T, r *rig.Rig, accept string) map[string]*dto.MetricFamily {
	t.Helper()
	answer, body, err := rig.Ask(t.Context(), r.Client, http.MethodGet, "http://"+r.App.Addr()+"/metrics", func(request *http.Request) { request.Header.Set("Accept", accept) })
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", answer, err)
	}
	format := expfmt.ResponseFormat(answer.Header)
	if accept != "" && format.FormatType() != expfmt.TypeProtoDelim {
		t.Fatalf("%s is answered in %s", accept, format)
	}
	decoder := expfmt.NewDecoder(strings.NewReader(body), format)
	all := make(map[string]*dto.MetricFamily)
	for {
		var family dto.MetricFamily
		if err := decoder.Decode(&family); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("%s cannot be read: %v", format, err)
		}
		all[family.GetName()] = &family
	}
}

// TestHostileMetrics: whatever the ids, types and words are, what is scraped
// parses, has every report once, and gives back what was sent.
func TestHostileMetrics(t *testing.T) {
	t.Parallel()
	r, count := hostileRig(t)
	text := families(t, r, "")
	binary := families(t, r, "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	for _, all := range []map[string]*dto.MetricFamily{text, binary} {
		checkUnique(t, all)
		for _, family := range all {
			for _, metric := range family.GetMetric() {
				for _, pair := range metric.GetLabel() {
					if !utf8.ValidString(pair.GetValue()) || len(pair.GetValue()) > 256 {
						t.Errorf("%s has a label %s of %d bytes: %.100q", family.GetName(), pair.GetName(), len(pair.GetValue()), pair.GetValue())
					}
				}
			}
		}
	}
	for account, ids := range values(text["export_status"], "report_id") {
		if len(ids) != count {
			t.Errorf("%s has %d reports, want %d", account, len(ids), count)
		}
		for _, each := range hostileTexts() {
			id := decoded(t, each)
			found := slices.ContainsFunc(ids, func(got string) bool {
				return got == id || escapedLength(id) > 128 && escapedLength(got) <= 128 && escapedLength(got) > 100 && strings.HasPrefix(id, beginning(got))
			})
			if !found {
				t.Errorf("%s does not give back the id %.100q", account, id)
			}
		}
	}
	if got := len(values(text["export_status"], "report_id")); got != 3 {
		t.Errorf("%d accounts, want 3", got)
	}
	for account, types := range values(text["export_reports"], "type") {
		if len(types) > 32+1+2 { // the bound, other, and what Kraken's sources are fixed to
			t.Errorf("%s has %d types", account, len(types))
		}
	}
	for _, name := range []string{"export_status", "export_info", "export_unrecognized_status_info", "export_reports", "export_age_seconds"} {
		var keys [2][]string
		for i, all := range []map[string]*dto.MetricFamily{text, binary} {
			for _, metric := range all[name].GetMetric() {
				keys[i] = append(keys[i], rig.Labels(metric))
			}
			slices.Sort(keys[i])
		}
		if len(keys[0]) == 0 || !slices.Equal(keys[0], keys[1]) {
			t.Errorf("%s has %d series as text and %d others in protobuf", name, len(keys[0]), len(keys[1]))
		}
	}
	for _, source := range text["export_source_up"].GetMetric() {
		if source.GetGauge().GetValue() != 1 {
			t.Errorf("%s is not up", rig.Labels(source))
		}
	}
}

// TestHostileOpenMetrics: every line is one of the grammar's, and the end is at
// the end alone.
func TestHostileOpenMetrics(t *testing.T) {
	t.Parallel()
	r, count := hostileRig(t)
	answer, body, err := rig.Ask(t.Context(), r.Client, http.MethodGet, "http://"+r.App.Addr()+"/metrics", func(request *http.Request) {
		request.Header.Set("Accept", "application/openmetrics-text;version=1.0.0")
	})
	if err != nil || expfmt.ResponseFormat(answer.Header) == expfmt.FmtUnknown && !strings.HasPrefix(answer.Header.Get("Content-Type"), "application/openmetrics-text") {
		t.Fatalf("%v %v", answer, err)
	}
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	grammar := regexp.MustCompile(`^(# (HELP|TYPE|UNIT) [a-z_]+ [^\n]+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\[\\"n])*",?)*\})? [-+0-9.eEInfNa]+)( # \{.*)?$`)
	statuses := make(map[string]bool)
	for _, line := range lines[:len(lines)-1] {
		if !grammar.MatchString(line) {
			t.Errorf("not OpenMetrics: %.200q", line)
		}
		if strings.HasPrefix(line, "export_status{") {
			if statuses[line] {
				t.Errorf("twice: %.200q", line)
			}
			statuses[line] = true
		}
	}
	if last := lines[len(lines)-1]; last != "# EOF" {
		t.Errorf("the end is %.100q", last)
	}
	if want := 3 * count * 8; len(statuses) != want {
		t.Errorf("%d series of export_status, want %d", len(statuses), want)
	}
}
