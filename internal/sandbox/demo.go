package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// SeedDemo adds one account per provider, and one of Stripe if that is defined,
// with jobs that move from now on. A second call moves the epoch of the jobs and
// keeps the accounts.
func (s *Sandbox) SeedDemo() {
	d := demo{epoch: s.now().Truncate(time.Second), pace: s.pace}
	kraken := s.AddAccount(Kraken, "treasury")
	kraken.SetReportsFunc(d.kraken)
	coinbase := s.AddAccount(CoinbaseExchange, "fund")
	coinbase.SetReportsFunc(d.coinbase)
	futures := s.AddAccount(KrakenFutures, "derivatives")
	futures.SetReportsFunc(d.futures)
	onlyFans := s.AddAccount(OnlyFansAPI, "agency")
	onlyFans.SetReportsFunc(d.onlyFans)
	onlyFans.setCreditsFunc(d.credits)
	demo := []*Account{kraken, coinbase, futures, onlyFans}
	if s.hosts[Stripe] != nil {
		stripe := s.AddAccount(Stripe, "finance")
		stripe.SetReportsFunc(d.stripe)
		demo = append(demo, stripe)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.demo = demo
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
