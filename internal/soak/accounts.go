package main

import (
	"fmt"
	"time"

	"export_status_exporter/internal/sandbox"
)

// part says what an account is there for.
type part int

const (
	plain      part = iota // in both configurations, alike
	quiet                  // the same, and it never gets a fault: the control group
	changed                // in both configurations, with another timeout
	firstOnly              // in the first configuration only
	secondOnly             // in the second configuration only
	filed                  // as plain, with its secret in a file, at OnlyFansAPI
	refused                // as quiet, but its provider refuses streams, at OnlyFansAPI
)

// leastAccounts has every part at every provider: see partOf.
func leastAccounts() int { return 6 * len(sandbox.Providers()) }

// partOf mixes the parts over the providers.
func partOf(i int) part {
	providers := sandbox.Providers()
	theirs := providers[i%len(providers)] == sandbox.OnlyFansAPI
	switch which := i / len(providers) % 10; {
	case which == 4 && theirs:
		return filed
	case which == 5 && theirs:
		return refused
	default:
		return partOfAny(which)
	}
}

func partOfAny(which int) part {
	switch which {
	case 0:
		return firstOnly
	case 1:
		return secondOnly
	case 2:
		return changed
	case 3:
		return quiet
	default:
		return plain
	}
}

// member is one account of the soak.
type member struct {
	*sandbox.Account
	part part
	// latency is how long its provider takes for any answer: there is always
	// something in flight for a reload to meet.
	latency time.Duration
}

// stays reports whether the account is the same through all reloads.
func (m member) stays() bool { return m.part != changed && m.part != firstOnly && m.part != secondOnly }

// heal ends the faults of the account; what stays is the latency.
func (m member) heal() { m.SetFault(sandbox.Fault{Kind: sandbox.FaultLatency, Delay: m.latency}) }

// addAccounts fills the sandbox. No budgets: the soak wants every call.
func addAccounts(s *sandbox.Sandbox, count int, start time.Time) []member {
	var members []member
	for i := range count {
		p := sandbox.Providers()[i%len(sandbox.Providers())]
		a := s.AddAccount(p, fmt.Sprintf("account-%05d", i))
		a.SetLimit(0)
		a.SetReportsFunc(jobs{facts: a.Facts(), epoch: start.Add(-time.Hour).Add(time.Duration(i) * 37 * time.Millisecond)}.at)
		m := member{a, partOf(i), time.Duration(5+i%100) * time.Millisecond}
		m.heal()
		members = append(members, m)
	}
	return members
}

// jobs are the reports of one account: one comes every three seconds, moves
// through the states, ends well or badly, and is gone after nine.
type jobs struct {
	facts sandbox.Facts
	epoch time.Time
}

const (
	jobEvery = 3 * time.Second
	jobLife  = 9 * time.Second
	jobStart = time.Second
	jobEnd   = 2500 * time.Millisecond
)

// at is what the account lists at a moment.
func (j jobs) at(now time.Time) []sandbox.Report {
	var reports []sandbox.Report
	last := int64(now.Sub(j.epoch) / jobEvery)
	for n := last; n >= 0 && n > last-int64(jobLife/jobEvery); n-- {
		reports = append(reports, j.job(n, now))
	}
	return reports
}

func (j jobs) job(n int64, now time.Time) sandbox.Report {
	created := j.epoch.Add(time.Duration(n) * jobEvery)
	r := sandbox.Report{
		ID: fmt.Sprintf("JOB-%d", n), Type: j.facts.Types[n%2], Created: created,
		DataStart: created.AddDate(0, -1, 0), DataEnd: created,
	}
	words := j.facts.Words
	if words[0] == "" { // rows of a stream
		r.ID = fmt.Sprint(n + 1)
		return r
	}
	total, done := int64(1000), int64(0)
	switch age := now.Sub(created); {
	case age < jobStart:
		r.Status = words[0]
	case age < jobEnd:
		r.Status, r.Started = words[1], created.Add(jobStart)
		done = total * int64(age-jobStart) / int64(jobEnd-jobStart)
	case n%5 == 0:
		r.Status, r.Started = "failed", created.Add(jobStart)
		r.Failed = created.Add(jobEnd)
	default:
		r.Status, r.Started, r.Completed = words[2], created.Add(jobStart), created.Add(jobEnd)
		done = total
	}
	percentage := done * 100 / total
	r.TotalRows, r.Processed, r.Percentage = &total, &done, &percentage
	return r
}
