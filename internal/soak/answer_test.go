package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// good is an exposition of one account with one source.
const good = `# HELP export_account_info An account.
# TYPE export_account_info gauge
export_account_info{account="a",provider="kraken"} 1
# HELP export_source_refresh_timeout_seconds How long.
# TYPE export_source_refresh_timeout_seconds gauge
export_source_refresh_timeout_seconds{account="a",provider="kraken",source="trades"} 5
# HELP export_api_requests_total Requests.
# TYPE export_api_requests_total counter
export_api_requests_total{account="a",code="200",provider="kraken"} 7
`

func text() http.Header {
	return http.Header{"Content-Type": {string(expfmt.NewFormat(expfmt.TypeTextPlain))}}
}

// as is the same exposition in another format.
func as(t *testing.T, format expfmt.Format, body string) ([]byte, http.Header) {
	t.Helper()
	var b bytes.Buffer
	encoder := expfmt.NewEncoder(&b, format)
	err := families([]byte(body), text(), func(family *dto.MetricFamily) {
		if err := encoder.Encode(family); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), http.Header{"Content-Type": {string(format)}}
}

func oneAccount() configuration {
	return configuration{timeouts: map[series]float64{{"a", "trades"}: 5}}
}

// TestReadGood: both formats say the same.
func TestReadGood(t *testing.T) {
	for name, format := range map[string]expfmt.Format{
		"text":     expfmt.NewFormat(expfmt.TypeTextPlain),
		"protobuf": expfmt.NewFormat(expfmt.TypeProtoDelim),
	} {
		got := read(as(t, format, good))
		if got.problem != "" || got.samples != 3 || got.difference(oneAccount(), nil) != "" {
			t.Errorf("%s: %q, %d samples, %q", name, got.problem, got.samples, got.difference(oneAccount(), nil))
		}
		if len(got.growing) != 1 {
			t.Errorf("%s: growing %v", name, got.growing)
		}
	}
}

// TestReadBad: everything that must not be in a scrape is found.
func TestReadBad(t *testing.T) {
	twice := strings.SplitAfter(good, "\n")
	for name, test := range map[string]struct{ body, want string }{
		"cut within a line": {good[:len(good)-3], "ends within a line"},
		"not an exposition": {"# HELP a b\nwhat is this\n", "not an exposition"},
		"no samples":        {"# HELP a b\n# TYPE a gauge\n", "0 families"},
		"two families":      {"# HELP a b\n# TYPE a gauge\na 1\n# TYPE c gauge\nc 1\n", "2 families"},
		"series twice":      {strings.Replace(good, twice[2], twice[2]+twice[2], 1), "export_account_info{account=a\x00provider=kraken} occurs twice"},
		"family twice":      {good + strings.Join(twice[:3], ""), "family export_account_info occurs twice"},
		"no account_info":   {strings.Join(twice[3:], ""), "account a has series but no export_account_info"},
		"empty":             {"", "does not begin"},
	} {
		if got := read([]byte(test.body), text()); !strings.Contains(got.problem, test.want) {
			t.Errorf("%s: %q, want %q", name, got.problem, test.want)
		}
	}
	body, header := as(t, expfmt.NewFormat(expfmt.TypeProtoDelim), good)
	if got := read(body[:len(body)-3], header); !strings.Contains(got.problem, "not protobuf") {
		t.Errorf("cut protobuf: %q", got.problem)
	}
	if got := read([]byte(good), http.Header{"Content-Type": {"text/html"}}); !strings.Contains(got.problem, "unexpected content type") {
		t.Errorf("HTML: %q", got.problem)
	}
}

// TestDifference: a scrape that mixes configurations is none of them.
func TestDifference(t *testing.T) {
	shown := read([]byte(good), text())
	for name, test := range map[string]struct {
		timeouts map[series]float64
		named    []string
		want     string
	}{
		"account missing":    {map[series]float64{{"a", "trades"}: 5, {"b", "reports"}: 5}, nil, "b/reports is missing"},
		"source missing":     {map[series]float64{{"a", "trades"}: 5, {"a", "ledgers"}: 5}, nil, "a/ledgers is missing"},
		"other timeout":      {map[series]float64{{"a", "trades"}: 6}, nil, "a/trades has timeout 5, not 6"},
		"account too much":   {map[series]float64{}, nil, "1 accounts and 1 sources, not 0 and 0"},
		"not what was named": {map[series]float64{{"a", "trades"}: 5, {"b", "reports"}: 5}, []string{"b"}, "b/reports is missing"},
		"only what is named": {map[series]float64{{"a", "trades"}: 5, {"b", "reports"}: 5}, []string{"a"}, ""},
	} {
		if got := shown.difference(configuration{timeouts: test.timeouts}, test.named); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
