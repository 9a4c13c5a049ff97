package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"export_status_exporter/internal/sandbox"
)

// trouble is a fault with what it does to a soak.
type trouble struct {
	sandbox.Fault
	// slow makes every scrape wait until its deadline or the refresh's timeout.
	slow bool
	// lasting holds the account back for longer than a soak, whatever follows.
	lasting bool
}

// troubles are the faults that a provider can have at a moment. The free text
// is a canary of its own: what a provider writes must not be repeated.
func troubles(facts sandbox.Facts, now time.Time, text string) []trouble {
	all := []trouble{
		{Fault: sandbox.Fault{Kind: sandbox.FaultReset}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultReset, Times: 1}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultSlowHeader, Times: 1}, slow: true},
		{Fault: sandbox.Fault{Kind: sandbox.FaultSlowBody, Times: 1}, slow: true},
		{Fault: sandbox.Fault{Kind: sandbox.FaultSlowBody, Delay: time.Millisecond}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultTruncatedBody}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultTruncatedJSON}},
		// Large ones hit once: they are about memory, not about CPU.
		{Fault: sandbox.Fault{Kind: sandbox.FaultGzipBomb, Times: 1}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultHugeBody, Times: 1, Size: 12 << 20}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultDeepNesting, Times: 1}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: http.StatusServiceUnavailable}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultHTML}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultWrongTypes}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultWrongItemTypes}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultEmptyBody}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultRedirect}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultClock, Skew: time.Minute}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultClock, Skew: -time.Minute}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultLatency, Delay: 500 * time.Millisecond}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: http.StatusInternalServerError, Body: []byte(text)}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: http.StatusUnauthorized}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: http.StatusForbidden}},
		{Fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: http.StatusPaymentRequired}},
		{Fault: sandbox.Fault{
			Kind: sandbox.FaultStatus, Status: http.StatusTooManyRequests, Times: 1,
			Header: http.Header{"Retry-After": {"2"}},
		}},
		refusal(text),
	}
	for _, each := range facts.Errors {
		all = append(all, refusal(each))
	}
	for _, each := range facts.Lasting {
		all = append(all, lasting(each))
	}
	if facts.Wait != nil {
		all = append(all, refusal(facts.Wait(now.Add(3*time.Second))))
	}
	return all
}

func refusal(text string) trouble {
	return trouble{Fault: sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{text}, Times: 2}}
}

func lasting(text string) trouble {
	return trouble{Fault: sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{text}, Times: 2}, lasting: true}
}

// director switches faults on and off on random accounts.
type director struct {
	members []member // without those that have no such faults
	rng     *rand.Rand
	begin   time.Time
	text    string

	active   []active
	switched int // how many faults it switched on
	lasting  int // how many of them last
}

// active is a fault in force, until when.
type active struct {
	member member
	until  time.Time
}

// Slow faults come in spells, one at the beginning of each period: else some
// scrape would always wait for some account, and their times would say nothing.
const (
	slowPeriod = 30 * time.Second
	slowSpell  = time.Second
)

func newDirector(members []member, seed uint64, text string, begin time.Time) *director {
	return &director{
		members: slices.DeleteFunc(slices.Clone(members), func(m member) bool { return m.part == quiet || m.part == refused }),
		rng:     newRand(seed, 0), begin: begin, text: text,
	}
}

// run goes on until ctx ends; the faults stay until clear.
func (d *director) run(ctx context.Context) {
	// One account in twenty gets a fault every second.
	every := min(20*time.Second/time.Duration(len(d.members)), 100*time.Millisecond)
	for wait(ctx, every) {
		d.step(time.Now())
	}
}

// step ends the faults that are over and switches one on, unless a tenth of the
// accounts has one.
func (d *director) step(now time.Time) {
	d.active = slices.DeleteFunc(d.active, func(a active) bool {
		if now.Before(a.until) {
			return false
		}
		a.member.heal()
		return true
	})
	if len(d.active) > len(d.members)/10 {
		return
	}
	m := d.members[d.rng.IntN(len(d.members))]
	if slices.ContainsFunc(d.active, func(a active) bool { return a.member.Account == m.Account }) {
		return
	}
	all := troubles(m.Facts(), now, d.text)
	chosen := all[d.rng.IntN(len(all))]
	if chosen.slow && now.Sub(d.begin)%slowPeriod > slowSpell {
		return
	}
	if chosen.lasting {
		if d.lasting >= max(1, len(d.members)/50) {
			return
		}
		d.lasting++
	}
	m.SetFault(chosen.Fault)
	d.switched++
	d.active = append(d.active, active{m, now.Add(time.Duration(200+d.rng.IntN(4000)) * time.Millisecond)})
}

// clear ends all faults.
func (d *director) clear() {
	for _, a := range d.active {
		a.member.heal()
	}
	d.active = nil
}
