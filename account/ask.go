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

// ask fetches once, and a second time where that can help: the network or the
// provider stumbled, or a nonce was overtaken (the provider takes a fresh one
// by itself). A provider that names a moment to come back is not asked again.
func (s *source) ask(ctx context.Context, said *remarks) (provider.Snapshot, error) {
	snapshot, err := s.fetch(ctx, said)
	if err == nil {
		return snapshot, nil
	}
	var failure *provider.Error
	if !errors.As(err, &failure) || !failure.RetryAt.IsZero() {
		return snapshot, err
	}
	switch failure.Reason {
	case provider.ReasonNetwork, provider.ReasonUnavailable:
		wait := time.Duration((1 + s.account.Rand()) / 2 * float64(retryPause))
		if s.account.Pause(ctx, wait) != nil {
			return snapshot, err
		}
	case provider.ReasonNonce:
	default:
		return snapshot, err
	}
	if s.account.heldBack(s.account.Now()).active() {
		return snapshot, err // another source has just been refused
	}
	return s.fetch(ctx, said)
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
	return s.fetcher.Fetch(ctx) //nolint:wrapcheck // Fetch returns the domain's error.
}

// failureOf returns the domain's error for any error.
func failureOf(err error) *provider.Error {
	var failure *provider.Error
	if errors.As(err, &failure) {
		return failure
	}
	return &provider.Error{Reason: provider.ReasonUnknown, Detail: "unexpected error"}
}
