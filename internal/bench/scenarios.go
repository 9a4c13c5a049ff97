package main

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/klauspost/compress/gzhttp"
	fastgzip "github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/account"
	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/provider"
)

// scenarios returns the scenarios by name.
func scenarios() map[string]func(reports int) (result, error) {
	return map[string]func(int) (result, error){
		"cycle":        func(n int) (result, error) { return cycle(n, false) },
		"cycle-naive":  func(n int) (result, error) { return cycle(n, true) },
		"scrape":       func(n int) (result, error) { return scrape(n, fast(text(), false)) },
		"scrape-gzip":  func(n int) (result, error) { return scrape(n, fast(text(), true)) },
		"naive":        func(n int) (result, error) { return scrape(n, naive(text(), false)) },
		"naive-gzip":   func(n int) (result, error) { return scrape(n, naive(text(), true)) },
		"floor":        func(n int) (result, error) { return scrape(n, ready(text(), true)) },
		"allocations":  allocations,
		"slow-one":     func(int) (result, error) { return slow(1, 1) },
		"slow-32":      func(int) (result, error) { return slow(32, 1) },
		"slow-32-by-8": func(int) (result, error) { return slow(32, 8) },
		"slow-1000":    func(int) (result, error) { return slow(1000, 1) },
	}
}

// snapshotOf returns n reports like those of Coinbase.
func snapshotOf(n int, now time.Time) *provider.Snapshot {
	s := &provider.Snapshot{Complete: true, Reports: make([]provider.Report, 0, n)}
	for i := range n {
		made := now.Add(-time.Duration(i) * time.Minute)
		s.Reports = append(s.Reports, provider.Report{
			ID: fmt.Sprintf("66e2dc58-a11b-4ae7-af08-%012x", i), Type: "fills", Format: "csv",
			Status: provider.StatusReady, ExpiryEndsReady: true, Progress: provider.Num(1),
			Created: made, Completed: made.Add(time.Minute), Expires: now.Add(10000 * time.Hour),
			DataStart: made.Add(-time.Hour), DataEnd: made,
		})
	}
	return s
}

// accountOf returns an account with a snapshot that does not change.
func accountOf(n int, now time.Time) collector.Account {
	return collector.Account{
		View: account.View{
			Name: "account", Provider: "coinbase_exchange", Now: now,
			Policy: account.Policy{Timeout: 10 * time.Second, MaxReports: 100000, MaxAge: 100000 * time.Hour},
			Sources: []account.SourceView{{
				Name: "reports", Snapshot: snapshotOf(n, now), Refreshed: true, Up: true, LastSuccess: now,
				Past: &account.Past{Types: []string{"fills"}, DataEnd: map[string]time.Time{"fills": now}},
			}},
		},
		Calls: collector.NewCallCounters(prometheus.ObserverFunc(func(float64) {})),
		Cache: &exposition.Cache{},
	}
}

// accountsOf returns accounts that share n reports.
func accountsOf(accounts, n int, now time.Time) []collector.Account {
	fleet := make([]collector.Account, accounts)
	for i := range fleet {
		fleet[i] = accountOf(n/accounts, now)
		fleet[i].View.Name = fmt.Sprintf("account-%d", i)
	}
	return fleet
}

// format is what a scraper requests, and what it gets.
type format struct {
	name, accept string
	answer       expfmt.Format
}

func text() format {
	return format{"text", "text/plain;version=0.0.4", expfmt.NewFormat(expfmt.TypeTextPlain)}
}

// door returns a handler that serves a fleet's metrics in one of the ways that are
// compared.
type door func(fleet []collector.Account) http.Handler

// fast returns the exporter's own rendering.
func fast(f format, compress bool) door {
	return func(fleet []collector.Account) http.Handler {
		rendered := exposition.FormatOf(f.answer)
		handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", string(f.answer))
			write(w, rendered, fleet)
		}))
		if !compress {
			return handler
		}
		return compressed(handler)
	}
}

// write writes a fleet's metrics to a writer that never fails.
func write(w io.Writer, f exposition.Format, fleet []collector.Account) {
	if out, err := collector.Render(f, fleet[0].View.Now, fleet, nil); err == nil {
		_ = out.Write(w)
		out.Release()
	}
}

func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(fastgzip.BestSpeed), gzhttp.EnableZstd(false))
	if err != nil {
		panic(err) // the settings are constants
	}
	return wrap(next)
}

// naive returns what most exporters do: constant metrics in a registry.
func naive(f format, compress bool) door {
	return func(fleet []collector.Account) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Accept", f.accept)
			registry := prometheus.NewRegistry()
			registry.MustRegister(collector.New(fleet))
			promhttp.HandlerFor(registry, promhttp.HandlerOpts{
				DisableCompression: !compress, EnableOpenMetrics: true, OfferedCompressions: []promhttp.Compression{promhttp.Identity, promhttp.Gzip},
			}).ServeHTTP(w, r)
		})
	}
}

// scrape repeats scrapes while only the time changes.
func scrape(reports int, open door) (result, error) {
	now := time.Now()
	fleet := []collector.Account{accountOf(reports, now)}
	handler := open(fleet)
	return rounds(func() error {
		fleet[0].View.Now = fleet[0].View.Now.Add(time.Second)
		return ask(handler)
	})
}

// ready returns the lower bound: it sends the same bytes, prepared in advance.
func ready(f format, compress bool) door {
	return func(fleet []collector.Account) http.Handler {
		var kept keeper
		rendered := exposition.FormatOf(f.answer)
		write(&kept, rendered, fleet)
		handler := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", string(f.answer))
			_, _ = w.Write(kept)
		}))
		if !compress {
			return handler
		}
		return compressed(handler)
	}
}

// allocations returns the number of allocations of one scrape as Calls.
func allocations(reports int) (result, error) {
	handler := fast(text(), false)([]collector.Account{accountOf(reports, time.Now())})
	count := testing.AllocsPerRun(100, func() { _ = ask(handler) })
	return result{Calls: int64(count)}, nil
}

type keeper []byte

// Write implements io.Writer.
func (k *keeper) Write(p []byte) (int, error) {
	*k = append(*k, p...)
	return len(p), nil
}

// sink is an http.ResponseWriter that discards everything.
type sink struct{ header http.Header }

// Header implements http.ResponseWriter.
func (s sink) Header() http.Header { return s.header }

// WriteHeader implements http.ResponseWriter.
func (sink) WriteHeader(int) {}

// Write implements http.ResponseWriter.
func (sink) Write(p []byte) (int, error) { return len(p), nil }

var _ io.Writer = sink{}

// ask makes one scrape without a network.
func ask(handler http.Handler) error {
	request, err := http.NewRequest(http.MethodGet, "/metrics", nil)
	if err != nil {
		return fmt.Errorf("making a request: %w", err)
	}
	request.Header.Set("Accept-Encoding", "gzip")
	handler.ServeHTTP(sink{http.Header{}}, request)
	return nil
}
