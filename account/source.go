package account

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"

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
	// refused is when the key was first refused to this source since its last
	// success. Unlike a wait, it outlasts a reload.
	refused time.Time
	// first reports whether the last refresh was held back, so that the next one goes
	// before those of other sources.
	first bool

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
		types[i] = a.types.configured(fetcher.Name(), name)
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

// waitAt returns the wait at now of the source alone.
func (s *source) waitAt(now time.Time) wait {
	return longer(s.state.Load().wait.inForce(now), s.account.hintFor(s.fetcher.Name(), now))
}

// due reports whether a refresh may start at now. A refresh is due after 90 %
// of the interval, so scrape jitter does not skip one.
func (s *source) due(now time.Time) bool {
	current := s.state.Load()
	if s.waitAt(now).active() || s.account.waitingFor(now).active() {
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

// takeBack makes a refresh that was held back due again, as if it had not begun. If it
// had sent something, it goes first then: otherwise a source that always fails soon would
// hold it back for ever. It does so only every other time, so it holds back no other.
func (s *source) takeBack(sent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := *s.state.Load()
	next.started, next.first = time.Time{}, sent && !next.first
	s.state.Store(&next)
}

// goesFirst reports whether other sources let the source go first at now: until its
// refresh has ended.
func (s *source) goesFirst(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.state.Load().first {
		return false
	}
	select {
	case <-s.flight:
		return s.due(now)
	default:
		return true
	}
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

	signing, permit, err := a.permit(ctx)
	defer permit.end()
	key := permit.key
	if err != nil {
		return s.recordTurnTimeout(key, err)
	}
	// Contexts derived from a.open end after it, so a refresh may have got the
	// turn of one that was just canceled.
	if a.open.Err() != nil {
		return nil
	}
	if a.heldBack(key) != nil || key.hintAt(s.fetcher.Name(), a.Now()).active() { // another refresh failed meanwhile
		s.takeBack(false)
		return nil
	}
	began := a.Now()
	share := a.Memory.Share(len(a.sources))
	gated, held := a.gate(provider.WithShare(signing, share), key)
	snapshot, err := s.fetchWithRetry(gated, key, &lines)
	if held() {
		share.Release()
		s.takeBack(true)
		return lines // the last good list stays
	}
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
