package main

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
)

// serve answers every scrape with a body, compressed, and returns scrapers of
// it that know the configurations.
func serve(t *testing.T, status int, body string, both [2]configuration, words ...string) (*scrapers, *findings) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		format := expfmt.NewFormat(expfmt.TypeTextPlain)
		if strings.Contains(body, "# EOF") {
			format = expfmt.NewFormat(expfmt.TypeOpenMetrics)
		}
		w.Header().Set("Content-Type", string(format))
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		packed := gzip.NewWriter(w)
		_, _ = io.WriteString(packed, body)
		_ = packed.Close()
	}))
	t.Cleanup(server.Close)
	var f findings
	return &scrapers{
		client: server.Client(), address: server.URL, findings: &f, canaries: newCanaries(words),
		reloads: &reloader{both: both, findings: &f}, slots: make(chan struct{}, 1),
		stable: []string{"a"}, stays: map[string]bool{"a": true},
	}, &f
}

// TestOnce: a scrape that is not as it must be is a finding.
func TestOnce(t *testing.T) {
	same := [2]configuration{oneAccount(), oneAccount()}
	other := configuration{timeouts: map[series]float64{{"a", "trades"}: 6}}
	for name, test := range map[string]struct {
		status int
		body   string
		both   [2]configuration
		epoch  int
		want   string
	}{
		"good":                    {http.StatusOK, good, same, 0, ""},
		"unavailable":             {http.StatusServiceUnavailable, good, same, 0, "no scrape fails"},
		"not an exposition":       {http.StatusOK, "hello\n", same, 0, "every scrape parses, with every series once"},
		"the other while loading": {http.StatusOK, good, [2]configuration{other, oneAccount()}, 1, ""},
		"the other at rest":       {http.StatusOK, good, [2]configuration{other, oneAccount()}, 0, "a scrape shows one configuration"},
		"neither":                 {http.StatusOK, good, [2]configuration{other, other}, 1, "a scrape shows one configuration"},
		"OpenMetrics":             {http.StatusOK, "# EOF\n", same, 0, ""},
		"OpenMetrics cut off":     {http.StatusOK, "# EOF", same, 0, "every scrape parses"},
		"a secret":                {http.StatusOK, strings.Replace(good, "How long", "CANARY-CANARY", 1), same, 0, "no secret in a scrape"},
	} {
		s, f := serve(t, test.status, test.body, test.both, "CANARY-CANARY")
		s.reloads.epoch = test.epoch
		s.once(whole())
		got := strings.Join(f.list(), ";")
		if (test.want == "") != (got == "") || !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestLeaving: a scrape that we cancel is counted and is no failure.
func TestLeaving(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(server.Close)
	var f findings
	s := &scrapers{client: server.Client(), address: server.URL, findings: &f, reloads: &reloader{}}
	next := whole()
	next.leave = time.Millisecond
	if shown, _ := s.once(next); shown != nil || s.left != 1 || len(f.list()) > 0 {
		t.Errorf("answer %v, %d left, findings %q", shown, s.left, f.list())
	}
}

// TestCompare: a counter of an account that stays may not fall; those of others
// may.
func TestCompare(t *testing.T) {
	s, f := serve(t, http.StatusOK, good, [2]configuration{})
	last := make(map[string]growth)
	for _, value := range []float64{1, 2, 2} {
		s.compare(last, &answer{growing: map[string]growth{"of a": {"a", value}, "of b": {"b", -value}}})
	}
	if got := f.list(); len(got) > 0 {
		t.Errorf("nothing fell: %q", got)
	}
	s.compare(last, &answer{growing: map[string]growth{"of a": {"a", 1}}})
	if got := f.list(); len(got) != 1 || !strings.Contains(got[0], "of a: 1 after 2") {
		t.Errorf("findings %q", got)
	}
}

// TestDraw: every kind of scrape occurs.
func TestDraw(t *testing.T) {
	s := &scrapers{stable: []string{"a", "b"}}
	rng := newRand(1, 1)
	seen := make(map[string]int)
	for range 200 {
		next := s.draw(rng)
		seen[strings.SplitAfter(next.path, "?")[0]]++
		seen["deadline "+next.limit.String()]++
		if next.leave > 0 {
			seen["leaves"]++
		}
		format, _, _ := strings.Cut(next.header.Get("Accept"), ";")
		seen["format "+format]++
		if next.header.Get("Accept-Encoding") != "gzip" {
			t.Error("not compressed")
		}
	}
	for _, kind := range []string{
		"/metrics", "/probe?", "leaves",
		"format ", "format application/openmetrics-text", "format application/vnd.google.protobuf",
		"deadline 0s", "deadline 3s", "deadline 10s", "deadline 15s",
	} {
		if seen[kind] == 0 {
			t.Errorf("%s never occurs: %v", kind, seen)
		}
	}
}
