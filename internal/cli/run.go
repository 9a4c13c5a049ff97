// Package cli implements the command line: the flags and the modes.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log/level"
	"github.com/prometheus/common/version"
	"golang.org/x/term"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rules"
	"export_status_exporter/internal/signals"
)

// Run runs the mode that the arguments select and returns the exit code.
// Without a mode, it serves until a signal ends it.
func Run(arguments []string, stdin io.Reader, stdout, stderr *os.File) int {
	// net/http passes what a misbehaving server sent to the standard logger.
	// Discard it, because it may hold secrets; our own log has the error.
	log.SetOutput(io.Discard)
	signals.SurvivePipes()
	version.Version = versionOf(version.Version, debug.ReadBuildInfo)
	stop, cancel := untilSignal()
	defer cancel(nil)
	command, s := newCommand()
	command.UsageWriter(stdout) // unless the flags are wrong
	// Parsing may print help or a version, and block on a reader.
	if runWithin(stop, grace, func() error { kingpin.MustParse(command.Parse(arguments)); return nil }) != nil {
		return exitCode(stop)
	}
	look := s.check || s.health || s.listAPIs || s.printRules || s.saved.Source != ""
	if look || s.once || s.list {
		endByHangup(cancel)
	}
	if look {
		code := 1
		if runWithin(stop, 0, func() error { code = s.lookAt(stdin, stdout, stderr); return nil }) != nil {
			return exitCode(stop)
		}
		return code
	}
	if s.list && s.logLevel == "info" {
		s.logLevel = "error" // the list itself shows the failures
	}
	loggers, queue, err := app.NewQueuedLoggers(stderr, s.logLevel, s.logFormat, time.Now)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 1
	}
	defer func() {
		flush, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		_ = queue.Close(flush) // there is nowhere left to report an error
	}()
	s.Loggers, s.Version = loggers, version.Version
	if s.once || s.list {
		err = s.runOnce(stop, stdout, stderr)
	} else {
		if s.logFormat == "logfmt" { // JSON logs must stay JSON
			s.DemoReady = func(address string) { _, _ = fmt.Fprintf(queue, "Open %sexports\n", forPeople(address)) }
		}
		err = serve(stop, s.Options, s.shutdownTimeout)
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrSourceFailed):
		return 1 // every failure has been printed
	case (s.once || s.list) && errors.Is(err, syscall.EPIPE):
		return signals.ExitCode(syscall.SIGPIPE) // the reader has closed the pipe
	}
	_ = level.Error(loggers.Kit).Log("msg", "export_status_exporter ended", "err", err)
	return 1
}

// lookAt runs the modes that make no API call and returns the exit code.
func (s *settings) lookAt(stdin io.Reader, stdout, stderr *os.File) int {
	var err error
	switch ctx := context.Background(); {
	case s.saved.Source != "":
		err = TryFile(ctx, s.ConfigFile, s.fileGiven, s.saved, stdin, stdout, stderr)
	case s.health:
		err = Health(ctx, (*s.Web.WebListenAddresses)[0], s.RoutePrefix, *s.Web.WebConfigFile)
	case s.listAPIs:
		err = ListAPIs(ctx, s.ConfigFile, s.fileGiven, stdout, term.IsTerminal(int(stdout.Fd())))
	case s.printRules:
		_, err = io.WriteString(stdout, rules.Text(s.links))
	default:
		if CheckConfig(s.ConfigFile, stdout, stderr) {
			return 0
		}
		return 1
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 1
	}
	return 0
}

// serve runs the program until a signal or a failure ends it.
func serve(stop context.Context, o app.Options, shutdownTimeout time.Duration) error {
	defer tuneGarbage()()
	o.Notifier = app.NewNotifier(o.Loggers.Kit)
	defer func() {
		told, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		o.Notifier.Close(told)
	}()

	var program *app.App
	err := runWithin(stop, 0, func() (err error) {
		program, err = start(o)
		return err
	})
	if stop.Err() != nil && errors.Is(err, errUnfinished) {
		_ = level.Info(o.Loggers.Kit).Log("msg", "stopped before it had started")
		return nil
	}
	if err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	program.Serve() // outside of runWithin, so that what it answers is always drained
	o.Notifier.Ready()
	logStart(o, program)
	err = untilEnd(stop, program.Reload, program.Done())

	o.Notifier.Stopping()
	drain, cancelDrain := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancelDrain()
	if stopErr := runWithin(drain, grace, func() error { return program.Stop(drain) }); err == nil && stopErr != nil {
		err = fmt.Errorf("stopping: %w", stopErr)
	}
	return err
}

// start prepares the program up to its listeners. On error, it cleans up.
func start(o app.Options) (*app.App, error) {
	program, err := app.New(o)
	if err != nil {
		return nil, err
	}
	if err := program.Listen(); err != nil {
		return nil, errors.Join(err, program.Stop(context.Background()))
	}
	return program, nil
}

// untilEnd reloads on every SIGHUP, including one that arrived early, until
// stop is done or serving fails. A stop does not wait for a running reload.
// Signals during a reload cause at most one more.
func untilEnd(stop context.Context, reload func() error, failed <-chan error) error {
	hangups := signals.Hangups()
	reloaded := make(chan struct{})
	for {
		select {
		case <-hangups:
			hangups = nil
			go func() {
				_ = reload() // the error is already logged
				select {
				case reloaded <- struct{}{}:
				case <-stop.Done():
				}
			}()
		case <-reloaded:
			hangups = signals.Hangups()
		case err := <-failed:
			return fmt.Errorf("serving: %w", err)
		case <-stop.Done():
			return nil
		}
	}
}

// runOnce runs --once or --list, without a listener.
func (s *settings) runOnce(stop context.Context, stdout *os.File, stderr io.Writer) error {
	// A provider may hang, and so may the reader of our output.
	return runWithin(stop, grace, func() error {
		program, err := app.New(s.Options)
		if err != nil {
			return fmt.Errorf("starting: %w", err)
		}
		if s.list {
			err = List(stop, program, stdout, stderr, s.listOptions(stdout))
		} else {
			err = Once(stop, program, stdout, term.IsTerminal(int(stdout.Fd())))
		}
		return errors.Join(err, program.Stop(context.Background()))
	})
}
