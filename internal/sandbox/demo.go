package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// demo is the schedule of the demo jobs. Their existence and state depend only on the
// time and on the epoch.
type demo struct {
	epoch time.Time // when the demo was seeded, in whole seconds
	pace  time.Duration
}

const (
	demoKept          = 3 // jobs per repeating kind; older ones vanish
	demoStuckAge      = 9 * time.Hour
	demoFailedAge     = 2 * time.Hour
	demoExpiryEvery   = 6 * time.Hour
	demoCredits       = 9500
	demoCreditsFloor  = 120
	demoCreditsPerJob = 35
)

// RefusedAccount is the demo account whose key is refused.
const RefusedAccount = "former-desk"

// demoLatency is the latency of the demo's first API. Each further API adds the same
// amount.
const demoLatency = 40 * time.Millisecond

// SeedDemo adds an account for each API, with jobs that progress from now on, and one
// account whose key is refused. Further calls move the epoch of the jobs and keep the
// accounts.
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

// job is one of a series, with its number and the time of its request.
type job struct {
	n       int64
	created time.Time
}

// series returns the newest jobs of a kind that is requested once every period, newest
// first. The shift moves the series relative to the epoch.
func (d demo) series(now time.Time, period, shift time.Duration, kept int) []job {
	period = max(period, time.Millisecond) // a very short pace would be divided to zero
	first := d.epoch.Add(shift)
	newest := int64(now.Sub(first) / period)
	if now.Before(first.Add(time.Duration(newest) * period)) {
		newest-- // division rounds toward zero
	}
	jobs := make([]job, kept)
	for i := range jobs {
		n := newest - int64(i)
		jobs[i] = job{n: n, created: first.Add(time.Duration(n) * period)}
	}
	return jobs
}

// phase returns the progress of a job: 0 while it is queued, which takes a quarter of
// the pace, then the part of the work that is done, and 1 when it is ready.
func (d demo) phase(now, created time.Time) float64 {
	queue := d.pace / 4
	done := now.Sub(created) - queue
	return min(1, max(0, float64(done)/float64(d.pace-queue)))
}

// moving returns reports that go from queued to ready, using the provider's words for
// the three states.
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

// still returns a report that does not change.
func (d demo) still(kind, name, word string, age time.Duration) Report {
	created := d.epoch.Add(-age)
	return Report{
		ID: d.id(kind+name, 0), Type: kind, Status: word, Created: created,
		DataStart: created.AddDate(0, 0, -30), DataEnd: created,
	}
}

// id returns a stable hexadecimal id for a job, which each provider converts to its own
// form.
func (d demo) id(kind string, n int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", kind, n, d.epoch.Unix()))
	return hex.EncodeToString(sum[:16])
}

// derivedUUID returns a stable UUID for a numbered object.
func derivedUUID(kind string, n int64, epoch time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", kind, n, epoch.Unix()))
	return uuid(sum[:16])
}

// letters converts an id to four capital letters, like Kraken's ids.
func letters(id string) string {
	sum := sha256.Sum256([]byte(id))
	text := make([]byte, 4)
	for i := range text {
		text[i] = 'A' + sum[i]%26
	}
	return string(text)
}

// credits returns a balance that falls with each finished export of transactions. It
// stops at a small balance, so that a running demo keeps its warning.
func (d demo) credits(now time.Time) Credits {
	finished := int64(now.Sub(d.epoch) / (2 * d.pace))
	return Credits{Balance: max(demoCreditsFloor, demoCredits-demoCreditsPerJob*max(0, finished))}
}
