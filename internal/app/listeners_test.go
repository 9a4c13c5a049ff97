package app

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/internal/files"
)

// TestFirstBytes: a client may send a bounded amount before its first request, and
// any amount afterwards.
func TestFirstBytes(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	opened, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := meteredListener{opened, func() error { return nil }}
	defer func() { _ = listener.Close() }()
	for name, begun := range map[string]bool{"before its request": false, "with a request": true} {
		client, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", opened.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		accepted, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if begun {
			if !meterState(accepted, http.StateActive) {
				t.Error("it is not metered")
			}
		}
		go func() {
			_, _ = client.Write(bytes.Repeat([]byte("x"), 2*maxFirstBytes))
			_ = client.Close()
		}()
		n, err := io.Copy(io.Discard, accepted)
		if begun && (n != 2*maxFirstBytes || err != nil) || !begun && (n != maxFirstBytes || !errors.Is(err, errFirstBytes)) {
			t.Errorf("%s: %d bytes were read: %v", name, n, err)
		}
		_ = accepted.Close()
	}
}

// TestUnreadBytes: the kernel keeps little of what a client does not read, so that the
// exporter notices soon whether it reads.
func TestUnreadBytes(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	opened, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := meteredListener{opened, func() error { return nil }}
	defer func() { _ = listener.Close() }()
	client, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", opened.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	if err := client.(*net.TCPConn).SetReadBuffer(1 << 10); err != nil {
		t.Fatal(err)
	}
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = accepted.Close() }()
	if err := accepted.SetWriteDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := accepted.Write(make([]byte, 4<<20)); err == nil || n > 1<<20 {
		t.Errorf("%d bytes were written, %v", n, err)
	}
}

// TestSlowWebFiles: a connection that waits for the web configuration keeps no
// other from being accepted.
func TestSlowWebFiles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &App{connections: newConnLimiter(10, 10), web: &webFiles{pending: &look{began: time.Now(), over: make(chan struct{})}}}
		server := a.newServer()
		ours, theirs := net.Pipe()
		defer func() { _, _ = ours.Close(), theirs.Close() }()
		accepted := &meteredConn{Conn: ours, ready: a.web.ready, left: maxFirstBytes}
		began := time.Now()
		server.ConnState(accepted, http.StateNew) // net/http calls this where it accepts
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the next connection waits for %s", waited)
		}
		if _, err := accepted.Read(make([]byte, 1)); !errors.Is(err, files.ErrHangs) || time.Since(began) != webWait {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}
