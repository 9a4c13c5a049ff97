// export_status_exporter shows Prometheus the state of data exports that were
// requested from providers: queued, processing, ready, failed, expired.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log/level"
	"github.com/prometheus/common/version"
	"golang.org/x/term"

	"export_status_exporter/internal/app"
)

func main() {
	// net/http tells the standard logger what a misbehaving server sent, in its
	// own words. Our log tells what went wrong without them.
	log.SetOutput(io.Discard)
	os.Exit(run())
}

func run() int {
	cli, s := newCommand()
	kingpin.MustParse(cli.Parse(os.Args[1:]))

	switch {
	case s.check && app.CheckConfig(s.ConfigFile, os.Stdout, os.Stderr):
		return 0
	case s.check:
		return 1
	case s.health:
		if err := app.Health(context.Background(), (*s.Web.WebListenAddresses)[0], s.RoutePrefix, *s.Web.WebConfigFile); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	if s.list && s.logLevel == "info" {
		s.logLevel = "error" // the list tells what failed, in its own form
	}
	loggers, err := app.NewLoggers(os.Stderr, s.logLevel, s.logFormat, time.Now)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s.Loggers, s.Version = loggers, cmp.Or(version.Version, "dev")
	if s.once || s.list {
		err = ask(s.Options, s.list)
	} else {
		err = serve(s.Options, s.shutdownTimeout)
	}
	if errors.Is(err, app.ErrSourceFailed) {
		return 1 // every failure has been told
	}
	if err != nil {
		_ = level.Error(loggers.Kit).Log("msg", "export_status_exporter ended", "err", err)
		return 1
	}
	return 0
}

// serve runs the program until a signal or a failure ends it.
func serve(o app.Options, shutdownTimeout time.Duration) error {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)

	program, err := app.New(o)
	if err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	err = program.Start()
	if err == nil {
		logStart(o, program.URL())
	}
	for err == nil && stop.Err() == nil {
		select {
		case <-hangup:
			_ = program.Reload() // it has logged why
		case err = <-program.Done():
			err = fmt.Errorf("serving: %w", err)
		case <-stop.Done():
		}
	}
	drain, cancelDrain := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancelDrain()
	if stopErr := program.Stop(drain); err == nil {
		err = stopErr
	}
	return err
}

// logStart says ready where the listeners are open. Those of systemd and vsock
// are opened after that, which can fail; exporter-toolkit logs each.
func logStart(o app.Options, address string) {
	if address == "" {
		_ = level.Info(o.Loggers.Kit).Log("msg", "starting", "version", o.Version, "demo", o.Demo)
		return
	}
	_ = level.Info(o.Loggers.Kit).Log("msg", "ready", "address", address, "version", o.Version, "demo", o.Demo)
}

// ask runs the program without a listener, for one answer on standard output.
func ask(o app.Options, list bool) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	program, err := app.New(o)
	if err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	if list {
		err = program.List(ctx, os.Stdout, os.Stderr, term.IsTerminal(int(os.Stdout.Fd())))
	} else {
		err = program.Once(ctx, os.Stdout)
	}
	return errors.Join(err, program.Stop(context.Background()))
}
