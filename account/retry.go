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

// retryPause is the maximum wait before the retry.
const retryPause = 500 * time.Millisecond

// retries are the retries that a refresh has left. An overtaken nonce has a
// retry of its own: if it happens during an outage, the key must not be blamed
// for it.
type retries struct{ outage, nonce bool }

// take uses up the retry for this kind of failure, and reports whether one was
// left. Only network errors, an unavailable provider and an overtaken nonce are
// retried; the provider code creates the new nonce. If the provider named a
// time for the next attempt, there is no earlier retry.
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

// fetchWithRetry fetches a snapshot, and retries where that can help.
func (s *source) fetchWithRetry(ctx context.Context, key *Key, lines *logLines) (provider.Snapshot, error) {
	left := retries{outage: true, nonce: true}
	for {
		snapshot, err := s.fetch(ctx, lines)
		var failure *provider.Error
		if err == nil || !errors.As(err, &failure) || !left.take(failure) {
			return snapshot, err
		}
		if failure.Reason != provider.ReasonNonce {
			wait := time.Duration((1 + s.account.Rand()) / 2 * float64(retryPause))
			if s.account.Sleep(ctx, wait) != nil {
				return snapshot, err
			}
			ctx = provider.WithRetry(ctx)
		}
		if s.account.open.Err() != nil || s.account.heldBack(key) != nil {
			return snapshot, err // the account is closing, or another source has just been refused
		}
		provider.ShareOf(ctx).Release() // nothing of the failed attempt is kept
	}
}

// fetch calls the provider code and turns a panic into a failure. The stack is
// logged. The panic value is logged only if it is a runtime error, because any
// other value might hold a secret.
func (s *source) fetch(ctx context.Context, lines *logLines) (snapshot provider.Snapshot, err error) {
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
		*lines = append(*lines, func() { _ = level.Error(s.logger).Log("msg", "provider panicked", "panic", what, "stack", stack) })
		err = &provider.Error{Reason: provider.ReasonUnknown, Detail: "a bug in the exporter: its code for this provider panicked; see the log"}
	}()
	return s.fetcher.Fetch(ctx)
}

// failureOf converts any error to a *provider.Error.
func failureOf(err error) *provider.Error {
	if failure, ok := errors.AsType[*provider.Error](err); ok {
		return failure
	}
	return &provider.Error{Reason: provider.ReasonUnknown, Detail: "unexpected error"}
}
