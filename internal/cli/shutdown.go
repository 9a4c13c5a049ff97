package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"export_status_exporter/internal/signals"
)

// grace is how long something may overrun its time before the program exits
// without waiting for it.
const grace = 5 * time.Second

// errUnfinished means that something did not end in time.
var errUnfinished = errors.New("it has not ended in time")

// signaled is the cause of a context that a signal ended.
type signaled struct{ os.Signal }

func (s signaled) Error() string { return "ended by signal: " + s.String() }

// untilSignal returns a context that is canceled by the first SIGTERM or
// SIGINT. A second signal exits the process at once.
func untilSignal() (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		select {
		case which := <-signals.Ends():
			cancel(signaled{which})
		case <-ctx.Done():
		}
		os.Exit(signals.ExitCode(<-signals.Ends()))
	}()
	return ctx, cancel
}

// endByHangup makes SIGHUP end the modes that do not reload, like SIGTERM,
// unless the process was started with SIGHUP ignored.
func endByHangup(cancel context.CancelCauseFunc) {
	if signals.HangupIgnored() {
		return
	}
	go func() { cancel(signaled{<-signals.Hangups()}) }()
}

// exitCode returns the exit code of a mode that a signal ended early.
func exitCode(stop context.Context) int {
	var by signaled
	if errors.As(context.Cause(stop), &by) {
		return signals.ExitCode(by.Signal)
	}
	return 1
}

// runWithin runs a function that may never return. It gives up when ctx is done
// and the grace period has passed.
func runWithin(ctx context.Context, grace time.Duration, do func() error) error {
	result := make(chan error, 1)
	go func() { result <- do() }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-result:
		return err
	case <-timer.C:
		return fmt.Errorf("%w, %s after it was asked to stop", errUnfinished, grace)
	}
}
