package app

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-kit/log"

	"export_status_exporter/internal/files"
)

// TestWithoutCopies: on a system without files in memory, nothing is read for
// whoever comes while a file is not good.
func TestWithoutCopies(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	file := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(file, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := openWebFiles(t.Context(), files.New(), file, log.NewLogfmtLogger(&lines))
	if err != nil {
		t.Fatal(err)
	}
	_ = w.copy.Close()
	w.copy = nil
	if got := *w.flags(*Loopback()).WebConfigFile; got != file {
		t.Errorf("exporter-toolkit reads %s", got)
	}
	closed := func() bool {
		ours, theirs := net.Pipe()
		defer func() { _, _ = ours.Close(), theirs.Close() }()
		w.connState(ours, http.StateNew)
		return ours.SetDeadline(time.Time{}) != nil
	}
	if closed() {
		t.Error("a good file turns away")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if !closed() || !strings.Contains(lines.String(), "is a pipe and not a regular file") {
		t.Errorf("a pipe does not turn away, or the log does not say why:\n%s", lines.String())
	}
}

// TestClosedWhileRead: a read that ends after the stop has no effect, and the stop
// does not wait for it.
func TestClosedWhileRead(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "web.yml")
	put := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("{}\n")
	w, err := openWebFiles(t.Context(), files.New(), file, log.NewNopLogger())
	if err != nil {
		t.Fatal(err)
	}
	before, running := w.good, &look{over: make(chan struct{})}
	w.pending = running
	w.close()
	put("http_server_config: {http2: false}\n")
	w.look(running)
	if <-running.over; w.good != before || w.err != nil {
		t.Errorf("%+v, %v", w.good, w.err)
	}
}
