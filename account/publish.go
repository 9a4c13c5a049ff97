package account

import (
	"fmt"
	"maps"
	"time"

	"github.com/go-kit/log/level"

	"export_status_exporter/provider"
)

// publish makes a good answer the current state. It fails if there is no memory
// left to store it. It returns the log lines about the answer.
//
// An answer can be large, and a scrape waits for the lock. So everything that
// grows with the answer happens before the lock is taken, from the last state.
// Meanwhile only started and wait can change: the rest belongs to the refresh,
// and there is at most one.
func (s *source) publish(key *Key, answer provider.Snapshot, share *provider.Share, began, now time.Time) (lines logLines, err error) {
	s.account.recordSuccess(key, began, now)
	last := s.state.Load()
	snapshot, admitted := s.normalize(&answer, last.snapshot, now)
	lines, warned := s.warn(append(answer.Warnings, unreadable(&answer.Unreadable)...), last.warned)
	fresh, settled := becameReady(snapshot, last.snapshot, last.lastSuccess, last.settled)
	next := &state{
		finished: true,
		snapshot: snapshot, lastSuccess: now, duration: now.Sub(began),
		history: last.history.with(snapshot, admitted, now),
		settled: settled,
		warned:  warned,
	}
	if !s.store(next, share) {
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

// store makes next the current state if there is memory for it. What the
// provider code keeps besides is dropped before any memory is lacking: it can be
// fetched again.
func (s *source) store(next *state, share *provider.Share) (ok bool) {
	bytes, kept := next.bytes(), int64(0)
	keeper, keeps := s.fetcher.(provider.Keeper)
	if keeps {
		kept = keeper.KeptBytes()
	}
	ok = s.replace(next, share, bytes+kept)
	if keeps && (!ok || s.account.Memory.Full()) {
		keeper.Forget()
		share.Shrink(bytes)
	}
	return ok
}

// replace makes next the current state, of the given size, if there is memory for
// it. It keeps what start or resetWaits has set meanwhile.
func (s *source) replace(next *state, share *provider.Share, bytes int64) (ok bool) {
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
	next.finished, next.first = true, false
	next.failure = failure
	next.duration = took
	s.account.recordFailure(key, s.fetcher.Name(), failure, &next, now)
	s.state.Store(&next)
	// The next attempt waits for the backoff and the refresh interval,
	// whichever ends later.
	wait := max(0, next.wait.until.Sub(now), next.started.Add(s.account.Policy.RefreshInterval).Sub(now))
	return func() {
		_ = level.Warn(s.logger).Log(
			"msg", "refresh failed", "reason", failure.Reason, "err", failure,
			"advice", failure.Advise(), "next_try_in", wait.Round(time.Second),
		)
	}
}
