package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"export_status_exporter/provider"
)

// state is everything that is known of a source. It is immutable: a refresh
// publishes a new one, so that views need no lock.
type state struct {
	// started is when the last refresh began, finished whether one ever ended.
	started  time.Time
	finished bool

	snapshot    *provider.Snapshot // the last good one, tidied; nil before it
	lastSuccess time.Time
	duration    time.Duration // of the last refresh that sent something

	failure *provider.Error // of the last refresh; nil after a success
	wait    wait            // of this source alone

	history history
	settled map[string]struct{} // see becameReady
	warned  map[string]struct{}
}

// source is one provider.Source with its refreshes.
type source struct {
	account *Account
	fetcher provider.Source
	anyType bool // see SourceView.AnyType
	logger  log.Logger

	state atomic.Pointer[state]

	// mu guards the start of refreshes; there is one in flight at most, and
	// only it publishes states, except for reopen.
	mu     sync.Mutex
	flight chan struct{}
	// held is the memory of the reports that are held.
	held *provider.Share
}

func newSource(a *Account, fetcher provider.Source) *source {
	s := &source{account: a, fetcher: fetcher, logger: log.With(a.logger, "source", fetcher.Name())}
	idle := make(chan struct{})
	close(idle)
	s.flight = idle
	types := fetcher.Types()
	_, reportless := fetcher.(provider.Reportless)
	s.anyType = len(types) == 0 && !reportless
	s.state.Store(&state{history: newHistory(a.types.admit(types))})
	return s
}

// running returns a channel that is closed when no refresh is in flight.
func (s *source) running() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flight
}

// due reports whether a refresh may start at now. The slack of 10 % keeps a
// scrape interval equal to the refresh interval from missing every other turn.
func (s *source) due(now time.Time) bool {
	current := s.state.Load()
	if current.wait.inForce(now).active() || s.account.waitingFor(now).active() {
		return false
	}
	interval := s.account.Policy.RefreshInterval
	return current.started.IsZero() || now.Sub(current.started) >= interval-interval/10
}

// start begins a refresh if one is due and none is in flight.
func (s *source) start(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.flight:
	default:
		return
	}
	if !s.due(now) || !s.account.beginRefresh() {
		return
	}
	next := *s.state.Load()
	next.started = now
	s.state.Store(&next)
	flight := make(chan struct{})
	s.flight = flight
	go func() {
		defer s.account.refresh.Done()
		defer close(flight)
		s.refresh()
	}()
}

// beginRefresh counts a refresh, unless the account has been stopped.
func (a *Account) beginRefresh() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.stopped {
		a.refresh.Add(1)
	}
	return !a.stopped
}

// remarks are lines for the log. They are written when no lock and no slot is
// held, since nobody knows how long a log takes.
type remarks []func()

// refresh asks the provider once, publishes what came of it and then says so.
func (s *source) refresh() {
	for _, say := range s.attempt() {
		say()
	}
}

// attempt is refresh without its remarks, which it returns.
func (s *source) attempt() (said remarks) {
	a := s.account
	ctx, cancel := context.WithTimeout(a.ctx, a.Policy.Timeout)
	defer cancel()

	key := a.keyInUse()
	pass, err := a.acquireTurn(ctx, key)
	if err != nil {
		return s.crowdedOut(key, err)
	}
	defer pass()
	release, err := take(ctx, a.Slots)
	if err != nil {
		return s.crowdedOut(key, err)
	}
	defer release()
	if a.waitingFor(a.Now()).active() {
		return nil // held back while waiting for the turn; nothing is sent
	}
	began := a.Now()
	share := a.Memory.Share()
	snapshot, err := s.ask(provider.WithShare(ctx, share), &said)
	ended := a.Now()
	var news remarks
	if err == nil {
		news, err = s.publish(key, snapshot, share, began, ended)
	}
	if err != nil {
		share.Release()
	}
	switch {
	case err == nil:
		said = append(said, news...)
	case a.ctx.Err() != nil:
		// The account was stopped: nobody's failure, nothing to say.
	default:
		said = append(said, s.publishFailure(key, failureOf(err), ended.Sub(began), ended))
	}
	return said
}

// crowdedOut notes that the refresh did not even begin in time.
func (s *source) crowdedOut(key *Key, err error) remarks {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return remarks{s.publishFailure(key, &provider.Error{
		Reason: provider.ReasonTimeout,
		Detail: "other refreshes took all the time before this one could begin",
	}, s.account.Policy.Timeout, s.account.Now())}
}

// publish makes a good answer the state, unless there is no memory to hold it.
// It returns what is to be logged about it.
func (s *source) publish(key *Key, answer provider.Snapshot, share *provider.Share, began, now time.Time) (said remarks, err error) {
	s.account.recordSuccess(key, now)
	s.mu.Lock()
	defer s.mu.Unlock()
	last := s.state.Load()
	snapshot, admitted := s.account.normalize(&answer, last.snapshot, now)
	said, warned := s.warn(append(answer.Warnings, unreadable(&answer.Unreadable)...), last.warned)
	fresh, settled := becameReady(snapshot, last.snapshot, last.lastSuccess, last.settled)
	next := &state{
		started: last.started, finished: true,
		snapshot: snapshot, lastSuccess: now, duration: now.Sub(began),
		history: last.history.with(snapshot, admitted, now),
		settled: settled,
		warned:  warned,
	}
	if share.Keep(next.bytes(), s.held) != nil {
		return nil, &provider.Error{Reason: provider.ReasonTimeout, Detail: "the reports that are held take all of --refresh.max-memory"}
	}
	s.held = share
	if last.failure != nil {
		said = append(said, func() { _ = level.Info(s.logger).Log("msg", "source works again") })
	}
	if snapshot.Truncated && (last.snapshot == nil || !last.snapshot.Truncated) {
		said = append(said, func() {
			_ = level.Warn(s.logger).Log("msg", "list is longer than the exporter reads, the oldest reports are missing", "reports", len(snapshot.Reports))
		})
	}
	s.state.Store(next)
	s.account.observeReady(fresh)
	return said, nil
}

// unreadable returns a remark for every field with values that could not be
// read. Neither the values nor their number are in it, so it is logged once.
func unreadable(counts *provider.Unreadable) []string {
	if !counts.Any() {
		return nil
	}
	var found []string
	for _, field := range provider.Fields() {
		if counts[field] > 0 {
			found = append(found, fmt.Sprintf("values of %s are there and cannot be read; export_source_unreadable_values counts them", field))
		}
	}
	return found
}

// maxWarnings bounds the different warnings of a source, whose texts may hold a
// word of the provider's.
const maxWarnings = 100

// warn passes every warning on once in the life of the source, and the first
// maxWarnings only.
func (s *source) warn(warnings []string, warned map[string]struct{}) (said remarks, next map[string]struct{}) {
	next = warned
	for _, text := range warnings {
		if _, ok := next[text]; ok || len(next) >= maxWarnings {
			continue
		}
		said = append(said, func() { _ = level.Warn(s.logger).Log("msg", "provider's answer is unusual", "warning", text) })
		grown := make(map[string]struct{}, len(next)+1)
		for known := range next {
			grown[known] = struct{}{}
		}
		grown[text] = struct{}{}
		next = grown
	}
	return said, next
}

// publishFailure keeps the last good snapshot and adds the failure. It returns
// what says so.
func (s *source) publishFailure(key *Key, failure *provider.Error, took time.Duration, now time.Time) (say func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := *s.state.Load()
	next.finished = true
	next.failure = failure
	next.duration = took
	next.wait = s.account.recordFailure(key, failure, next.wait, now)
	s.state.Store(&next)
	// The wait or the interval, whichever ends later.
	wait := max(next.wait.until.Sub(now), next.started.Add(s.account.Policy.RefreshInterval).Sub(now))
	return func() {
		_ = level.Warn(s.logger).Log(
			"msg", "refresh failed", "reason", failure.Reason, "err", failure,
			"advice", failure.Advise(), "next_try_in", wait.Round(time.Second),
		)
	}
}

// reopen ends a wait that a person can end. With all, the account's own wait
// was ended too, so a source that only waited along is due as well.
func (s *source) reopen(all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := *s.state.Load()
	if next.wait.resettable() {
		next.wait = wait{}
	} else if !all {
		return
	}
	if next.failure != nil || all {
		next.started = time.Time{}
	}
	s.state.Store(&next)
}
