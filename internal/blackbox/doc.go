// Package blackbox has tests only: they run the built program and put around it
// what no test within one process can, such as a log that nobody reads, signals
// before main, and a service manager.
package blackbox
