package main

import (
	"fmt"
	"time"

	"export_status_exporter/internal/sandbox"
)

// pipeline is an account whose exports are requested and downloaded without problems.
type pipeline struct {
	name     string
	provider sandbox.Provider
	api      *sandbox.API // only if the exporter accesses the API by a definition
	settings []string     // of the account
	lists    func(now time.Time) []sandbox.Report
	credits  func(now time.Time) sandbox.Credits // nil if the provider has none
}

// start returns the start of the recording, which is time 0 in promtool.
func start() time.Time { return time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC) }

func pipelines() []pipeline {
	return []pipeline{
		{
			name:     "Healthy: daily exports at Kraken, fetched and removed",
			provider: sandbox.Kraken, settings: []string{"expect: {data_within: 30h}"}, lists: removed,
		},
		{
			name:     "Healthy: daily exports at Coinbase, which are never deleted and expire after a week",
			provider: sandbox.CoinbaseExchange, lists: kept,
		},
		{
			name:     "Healthy: weekly exports at OnlyFansAPI, with credits bought in time",
			provider: sandbox.OnlyFansAPI, settings: []string{"expect: {data_within: 8d}"}, lists: weekly, credits: bought,
		},
		{
			name:     "Healthy: daily exports of an API by a definition, which gives no times",
			provider: timelessAPI().Name, api: timelessAPI(), settings: []string{"expect: {data_within: 30h}"}, lists: timeless,
		},
		{
			name:     "Healthy: daily exports whose files live for an hour",
			provider: sandbox.CoinbaseExchange, settings: []string{"expect: {data_within: 30h}"}, lists: brief,
		},
	}
}

// requested returns the times of a daily request at the given time of day, beginning
// before the start and ending now.
func requested(now time.Time, at, since time.Duration) []time.Time {
	var all []time.Time
	for moment := start().Add(at - since); !moment.After(now); moment = moment.Add(day) {
		all = append(all, moment)
	}
	return all
}

// state returns an export with the provider's status word and times, as of now.
func state(now, created time.Time, queue, work time.Duration, words [3]string) sandbox.Report {
	r := sandbox.Report{
		ID: created.Format("0102-1504"), Status: words[0], Created: created,
		DataStart: created.Add(-day), DataEnd: created,
	}
	if age := now.Sub(created); age >= queue {
		r.Status, r.Started = words[1], created.Add(queue)
		if age >= queue+work {
			r.Status, r.Completed = words[2], created.Add(queue+work)
		}
	}
	return r
}

// removed returns exports that are marked for deletion half an hour after they were
// ready and vanish ten minutes later. The ledgers take three hours.
func removed(now time.Time) []sandbox.Report {
	var all []sandbox.Report
	for _, each := range []struct {
		kind string
		at   time.Duration
		work time.Duration
	}{{"trades", 2 * time.Hour, 20 * time.Minute}, {"ledgers", 13 * time.Hour, 3 * time.Hour}} {
		for _, created := range requested(now, each.at, day) {
			r := state(now, created, 5*time.Minute, each.work, [3]string{"Queued", "Processing", "Processed"})
			r.Type, r.ID = each.kind, each.kind+"-"+r.ID
			over := now.Sub(created.Add(5*time.Minute + each.work + 30*time.Minute))
			r.Delete = over >= 0
			if over < 10*time.Minute {
				all = append(all, r)
			}
		}
	}
	return all
}

// coinbase returns daily exports whose files exist for the given lifetime.
func coinbase(now time.Time, at, since, life time.Duration) []sandbox.Report {
	var all []sandbox.Report
	for _, created := range requested(now, at, since) {
		r := state(now, created, 3*time.Minute, 10*time.Minute, [3]string{"pending", "creating", "ready"})
		r.Type, r.Format = "fills", "csv"
		r.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", created.Unix())
		if !r.Completed.IsZero() {
			r.Expires = r.Completed.Add(life)
		}
		all = append(all, r)
	}
	return all
}

func kept(now time.Time) []sandbox.Report  { return coinbase(now, 3*time.Hour, 9*day, week) }
func brief(now time.Time) []sandbox.Report { return coinbase(now, 6*time.Hour, 2*day, time.Hour) }

// weekly returns three consecutive exports. For each, the price is calculated, a person
// starts it twenty minutes later, and it takes an hour.
func weekly(now time.Time) []sandbox.Report {
	var all []sandbox.Report
	for i, kind := range []string{"transactions", "fans", "media_vault"} {
		for _, first := range []time.Duration{9*time.Hour - 6*day, 9*time.Hour + day} {
			created := start().Add(first + time.Duration(i)*2*time.Hour)
			if now.Before(created) {
				continue
			}
			all = append(all, priced(now, created, kind))
		}
	}
	return all
}

func priced(now, created time.Time, kind string) sandbox.Report {
	rows, done, percent, cost := int64(5000), int64(0), int64(0), int64(400)
	r := sandbox.Report{
		ID: "data_export_" + kind + created.Format("0102"), Type: kind, Status: "calculating_credits", Created: created,
		DataStart: created.Add(-week), DataEnd: created, Format: "zip",
	}
	switch age := now.Sub(created); {
	case age >= 90*time.Minute:
		r.Status, r.Completed = "completed", created.Add(90*time.Minute)
		done, percent = rows, 100
	case age >= 30*time.Minute:
		r.Status = "in_progress"
		done = rows * int64(age-30*time.Minute) / int64(time.Hour)
		percent = 100 * done / rows
	case age >= 25*time.Minute:
		r.Status = "pending"
	case age >= 5*time.Minute:
		r.Status = "calculating_credits_completed"
	}
	r.TotalRows, r.Processed, r.Percentage, r.CreditCost = &rows, &done, &percent, &cost
	return r
}

// bought returns a balance that falls by 400 when an export is started, and is topped
// up five days later.
func bought(now time.Time) sandbox.Credits {
	balance := int64(1500)
	for i := range 3 {
		if !now.Before(start().Add(day + 9*time.Hour + time.Duration(i)*2*time.Hour + 25*time.Minute)) {
			balance -= 400
		}
	}
	if !now.Before(start().Add(6 * day)) {
		balance += 1200
	}
	return sandbox.Credits{Balance: balance}
}

func timelessAPI() *sandbox.API {
	return &sandbox.API{
		Name: "warehouse", Auth: sandbox.AuthBearer, List: "/v1/exports",
		Object: func(r sandbox.Report) map[string]any {
			return map[string]any{"id": r.ID, "kind": r.Type, "state": r.Status}
		},
	}
}

// definition is the API definition for the API without times.
const definition = `apis:
  warehouse:
    auth: bearer
    sources:
      exports:
        list: {path: /v1/exports, items: items}
        report: {id: id, type: kind, status: state}
        statuses: {queued: [waiting], processing: [running], ready: [done], failed: [broken]}
`

// timeless returns exports that are listed for three days.
func timeless(now time.Time) []sandbox.Report {
	var all []sandbox.Report
	for _, created := range requested(now, 4*time.Hour, 3*day) {
		if now.Sub(created) > 3*day {
			continue
		}
		r := state(now, created, 10*time.Minute, time.Hour, [3]string{"waiting", "running", "done"})
		r.Type = "snapshot"
		all = append(all, r)
	}
	return all
}

// events are additional events for every pipeline.
type events struct {
	restarts []time.Time // the exporter is down for four minutes
	gap      span        // Prometheus is down
	outage   span        // the provider is down
}

type span struct{ from, until time.Time }

func (s span) has(at time.Time) bool { return !at.Before(s.from) && at.Before(s.until) }

// happenings returns the events: restarts while nothing is in progress, and during the
// exports of every pipeline and the lifetime of their files; a gap of eight minutes
// during exports; and an outage of ten minutes. The gap must be short: unlike a
// Prometheus that is down, promtool evaluates the rules during a gap, so a longer one
// would look like an exporter that is down.
func happenings() events {
	at := func(days, hours, minutes int) time.Time {
		return start().Add(time.Duration(days)*day + time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
	}
	return events{
		restarts: []time.Time{
			at(1, 22, 17), at(2, 2, 10), at(2, 3, 5), at(2, 4, 30), at(2, 6, 40), at(3, 13, 30), at(1, 9, 50), at(4, 20, 0),
		},
		gap:    span{at(3, 2, 0), at(3, 2, 8)},
		outage: span{at(4, 4, 20), at(4, 4, 30)},
	}
}

func (e events) down(at time.Time) bool {
	for _, begin := range e.restarts {
		if (span{begin, begin.Add(4 * time.Minute)}).has(at) {
			return true
		}
	}
	return false
}
