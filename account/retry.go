package account

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/go-kit/log/level"

	"export_status_exporter/provider"
)

// retryPause is the longest wait before the one retry.
const retryPause = 500 * time.Millisecond

// retries are what a refresh may still send beyond its first request. They are
// counted apart: a nonce that was overtaken during an outage is no reason to
// doubt the key.
type retries struct{ outage, nonce bool }

// take uses up the retry that a failure allows, and reports whether it had one:
// the network or the provider stumbled, or a nonce was overtaken (the provider
// code makes a fresh one by itself). Whoever names a moment to come back is not
// asked before it.
func (r *retries) take(failure *provider.Error) bool {
	left := &r.outage
	switch failure.Reason {
	case provider.ReasonNetwork, provider.ReasonUnavailable:
	case provider.ReasonNonce:
		left = &r.nonce
	default:
		return false
	}
	if failure.Final || !failure.RetryAt.IsZero() || !*left {
		return false
	}
	*left = false
	return true
}

// ask fetches once, and again where a retry can help.
func (s *source) ask(ctx context.Context, said *remarks) (provider.Snapshot, error) {
	left := retries{outage: true, nonce: true}
	for {
		snapshot, err := s.fetch(ctx, said)
		var failure *provider.Error
		if err == nil || !errors.As(err, &failure) || !left.take(failure) {
			return snapshot, err
		}
		if failure.Reason != provider.ReasonNonce {
			wait := time.Duration((1 + s.account.Rand()) / 2 * float64(retryPause))
			if s.account.Pause(ctx, wait) != nil {
				return snapshot, err
			}
		}
		if s.account.waitingFor(s.account.Now()).active() {
			return snapshot, err // another source has just been refused
		}
	}
}

// fetch turns a panic into a failure. Its stack goes to the log; its value may
// hold anything and goes nowhere, unless the runtime made it.
func (s *source) fetch(ctx context.Context, said *remarks) (snapshot provider.Snapshot, err error) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		what := fmt.Sprintf("%T", value)
		var bug runtime.Error
		if cause, ok := value.(error); ok && errors.As(cause, &bug) {
			what = bug.Error()
		}
		stack := string(debug.Stack())
		*said = append(*said, func() { _ = level.Error(s.logger).Log("msg", "provider panicked", "panic", what, "stack", stack) })
		err = &provider.Error{Reason: provider.ReasonUnknown, Detail: "a bug of the exporter: its code for this provider panicked, see the log"}
	}()
	return s.fetcher.Fetch(ctx)
}

// failureOf returns the domain's error for any error.
func failureOf(err error) *provider.Error {
	var failure *provider.Error
	if errors.As(err, &failure) {
		return failure
	}
	return &provider.Error{Reason: provider.ReasonUnknown, Detail: "unexpected error"}
}
