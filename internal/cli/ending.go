package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"export_status_exporter/internal/signals"
)

// grace is how long something may take to end beyond the time it was given,
// before the program ends without it.
const grace = 5 * time.Second

// errUnfinished says that something did not end in time.
var errUnfinished = errors.New("it has not ended in time")

// signaled is why a context ended: by a signal.
type signaled struct{ os.Signal }

func (s signaled) Error() string { return "ended by the signal: " + s.String() }

// untilSignal returns a context that ends with the first SIGTERM or SIGINT. The
// second one ends the process at once.
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

// endByHangup is for what does not reload: SIGHUP ends it like SIGTERM.
func endByHangup(cancel context.CancelCauseFunc) {
	if signals.HangupIgnored() {
		return
	}
	go func() { cancel(signaled{<-signals.Hangups()}) }()
}

// exitCode is the exit code of what a signal ended before its time.
func exitCode(stop context.Context) int {
	var by signaled
	if errors.As(context.Cause(stop), &by) {
		return signals.ExitCode(by.Signal)
	}
	return 1
}

// bounded does something that may never end. It gives up when ctx has ended and
// the grace is over.
func bounded(ctx context.Context, grace time.Duration, do func() error) error {
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
		return fmt.Errorf("%w, %s after it was told to", errUnfinished, grace)
	}
}
