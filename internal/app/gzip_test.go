package app_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestPackedAnswers: from scrape to scrape, an answer by gzip unpacks to what a
// client without it is told, at every endpoint of metrics.
func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	agency := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "agency")
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	for _, each := range []*sandbox.Account{agency, fund} {
		each.SetLimit(0)
	}
	r.Sandbox.SeedDemo()
	r.Write("accounts:", r.Account(agency), r.Account(fund))
	r.Start()
	ask := func(path, encoding string) (text, encoded string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.App.Addr()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", encoding)
		answer, err := r.Client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		if vary := answer.Header.Get("Vary"); answer.StatusCode != http.StatusOK || vary != "Accept-Encoding" {
			t.Errorf("%s by %s: %d, Vary %q", path, encoding, answer.StatusCode, vary)
		}
		body := io.Reader(answer.Body)
		encoded = answer.Header.Get("Content-Encoding")
		if encoded == "gzip" {
			if body, err = gzip.NewReader(answer.Body); err != nil {
				t.Fatal(err)
			}
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatalf("%s by %s: %v", path, encoding, err)
		}
		return string(content), encoded
	}
	for range 4 {
		r.Scrape() // so that nothing is due
		for _, path := range []string{"/probe?account=agency", "/probe?account=agency&account=fund", "/metrics", "/metrics/exporter"} {
			plain, none := ask(path, "gzip;q=0, identity")
			packed, by := ask(path, "gzip")
			if none != "" || by != "gzip" {
				t.Errorf("%s: encodings %q and %q", path, none, by)
			}
			// The process metrics differ each time.
			cut := func(text string) string {
				before, _, _ := strings.Cut(text, "# HELP export_api_request_duration_seconds")
				return before
			}
			if cut(plain) != cut(packed) || strings.HasPrefix(path, "/probe") && !strings.Contains(packed, "export_status{") {
				t.Errorf("%s: plain\n%s\npacked\n%s", path, plain, packed)
			}
		}
		r.Clock.Advance(2 * time.Minute)
	}
}
