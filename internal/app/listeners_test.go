package app

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
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
	listener := meteredListener{opened}
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
			meterState(accepted, http.StateActive)
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
