package blackbox

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// manager is a service manager's socket.
type manager struct {
	t          *testing.T
	path       string
	connection *net.UnixConn
}

func newManager(t *testing.T) *manager {
	t.Helper()
	m := &manager{t: t, path: filepath.Join(t.TempDir(), "notify")}
	connection, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: m.path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	m.connection = connection
	return m
}

// prepare gives the socket to a program.
func (m *manager) prepare(cmd *exec.Cmd) {
	cmd.Env = append(cmd.Environ(), "NOTIFY_SOCKET="+m.path)
}

// want reads the next state.
func (m *manager) want(pattern string) {
	m.t.Helper()
	if err := m.connection.SetReadDeadline(time.Now().Add(Patience)); err != nil {
		m.t.Fatal(err)
	}
	state := make([]byte, 4096)
	n, err := m.connection.Read(state)
	if err != nil {
		m.t.Fatalf("instead of %s: %v", pattern, err)
	}
	if !regexp.MustCompile(`\A(?:` + pattern + `)\z`).Match(state[:n]) {
		m.t.Fatalf("the state is %q, want %s", state[:n], pattern)
	}
}

// TestNotify: the service manager hears when the program serves, of every
// reload's beginning and end, and of the end.
func TestNotify(t *testing.T) {
	t.Parallel()
	m := newManager(t)
	file := failing(t, 1)
	p, log := withLog(t, m.prepare, "--config.file="+file)
	m.want("READY=1")
	p.Want(http.MethodGet, "/-/healthy") // at once
	p.Want(http.MethodPost, "/-/reload")
	const reloading = `RELOADING=1\nMONOTONIC_USEC=\d+\n`
	m.want(reloading)
	m.want("READY=1")
	if err := os.WriteFile(file, []byte("nonsense: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.signal(syscall.SIGHUP)
	m.want(reloading)
	log.await(`msg="reload failed`)
	m.want("READY=1")
	p.signal(syscall.SIGTERM)
	m.want("STOPPING=1")
	p.wantExit(0)
}

// TestNotifyUnread: a service manager that does not read, or is not there,
// holds up nothing.
func TestNotifyUnread(t *testing.T) {
	t.Parallel()
	full := newManager(t)
	writer, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: full.path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = writer.Close() }()
	fill(t, writer)
	gone := &manager{t: t, path: filepath.Join(t.TempDir(), "gone")}
	for _, m := range []*manager{full, gone} {
		p, log := withLog(t, m.prepare, "--demo")
		p.AwaitHealthy()
		p.Want(http.MethodPost, "/-/reload")
		p.signal(syscall.SIGHUP)
		log.await(`msg="configuration loaded"`)
		log.await(`msg="configuration loaded"`)
		p.signal(syscall.SIGTERM)
		p.wantExit(0)
	}
}
