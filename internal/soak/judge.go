package main

import (
	"context"
	"net/http"
	"time"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/sandbox"
)

// settle ends what is under way without load: faults, and refreshes that go on
// after the scrape that began them.
func (c *course) settle() {
	c.director.clear()
	c.scrapers.once(whole())
	c.client.CloseIdleConnections()
}

func whole() scrape {
	return scrape{path: "/metrics", header: http.Header{"Accept-Encoding": {"gzip"}, "X-Prometheus-Scrape-Timeout-Seconds": {"30"}}}
}

// recoverTime is how long sources may take until they are well again; what
// waits for longer than longWait is not waited for.
const (
	recoverTime = time.Minute
	longWait    = 5 * time.Second
)

// recover clears the faults, reloads as a person does who has mended something,
// and checks that every source is up again, but for those that wait for a
// moment far away. Only accounts that have failed may wait. It returns how many
// sources do.
func (c *course) recover() (waiting int) {
	c.director.clear()
	c.refusing.well.Store(true)
	c.reloads.again(context.Background())
	var ill []series
	well := eventually(recoverTime, func() bool {
		shown, _ := c.scrapers.once(whole())
		if shown == nil {
			return false
		}
		waiting, ill = c.patients(shown, time.Now())
		return len(ill) == 0
	})
	if !well {
		for _, source := range ill {
			c.findings.add("everything is well again when the faults are over", "%s/%s is not up", source.account, source.source)
		}
	}
	return waiting
}

// patients returns how many sources wait with good reason, and which are down
// without one.
func (c *course) patients(shown *answer, now time.Time) (waiting int, ill []series) {
	soon := float64(now.Add(longWait).Unix())
	for source, up := range shown.up {
		switch {
		case up == 1:
		case shown.waits[source] > soon && (c.log.everFailed(source.account) || c.lost() > 0):
			waiting++
		default:
			ill = append(ill, source)
		}
	}
	return waiting, ill
}

// lost is how many lines of the log nobody has judged.
func (c *course) lost() uint64 {
	if c.queue == nil {
		return 0
	}
	return c.queue.Dropped()
}

// judge checks what the providers saw.
func (c *course) judge() {
	for _, text := range c.sandbox.Violations() {
		c.findings.add("only documented reads are sent", "%s", text)
	}
	// A refresh has one retry, of which each needs a stream.
	if failed, refused := c.log.refusedTwice(), c.refusing.refused.Load(); int64(2*failed) > refused {
		c.findings.add("a refused stream harms no other", "%d refreshes failed by %d refused streams", failed, refused)
	}
	passed := time.Since(c.begin)
	for _, m := range c.members {
		for verdict, count := range m.Verdicts() {
			if !expected(m.Provider(), verdict) {
				c.findings.add("providers take every request", "%s %s: %q %d times", m.Provider(), m.Name(), verdict, count)
			}
		}
		if got := m.MaxInFlight(); m.Provider() == sandbox.Kraken && got > 1 {
			c.findings.add("one request at once with a key of Kraken", "%s: %d", m.Name(), got)
		}
		if m.part == quiet {
			// However many scrape: a source is asked once in an interval, less
			// the slack of a tenth.
			most := int64(len(m.Facts().Sources)) * (int64(passed/(refreshInterval*9/10)) + 1)
			if got := m.Count(); got > most {
				c.findings.add("nobody is asked more often than configured", "%s: %d requests, at most %d", m.Name(), got, most)
			}
			if got := m.Count(); got < int64(len(m.Facts().Sources)) {
				c.findings.add("everybody is asked", "%s: %d requests", m.Name(), got)
			}
		}
	}
}

// judgeFiles counts the descriptors while the program runs. Of each provider it
// keeps as many idle connections as it has refreshes at one host, of which both ends are in this
// process; connections that are lost instead of kept grow beyond that.
func (c *course) judgeFiles(r *result) {
	idle := min(len(sandbox.Providers())*app.DefaultMaxRefreshesPerHost, len(c.reloads.both[0].timeouts))
	most := 2*idle + 4*c.options.scrapers + 64
	r.running, _ = openFiles()
	if r.running > most {
		c.findings.add("descriptors are bounded", "%d while running, at most %d", r.running, most)
	}
}

// expected are the verdicts that a request can meet whose credentials are right:
// a refused nonce is none of them.
func expected(p sandbox.Provider, verdict string) bool {
	return verdict == "ok" || p == sandbox.CoinbaseExchange && verdict == "request timestamp expired" // by FaultClock
}
