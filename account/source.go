package account

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"export_status_exporter/provider"
)

// state is the complete state of a source. It is immutable: a refresh publishes
// a new one, so views need no lock.
type state struct {
	// started is when the last refresh began. finished reports whether any
	// refresh has ended.
	started  time.Time
	finished bool

	snapshot    *provider.Snapshot // the last good one, normalized; nil before the first
	lastSuccess time.Time
	duration    time.Duration // of the last refresh that sent something

	failure *provider.Error // of the last refresh; nil after a success
	wait    wait            // of this source alone

	history history
	settled map[string]struct{} // see becameReady
	warned  map[string]struct{}
}

// source refreshes one provider.Source.
type source struct {
	account *Account
	fetcher provider.Source
	anyType bool // see SourceView.AnyType
	logger  log.Logger

	state atomic.Pointer[state]

	// mu guards flight and held, and serializes the publishing of states. At
	// most one refresh is in flight. Scrapes wait for mu, so hold it only for an
	// instant.
	mu     sync.Mutex
	flight chan struct{}
	// held is the share of memory that the stored reports use.
	held *provider.Share
}

func newSource(a *Account, fetcher provider.Source) *source {
	s := &source{account: a, fetcher: fetcher, logger: log.With(a.logger, "source", fetcher.Name())}
	idle := make(chan struct{})
	close(idle)
	s.flight = idle
	types := slices.Clone(fetcher.Types())
	_, reportless := fetcher.(provider.Reportless)
	s.anyType = len(types) == 0 && !reportless
	for i, name := range types {
		types[i] = a.types.admit(name)
	}
	s.state.Store(&state{history: newHistory(types), warned: make(map[string]struct{})})
	return s
}

// running returns a channel that is closed once no refresh is in flight.
func (s *source) running() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flight
}

// due reports whether a refresh may start at now. A refresh is due after 90 %
// of the interval, so scrape jitter does not skip one.
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

// beginRefresh registers a refresh with the wait group. It returns false if the
// account has been stopped.
func (a *Account) beginRefresh() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.stopped {
		a.refresh.Add(1)
	}
	return !a.stopped
}

// logLines are deferred log calls. They run after all locks and slots are
// released, because writing to the log may block.
type logLines []func()

// refresh runs one refresh, publishes the result and then logs.
func (s *source) refresh() {
	for _, write := range s.attempt() {
		write()
	}
}

// attempt is refresh without the logging. It returns the log lines instead.
func (s *source) attempt() (lines logLines) {
	a := s.account
	ctx, cancel := context.WithTimeout(a.ctx, a.Policy.Timeout)
	defer cancel()

	key := a.keyInUse()
	pass, err := a.acquireTurn(ctx, key)
	if err != nil {
		return s.recordTurnTimeout(key, err)
	}
	defer pass()
	release, err := take(ctx, a.Slots)
	if err != nil {
		return s.recordTurnTimeout(key, err)
	}
	defer release()
	// Stop ends a.ctx before the contexts derived from it, so ctx may still be
	// alive in a refresh that got the turn of one that was just canceled.
	if a.ctx.Err() != nil || a.waitingFor(a.Now()).active() {
		return nil // another refresh of the account failed meanwhile, or Stop was called
	}
	began := a.Now()
	share := a.Memory.Share()
	snapshot, err := s.fetchWithRetry(provider.WithShare(ctx, share), &lines)
	ended := a.Now()
	var added logLines
	if err == nil {
		added, err = s.publish(key, snapshot, share, began, ended)
	}
	if err != nil {
		share.Release()
	}
	switch {
	case err == nil:
		lines = append(lines, added...)
	case a.ctx.Err() != nil:
		// The account was stopped, which is not a failure.
	default:
		lines = append(lines, s.publishFailure(key, failureOf(err), ended.Sub(began), ended))
	}
	return lines
}

// recordTurnTimeout records that the refresh could not start within its
// timeout.
func (s *source) recordTurnTimeout(key *Key, err error) logLines {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return logLines{s.publishFailure(key, &provider.Error{
		Reason: provider.ReasonTimeout,
		Detail: "other refreshes used up the timeout before this one could start",
	}, s.account.Policy.Timeout, s.account.Now())}
}

// publish makes a good answer the current state. It fails if there is no memory
// left to store it. It returns the log lines about the answer.
//
// An answer can be large, and a scrape waits for the lock. So everything that
// grows with the answer happens before the lock is taken, from the last state.
// Meanwhile only started and wait can change: the rest belongs to the refresh,
// and there is at most one.
func (s *source) publish(key *Key, answer provider.Snapshot, share *provider.Share, began, now time.Time) (lines logLines, err error) {
	s.account.recordSuccess(key, now)
	last := s.state.Load()
	snapshot, admitted := s.account.normalize(&answer, last.snapshot, now)
	lines, warned := s.warn(append(answer.Warnings, unreadable(&answer.Unreadable)...), last.warned)
	fresh, settled := becameReady(snapshot, last.snapshot, last.lastSuccess, last.settled)
	next := &state{
		finished: true,
		snapshot: snapshot, lastSuccess: now, duration: now.Sub(began),
		history: last.history.with(snapshot, admitted, now),
		settled: settled,
		warned:  warned,
	}
	if !s.store(next, share, next.bytes()) {
		return nil, &provider.Error{Reason: provider.ReasonTimeout, Detail: "stored reports use all of --refresh.max-memory; raise it"}
	}
	if last.failure != nil {
		lines = append(lines, func() { _ = level.Info(s.logger).Log("msg", "source recovered") })
	}
	if snapshot.Truncated && (last.snapshot == nil || !last.snapshot.Truncated) {
		lines = append(lines, func() {
			_ = level.Warn(s.logger).Log("msg", "list is longer than the exporter reads, the oldest exports are missing", "reports", len(snapshot.Reports))
		})
	}
	s.account.observeDurations(fresh)
	return lines, nil
}

// store makes next the current state if there is memory for it. It keeps what
// start or resetWaits has set meanwhile.
func (s *source) store(next *state, share *provider.Share, bytes int64) (ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if share.Keep(bytes, s.held) != nil {
		return false
	}
	s.held = share
	next.started = s.state.Load().started
	s.state.Store(next)
	return true
}

// unreadable returns a warning for each field that has unreadable values. The
// warning holds neither the values nor their number, so its text stays the same
// and is logged once.
func unreadable(counts *provider.Unreadable) []string {
	if !counts.Any() {
		return nil
	}
	var found []string
	for _, field := range provider.Fields() {
		if counts[field] > 0 {
			found = append(found, fmt.Sprintf("values of %s cannot be read; export_source_unreadable_values counts them", field))
		}
	}
	return found
}

// maxWarnings limits the different warnings of a source, because their texts
// may contain a word chosen by the provider.
const maxWarnings = 100

// warn logs each different warning once in the life of the source, up to
// maxWarnings.
func (s *source) warn(warnings []string, warned map[string]struct{}) (lines logLines, next map[string]struct{}) {
	next = warned
	for _, text := range warnings {
		if _, ok := next[text]; ok || len(next) >= maxWarnings {
			continue
		}
		lines = append(lines, func() { _ = level.Warn(s.logger).Log("msg", "provider's answer is unusual", "warning", text) })
		next = maps.Clone(next)
		next[text] = struct{}{}
	}
	return lines, next
}

// publishFailure records a failed refresh and keeps the last good snapshot. It
// returns the log call.
func (s *source) publishFailure(key *Key, failure *provider.Error, took time.Duration, now time.Time) (line func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := *s.state.Load()
	next.finished = true
	next.failure = failure
	next.duration = took
	next.wait = s.account.recordFailure(key, failure, next.wait, now)
	s.state.Store(&next)
	// The next attempt waits for the backoff and the refresh interval,
	// whichever ends later.
	wait := max(next.wait.until.Sub(now), next.started.Add(s.account.Policy.RefreshInterval).Sub(now))
	return func() {
		_ = level.Warn(s.logger).Log(
			"msg", "refresh failed", "reason", failure.Reason, "err", failure,
			"advice", failure.Advise(), "next_try_in", wait.Round(time.Second),
		)
	}
}

// resetWaits ends the source's wait if a person can end it. all means that the
// account's own wait has ended as well, so sources that waited only because of
// it become due too.
func (s *source) resetWaits(all bool) {
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
