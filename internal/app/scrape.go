package app

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/go-kit/log/level"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"export_status_exporter/collector"
	"export_status_exporter/collector/exposition"
	"export_status_exporter/internal/fleet"
)

// serveMetrics handles a scrape of all accounts. It refreshes what is due,
// waits until the deadline and writes the metrics as they are then. The status
// is 200 even if a provider fails.
func (a *App) serveMetrics(w http.ResponseWriter, r *http.Request) {
	current := a.fleet.Current()
	a.scrape(w, r, current.Members, a.processMetrics(current))
}

// serveExporter handles a scrape of the process metrics. It starts no refresh.
func (a *App) serveExporter(w http.ResponseWriter, r *http.Request) {
	a.expose(w, r, a.options.Now(), nil, a.processMetrics(a.fleet.Current()))
}

// serveProbe handles a scrape of the named accounts only. It accepts names from
// the configuration, never addresses.
func (a *App) serveProbe(w http.ResponseWriter, r *http.Request) {
	names := r.URL.Query()["account"]
	if len(names) == 0 {
		http.Error(w, "name one or more accounts: /probe?account=NAME", http.StatusBadRequest)
		return
	}
	var asked []*fleet.Member
	for _, m := range a.fleet.Current().Members {
		if slices.Contains(names, m.Name()) {
			asked = append(asked, m)
		}
	}
	slices.Sort(names)
	if len(asked) != len(slices.Compact(names)) {
		// The name is not echoed, because it is untrusted text.
		http.Error(w, "no such account; /sd lists them", http.StatusNotFound)
		return
	}
	a.scrape(w, r, asked, prometheus.Gatherers{})
}

// clash is a gauge of the Go runtime whose name collides with a counter in
// OpenMetrics, where go_memstats_alloc_bytes_total belongs to the family
// go_memstats_alloc_bytes. Strict parsers reject duplicate families. The gauge can
// be left out, because go_memstats_heap_alloc_bytes has the same value.
const clash = "go_memstats_alloc_bytes"

// processMetrics gathers the metrics of the process and of a configuration. Its
// family names are unique in every format.
func (a *App) processMetrics(of *fleet.Fleet) prometheus.Gatherer {
	return prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		families, err := prometheus.Gatherers{a.registry, of.Registry}.Gather()
		return slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == clash }), err
	})
}

// scrape refreshes the members that are due, and writes their metrics and those
// of a gatherer. At most one answer per CPU is rendered at a time: more would be
// no faster, and no budget limits the memory of an answer in progress.
func (a *App) scrape(w http.ResponseWriter, r *http.Request, members []*fleet.Member, process prometheus.Gatherer) {
	now := a.options.Now()
	a.refresh(r, now, members)
	select {
	case a.renders <- struct{}{}:
		defer func() { <-a.renders }()
		a.expose(w, r, now, fleet.Accounts(members, now), process)
	case <-r.Context().Done(): // the scraper disconnected
	}
}

// refresh refreshes what is due, until the scrape's deadline.
func (a *App) refresh(r *http.Request, now time.Time, members []*fleet.Member) {
	ctx, cancel := context.WithDeadline(r.Context(), arrival(r).Add(scrapeTimeout(r, a.options.TimeoutOffset)))
	defer cancel()
	if !fleet.Refresh(ctx, members, now) && r.Context().Err() == nil {
		a.process.ScrapesCutShort.Inc()
		_ = level.Debug(a.options.Loggers.Kit).Log("msg", "scrape answered at its deadline, refreshes continue")
	}
}

// expose writes the accounts at now and the metrics of a gatherer, in the
// format that the client prefers.
func (a *App) expose(w http.ResponseWriter, r *http.Request, now time.Time, accounts []collector.Account, process prometheus.Gatherer) {
	if r.Context().Err() != nil {
		return // the scraper disconnected
	}
	format := exposition.FormatOf(expfmt.NegotiateAccept(r.Header, expfmt.DefaultOpenMetricsAcceptedFormats()...))
	// Like promhttp's ContinueOnError, this shows what could be gathered.
	families, err := process.Gather()
	if err != nil {
		_ = level.Error(a.options.Loggers.Kit).Log("msg", "process metrics are incomplete", "err", err)
	}
	var options []expfmt.EncoderOption
	if a.options.CreatedSamples {
		options = append(options, expfmt.WithCreatedLines())
	}
	output, err := collector.Render(format, now, accounts, families, options...)
	if err != nil {
		_ = level.Error(a.options.Loggers.Kit).Log("msg", "failed to answer a scrape", "err", err)
		http.Error(w, "the metrics of the process cannot be encoded", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", format.ContentType())
	to, gzip := direct(w)
	if gzip {
		w.Header().Set("Content-Encoding", "gzip")
		err = output.WriteGzip(to)
		output.Release()
	} else {
		err = to.WriteLater(output)
	}
	if err != nil {
		_ = level.Warn(a.options.Loggers.Kit).Log("msg", "failed to answer a scrape", "err", err)
	}
}

// compressed adds gzip, which Prometheus asks for, at the fastest level. See
// docs/performance.md for the comparison.
func compressed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(1<<10), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.EnableZstd(false), gzhttp.ContentTypes([]string{
			"text/plain", "application/openmetrics-text", "application/vnd.google.protobuf", "text/html", "text/css", "application/json",
		}),
	)
	if err != nil {
		panic(err) // constant settings
	}
	return wrap(next)
}

// direct unwraps the response writer to the answer, and reports whether the
// client accepts gzip. Bytes written to the result are sent as they are.
func direct(w http.ResponseWriter) (to *bufferedResponse, gzip bool) {
	for {
		switch each := w.(type) {
		case *bufferedResponse:
			return each, gzip
		case *gzhttp.GzipResponseWriter:
			gzip = true
		}
		w = w.(interface{ Unwrap() http.ResponseWriter }).Unwrap() // all our writers have it
	}
}
