package main

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

// untilSignal returns a context that ends with the first SIGTERM or SIGINT, or
// hangup if there is such a channel. The second signal ends the process at once.
func untilSignal(hangup <-chan os.Signal) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-signals.Ends():
		case <-hangup:
		case <-ctx.Done():
		}
		cancel()
		os.Exit(signals.ExitCode(<-signals.Ends()))
	}()
	return ctx, cancel
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
