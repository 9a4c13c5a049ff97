package cli

import (
	"io"
	"net"
	"strings"
	"testing"
)

// TestHealthOfAnotherProtocol: a program on the port that switches protocols and sends
// nothing more does not hold up the health check.
func TestHealthOfAnotherProtocol(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 1)) // the request has begun
		_, _ = io.WriteString(conn, "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn) // until the client disconnects
		_ = conn.Close()
	}()
	if err := askHealth(t.Context(), "http://"+listener.Addr().String()+"/-/healthy"); err == nil || err.Error() != "101 X" {
		t.Errorf("error %v", err)
	}
	<-done
	_ = listener.Close()
}

// TestHealthOfANamedPort: a port may have a name, as for --web.listen-address.
func TestHealthOfANamedPort(t *testing.T) {
	t.Parallel()
	// Nobody answers like the exporter there, but the address is understood.
	if err := Health(t.Context(), "127.0.0.1:http", "", ""); err != nil && strings.Contains(err.Error(), "invalid port") {
		t.Errorf("error %v", err)
	}
}
