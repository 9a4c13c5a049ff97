// Package signals registers for the signals that end the program or reload its
// configuration as early as possible: while packages are initialized.
// Initializing the other packages takes about 20 ms, and a signal that arrives
// unregistered kills the process. This package imports only os/signal and its
// dependencies, so it is initialized before all large packages.
package signals

import (
	"os"
	"os/signal"
	"syscall"
)

// This is the only package-level state of the program: a process has one set of
// signals, and they must be registered before main runs.
var (
	hangupIgnored = signal.Ignored(syscall.SIGHUP)
	// Room for two, because a second signal exits at once.
	ends    = take(2, syscall.SIGTERM, syscall.SIGINT)
	hangups = take(1, syscall.SIGHUP)
)

func take(room int, which ...os.Signal) <-chan os.Signal {
	taken := make(chan os.Signal, room)
	signal.Notify(taken, which...)
	return taken
}

// Ends returns a channel that receives SIGTERM and SIGINT, from the start of
// the process on.
func Ends() <-chan os.Signal { return ends }

// Hangups returns a channel that receives SIGHUP, from the start of the process
// on. Signals that arrive before one is received are merged.
func Hangups() <-chan os.Signal { return hangups }

// HangupIgnored reports whether the process was started with SIGHUP ignored,
// as nohup does.
func HangupIgnored() bool { return hangupIgnored }

// SurvivePipes keeps the process alive when a reader closes its pipe: writing
// to that pipe then only returns an error.
func SurvivePipes() { signal.Ignore(syscall.SIGPIPE) }

// ExitCode returns the exit code that a shell shows for a process killed by a
// signal.
func ExitCode(which os.Signal) int {
	if number, ok := which.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return 1
}
