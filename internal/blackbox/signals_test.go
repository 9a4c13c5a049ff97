package blackbox

import (
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// traced makes the runtime tell of every package that it initialises.
func traced(cmd *exec.Cmd) { cmd.Env = append(cmd.Environ(), "GODEBUG=inittrace=1") }

// taken is the line that tells that the signals are taken.
const taken = "init export_status_exporter/internal/signals "

// TestEarlyHangup: a SIGHUP that comes while packages are initialised is
// answered by a reload after the start.
func TestEarlyHangup(t *testing.T) {
	t.Parallel()
	p, log := withLog(t, traced, "--demo")
	_, before := log.await(taken)
	p.signal(syscall.SIGHUP)
	for _, line := range before {
		// What is large depends on packages that come later.
		if strings.HasPrefix(line, "init github.com/prometheus/") || strings.HasPrefix(line, "init net/http ") {
			t.Errorf("this came before the signals were taken: %s", line)
		}
	}
	log.await(`msg=ready`)
	log.await(`msg="configuration loaded"`)
	p.signal(syscall.SIGTERM)
	p.wantExit(0)
}

// TestEarlyEnd: SIGTERM and SIGINT while packages are initialised end the
// program in order.
func TestEarlyEnd(t *testing.T) {
	t.Parallel()
	for _, which := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p, log := withLog(t, traced, "--demo")
		log.await(taken)
		p.signal(which)
		p.wantExit(0)
	}
}

// TestEndDuringStart: the program ends although its start still waits for a
// configuration that does not come.
func TestEndDuringStart(t *testing.T) {
	t.Parallel()
	read, _ := pipe(t)
	p, log := withLog(t, func(cmd *exec.Cmd) { cmd.Stdin = read; traced(cmd) }, "--config.file=/dev/stdin")
	log.await(taken)
	p.signal(syscall.SIGTERM)
	log.await(`msg="stopped before it had started"`)
	p.wantExit(0)
}

// TestSecondSignal: the first signal waits for a scrape in flight, the second
// one does not.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	for _, which := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = silent.Close() })
		p, log := withLog(t, nil, "--config.file="+configuration(t, 1, silent.Addr().String(), "1m"), "--web.shutdown-timeout=5m")
		p.AwaitHealthy()
		go func() { _, _ = p.Request(http.MethodGet, "/metrics") }() // it is cut off
		asked, err := silent.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = asked.Close() })
		p.signal(which)
		log.await(`msg="stopping`)
		p.signal(which)
		p.wantExit(128 + int(which))
	}
}

// TestToolsEnd: what only looks ends by a signal like any tool, whatever it
// waits for.
func TestToolsEnd(t *testing.T) {
	t.Parallel()
	for _, which := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		read, _ := pipe(t)
		p, log := withLog(t, func(cmd *exec.Cmd) { cmd.Stdin = read; traced(cmd) }, "--config.check", "--config.file=/dev/stdin")
		log.await(taken)
		p.signal(which)
		p.wantExit(128 + int(which))
	}
}

// TestUnreadHelp: a signal ends also what has something to say about the flags,
// and nobody to read it.
func TestUnreadHelp(t *testing.T) {
	t.Parallel()
	read, write := pipe(t)
	fill(t, write)
	p, log := withLog(t, func(cmd *exec.Cmd) { cmd.Stdout = write; traced(cmd) }, "--help-man")
	log.await(taken)
	p.signal(syscall.SIGTERM)
	p.wantExit(128 + int(syscall.SIGTERM))
	_ = read.Close()
}
