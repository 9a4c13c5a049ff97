package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/common/expfmt"
)

// scrapeLimit ends a scrape that hangs; no deadline that is asked for comes
// near it.
const scrapeLimit = 2 * time.Minute

// scrapers ask the program as several Prometheus servers do.
type scrapers struct {
	client   *http.Client
	address  string
	reloads  *reloader
	findings *findings
	canaries *canaries
	stable   []string // accounts that stay as they are through all reloads
	stays    map[string]bool
	pause    time.Duration
	// slots bounds how many answers are checked at once: checking costs more
	// CPU than scraping.
	slots chan struct{}

	mu      sync.Mutex
	whole   []time.Duration // of /metrics
	probes  []time.Duration
	left    int // scrapes that we cancelled
	late    int // scrapes that Prometheus would have given up
	samples int // of the largest scrape
}

// scrape is one request and what must come of it.
type scrape struct {
	path   string
	named  []string // accounts of a probe
	header http.Header
	limit  time.Duration // what Prometheus would wait; 0 is not told
	leave  time.Duration // when to leave early; 0 is never
}

// draw decides what the next scrape is like: most ask for everything, some for
// a few accounts; in each of Prometheus' formats; with one deadline or another; and some
// leave early.
func (s *scrapers) draw(rng *rand.Rand) scrape {
	next := scrape{path: "/metrics", header: http.Header{"Accept-Encoding": {"gzip"}}}
	if rng.IntN(4) == 0 {
		next.path = "/probe?"
		for range 3 {
			name := s.stable[rng.IntN(len(s.stable))]
			next.named = append(next.named, name)
			next.path += "&account=" + url.QueryEscape(name)
		}
	}
	if accept := []string{
		"", "application/openmetrics-text;version=1.0.0",
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
	}[rng.IntN(3)]; accept != "" {
		next.header.Set("Accept", accept)
	}
	if seconds := []int{0, 3, 10, 15}[rng.IntN(4)]; seconds > 0 {
		next.limit = time.Duration(seconds) * time.Second
		next.header.Set("X-Prometheus-Scrape-Timeout-Seconds", fmt.Sprint(seconds))
	}
	if rng.IntN(8) == 0 {
		next.leave = time.Duration(1+rng.IntN(500)) * time.Millisecond
	}
	return next
}

// run scrapes until ctx ends; the last scrape is finished.
func (s *scrapers) run(ctx context.Context, rng *rand.Rand) {
	last := make(map[string]growth)
	for ctx.Err() == nil {
		next := s.draw(rng)
		if shown, took := s.once(next); shown != nil {
			s.note(next, took, shown.samples)
			s.compare(last, shown)
		}
		if s.pause > 0 && !wait(ctx, time.Duration(rng.Int64N(int64(s.pause)))) {
			return
		}
	}
}

// note takes the numbers of a scrape.
func (s *scrapers) note(what scrape, took time.Duration, samples int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if what.named == nil {
		s.whole = append(s.whole, took)
	} else {
		s.probes = append(s.probes, took)
	}
	if what.limit > 0 && took > what.limit {
		s.late++
	}
	s.samples = max(s.samples, samples)
}

// once scrapes and checks. It returns nil if there is no good answer, and how
// long the answer took.
func (s *scrapers) once(what scrape) (*answer, time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeLimit)
	defer cancel()
	if what.leave > 0 {
		timer := time.AfterFunc(what.leave, cancel)
		defer timer.Stop()
	}
	before, epoch := s.reloads.now()
	began := time.Now()
	status, header, packed, err := s.get(ctx, what)
	took := time.Since(began)
	_, after := s.reloads.now()
	switch {
	case err != nil && what.leave > 0 && errors.Is(ctx.Err(), context.Canceled):
		s.mu.Lock()
		defer s.mu.Unlock()
		s.left++
		return nil, took
	case err != nil:
		s.findings.add("no scrape fails", "%s after %s: %v", what.path, took, err)
		return nil, took
	case status != http.StatusOK:
		s.findings.add("no scrape fails", "%s answered %d", what.path, status)
		return nil, took
	}
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	return s.check(what, header, packed, before, epoch == after && epoch%2 == 0), took
}

// get returns the answer as it came over the wire, compressed.
func (s *scrapers) get(ctx context.Context, what scrape) (int, http.Header, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+what.path, nil)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("scrape: %w", err)
	}
	request.Header = what.header
	reply, err := s.client.Do(request)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("scrape: %w", err)
	}
	defer func() { _ = reply.Body.Close() }()
	packed, err := io.ReadAll(reply.Body)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("scrape: %w", err)
	}
	return reply.StatusCode, reply.Header, packed, nil
}

// check judges an answer. Where nothing was reloaded meanwhile, it must show
// the configuration in force, else either, but never a mixture.
func (s *scrapers) check(what scrape, header http.Header, packed []byte, current int, still bool) *answer {
	if got := header.Get("Content-Encoding"); got != "gzip" {
		s.findings.add("a scrape is compressed as asked", "%s: %q", what.path, got)
		return nil
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		s.findings.add("every scrape parses", "%s: %v", what.path, err)
		return nil
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		s.findings.add("every scrape parses", "%s: %v", what.path, err)
		return nil
	}
	if at := s.canaries.find(body); at >= 0 {
		s.findings.add("no secret in a scrape", "%.100q...", body[max(0, at-100):at])
	}
	if strings.HasPrefix(header.Get("Content-Type"), expfmt.OpenMetricsType) {
		// Its strict parsers run in a module of their own, e2e/parsers.
		if !bytes.HasSuffix(body, []byte("# EOF\n")) {
			s.findings.add("every scrape parses", "%s does not end with # EOF", what.path)
		}
		return new(answer)
	}
	shown := read(body, header)
	if shown.problem != "" {
		s.findings.add("every scrape parses, with every series once", "%s: %s", what.path, shown.problem)
		return nil
	}
	wrong := shown.difference(s.reloads.both[current], what.named)
	if wrong != "" && !still && shown.difference(s.reloads.both[1-current], what.named) == "" {
		wrong = ""
	}
	if wrong != "" {
		s.findings.add("a scrape shows one configuration", "%s: %s", what.path, wrong)
	}
	return shown
}

// compare checks that nothing falls that must not, for accounts that stay. The
// scrapes of one scraper follow each other.
func (s *scrapers) compare(last map[string]growth, shown *answer) {
	for key, now := range shown.growing {
		if before, ok := last[key]; ok && now.value < before.value {
			s.findings.add("counters of unchanged accounts never fall", "%s: %v after %v", key, now.value, before.value)
		}
	}
	for key, now := range shown.growing {
		if s.stays[now.account] {
			last[key] = now
		}
	}
}
