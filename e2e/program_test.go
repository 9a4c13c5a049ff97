//go:build e2e

package e2e

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	startLimit = 60 * time.Second
	stopLimit  = 10 * time.Second
)

// program is a child process in its own process group.
type program struct {
	t      *testing.T
	name   string
	group  int
	output *output
	done   chan struct{} // closed when it has ended
}

// start runs a program until the test ends. If the test fails, its output is printed.
func start(t *testing.T, name, path string, arguments ...string) *program {
	t.Helper()
	p := &program{t: t, name: name, output: newOutput(), done: make(chan struct{})}
	command := exec.Command(path, arguments...)
	command.Stdout, command.Stderr = p.output, p.output
	// If the test binary is killed or panics on a timeout, no cleanup runs. Therefore
	// set a death signal.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		t.Fatalf("starting %s: %v", name, err)
	}
	p.group = command.Process.Pid
	go func() {
		defer close(p.done)
		_ = command.Wait() // the output shows why it ended
	}()
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("output of %s:\n%s", name, p.output.tail(200))
		}
	})
	return p
}

// installed returns the path of a program, or fails with a hint about how to install
// it.
func installed(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v; doc.go says what is needed", err)
	}
	return path
}

// run runs a program to its end and returns its standard output.
func run(t *testing.T, dir string, limit time.Duration, name string, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, installed(t, name), arguments...)
	command.Dir = dir
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = stopLimit
	if err := command.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(arguments, " "), err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

// signal sends a signal to the process group, unless the program has ended.
func (p *program) signal(s syscall.Signal) {
	select {
	case <-p.done: // its process id may have been reused
	default:
		_ = syscall.Kill(-p.group, s)
	}
}

// kill kills the program, as in a crash.
func (p *program) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// stop asks the program to exit, and kills it if it does not.
func (p *program) stop() {
	select {
	case <-p.done:
		return
	default:
	}
	p.signal(syscall.SIGTERM)
	limit := time.NewTimer(stopLimit)
	defer limit.Stop()
	select {
	case <-p.done:
	case <-limit.C:
		p.kill()
		p.t.Errorf("%s did not end within %s of SIGTERM", p.name, stopLimit)
	}
}

// find waits until a line of the output matches, and returns the first group.
func (p *program) find(pattern string) string {
	p.t.Helper()
	expression := regexp.MustCompile(pattern)
	limit := time.NewTimer(startLimit)
	defer limit.Stop()
	for {
		text, changed := p.output.read()
		if match := expression.FindStringSubmatch(text); match != nil {
			return match[1]
		}
		select {
		case <-changed:
		case <-p.done:
			p.t.Fatalf("%s ended before it printed %q", p.name, pattern)
		case <-limit.C:
			p.t.Fatalf("%s did not print %q within %s", p.name, pattern, startLimit)
		}
	}
}

// output collects what a program prints, and can be read at any time.
type output struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{} // closed and replaced with every write
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) read() (text string, changed <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.changed
}

// tail returns the last lines.
func (o *output) tail(lines int) string {
	text, _ := o.read()
	all := strings.Split(text, "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
