package blackbox

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSlowReaders starts the program and has more clients than it has places ask
// for answers that are larger than the kernel's buffers, and never read them. All others are served as before, and SIGTERM ends it.
func TestSlowReaders(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config.yml")
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := closed.Addr().String()
	_ = closed.Close()
	var text strings.Builder
	text.WriteString("refresh_interval: 1h\naccounts:\n")
	for i := range 4000 {
		fmt.Fprintf(&text, "  - {name: a%d, onlyfansapi: {token: %q, base_url: \"http://%s\"}}\n", i, fmt.Sprintf("token-%d", i), nowhere)
	}
	if err := os.WriteFile(config, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "--config.file="+config, "--web.listen-address=127.0.0.1:0", "--web.max-requests=5", "--refresh.max-concurrent=1000", "--refresh.max-per-host=1000", "--web.shutdown-timeout=100ms")
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, address := bufio.NewScanner(log), ""
	for address == "" && lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "msg=ready address=http://"); ok {
			address, _, _ = strings.Cut(rest, "/")
		}
	}
	drained := make(chan struct{})
	go func() { defer close(drained); _, _ = io.Copy(io.Discard, log) }()

	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	ask := func(path string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = answer.Body.Close() }()
		if n, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %d, %d bytes, %v", path, answer.StatusCode, n, err)
		}
	}
	ask("/metrics") // the refreshes fail; nobody is asked again within the hour
	for range 6 {
		for _, path := range []string{"/metrics", "/exports?limit=1000&format=json"} {
			deaf(t, address, path)
		}
	}
	for _, path := range []string{"/metrics", "/metrics/exporter", "/probe?account=a1", "/exports", "/", "/config", "/sd", "/-/healthy", "/-/ready"} {
		ask(path)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	<-drained
	_ = cmd.Wait() // those that never read are cut off, which is told
}

// deaf asks and reads no more than that the answer has begun.
func deaf(t *testing.T, address, path string) {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if err := connection.(*net.TCPConn).SetReadBuffer(1024); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, "GET "+path+" HTTP/1.1\r\nHost: here\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	var begin [12]byte
	if _, err := io.ReadFull(connection, begin[:]); err != nil || string(begin[:]) != "HTTP/1.1 200" {
		t.Fatalf("%s: %q %v", path, begin, err)
	}
}
