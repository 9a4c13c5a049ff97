package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// demo is the schedule of the demo jobs. What exists at a moment, and in which
// state, is a function of that moment and the epoch alone.
type demo struct {
	epoch time.Time // when the demo was seeded, whole seconds
	pace  time.Duration
}

const (
	demoKept          = 3 // of a kind of job that comes again; older ones vanish
	demoStuckAge      = 9 * time.Hour
	demoFailedAge     = 2 * time.Hour
	demoExpiryEvery   = 6 * time.Hour
	demoCredits       = 9500
	demoCreditsFloor  = 120
	demoCreditsPerJob = 35
)

// RefusedAccount is the demo's account whose key is refused.
const RefusedAccount = "former-desk"

// demoLatency is how long the demo's first API takes to answer, as if it were
// far away; each further one takes as much longer.
const demoLatency = 40 * time.Millisecond

// SeedDemo adds an account for each API, with jobs that move from now on, and
// one whose key is refused. A second call moves the epoch of the jobs and keeps
// the accounts.
func (s *Sandbox) SeedDemo() {
	d := demo{epoch: s.now().Truncate(time.Second), pace: s.pace}
	s.mu.Lock()
	providers := slices.Clone(s.order)
	s.mu.Unlock()
	var accounts []*Account
	for i, p := range providers {
		h := s.host(p)
		name := h.api.facts().demo.name
		if name == "" {
			continue
		}
		a := s.AddAccount(p, name)
		a.SetReportsFunc(func(now time.Time) []Report { return h.api.demo(d, now) })
		a.setCreditsFunc(d.credits)
		accounts = append(accounts, a)
		s.SetFault(p, Fault{Kind: FaultLatency, Delay: time.Duration(i+1) * demoLatency})
	}
	refused := s.AddAccount(CoinbaseExchange, RefusedAccount)
	refused.SetFault(Fault{Kind: FaultError, Status: http.StatusUnauthorized, Errors: []string{"Invalid API Key"}})
	s.mu.Lock()
	defer s.mu.Unlock()
	accounts = append(accounts, refused)
	s.demo = accounts
}

// job is one of a series: its number, and when it was asked for.
type job struct {
	n       int64
	created time.Time
}

// series returns the newest jobs of a kind that is asked for again every
// period, newest first. The shift moves the series against the epoch.
func (d demo) series(now time.Time, period, shift time.Duration, kept int) []job {
	period = max(period, time.Millisecond) // a pace of some nanoseconds divides to nothing
	first := d.epoch.Add(shift)
	newest := int64(now.Sub(first) / period)
	if now.Before(first.Add(time.Duration(newest) * period)) {
		newest-- // the division rounds towards zero
	}
	jobs := make([]job, kept)
	for i := range jobs {
		n := newest - int64(i)
		jobs[i] = job{n: n, created: first.Add(time.Duration(n) * period)}
	}
	return jobs
}

// phase is how far a job is: 0 while queued, which is a quarter of the pace,
// then the part of the work that is done, 1 when ready.
func (d demo) phase(now, created time.Time) float64 {
	queue := d.pace / 4
	done := now.Sub(created) - queue
	return min(1, max(0, float64(done)/float64(d.pace-queue)))
}

// moving returns reports that go from queued to ready, with the provider's
// words for the three states.
func (d demo) moving(now time.Time, kind string, shift time.Duration, words [3]string) []Report {
	var reports []Report
	for _, j := range d.series(now, 2*d.pace, shift, demoKept) {
		r := Report{
			Type: kind, Status: words[0], Created: j.created,
			DataStart: j.created.AddDate(0, 0, -30), DataEnd: j.created,
		}
		if now.Sub(j.created) >= d.pace/4 {
			r.Status, r.Started = words[1], j.created.Add(d.pace/4)
		}
		if now.Sub(j.created) >= d.pace {
			r.Status, r.Completed = words[2], j.created.Add(d.pace)
		}
		r.ID = d.id(kind, j.n)
		reports = append(reports, r)
	}
	return reports
}

// still returns a report whose state does not change.
func (d demo) still(kind, name, word string, age time.Duration) Report {
	created := d.epoch.Add(-age)
	return Report{
		ID: d.id(kind+name, 0), Type: kind, Status: word, Created: created,
		DataStart: created.AddDate(0, 0, -30), DataEnd: created,
	}
}

// id is a stable name of a job, in hexadecimal; each provider puts it its way.
func (d demo) id(kind string, n int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", kind, n, d.epoch.Unix()))
	return hex.EncodeToString(sum[:16])
}

// derivedUUID is a stable UUID for a numbered thing.
func derivedUUID(kind string, n int64, epoch time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", kind, n, epoch.Unix()))
	return uuid(sum[:16])
}

// letters turns an id into four capital letters, as Kraken's are.
func letters(id string) string {
	sum := sha256.Sum256([]byte(id))
	text := make([]byte, 4)
	for i := range text {
		text[i] = 'A' + sum[i]%26
	}
	return string(text)
}

// credits fall with every finished export of transactions and stop at a small
// balance, so that a demo left alone keeps its warning.
func (d demo) credits(now time.Time) Credits {
	finished := int64(now.Sub(d.epoch) / (2 * d.pace))
	return Credits{Balance: max(demoCreditsFloor, demoCredits-demoCreditsPerJob*max(0, finished))}
}
