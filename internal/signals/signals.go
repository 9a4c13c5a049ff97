// Package signals takes the signals that end the program or reload its
// configuration as soon as the runtime can: when packages are initialised. The
// program's other packages take some twenty milliseconds for that, and a signal
// that nobody has taken by then kills. It imports os/signal alone, so it is
// initialised right after that and before all that is large.
package signals

import (
	"os"
	"os/signal"
	"syscall"
)

// State of the package, the one exception to having none: a process has one
// set of signals, and they must be taken before main runs.
var (
	hangupIgnored = signal.Ignored(syscall.SIGHUP)
	// Two, since the second one means more than the first.
	ends    = take(2, syscall.SIGTERM, syscall.SIGINT)
	hangups = take(1, syscall.SIGHUP)
)

func take(room int, which ...os.Signal) <-chan os.Signal {
	taken := make(chan os.Signal, room)
	signal.Notify(taken, which...)
	return taken
}

// Ends receives SIGTERM and SIGINT, from the start of the process on.
func Ends() <-chan os.Signal { return ends }

// Hangups receives SIGHUP, from the start of the process on. Several that
// nobody has received yet are one.
func Hangups() <-chan os.Signal { return hangups }

// HangupIgnored reports whether the process was started with SIGHUP ignored,
// as nohup does.
func HangupIgnored() bool { return hangupIgnored }

// SurvivePipes keeps a reader that goes away from killing the process: a write
// to a pipe that nobody reads any more is an error and nothing else.
func SurvivePipes() { signal.Ignore(syscall.SIGPIPE) }

// ExitCode is the exit code of a process that a signal ended at once, as a
// shell shows it.
func ExitCode(which os.Signal) int {
	if number, ok := which.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return 1
}
