package blackbox

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// TestConnectionsAreBounded: those that only hold connections keep out nobody
// who asks, and take no descriptors that requests to providers need.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	p := Start(t, nil, "--demo")
	p.AwaitHealthy()
	for range 400 {
		connection, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
	}
	p.Want(http.MethodGet, "/metrics")
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	if len(open) > 300 {
		t.Errorf("%d descriptors are open", len(open))
	}
}

// TestDeafStreams: streams of HTTP/2 that take not a byte make no health check
// fail, however many they are.
func TestDeafStreams(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	client := certificate(t, folder)
	web := Put(t, folder, "web.yml", "tls_server_config: {cert_file: server.crt, key_file: server.key}\n")
	p, log := withLog(t, nil, "--demo", "--web.config.file="+web)
	log.await("msg=ready")
	for range 25 {
		connection, framer := openStreams(t, p, http.MethodGet)
		t.Cleanup(func() { _ = connection.Close() })
		for answered := 0; answered < streams; { // as far as without a byte of a body
			frame, err := framer.ReadFrame()
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := frame.(*http2.HeadersFrame); ok {
				answered++
			}
		}
	}
	began := time.Now()
	for range 5 {
		answer, err := client.Get("https://" + p.address + "/-/healthy")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("after %s: %s", time.Since(began), answer.Status)
		}
	}
}

// streams is how many streams a connection may have.
const streams = 8

// openStreams opens a connection with as many requests as it may have. A POST lacks the end
// of its body.
func openStreams(t *testing.T, p *Program, method string) (net.Conn, *http2.Framer) {
	t.Helper()
	connection, err := tls.Dial("tcp", p.address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	framer := http2.NewFramer(connection, connection)
	if err := framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0}); err != nil {
		t.Fatal(err)
	}
	for i := range uint32(streams) {
		var block bytes.Buffer
		encoder := hpack.NewEncoder(&block)
		path := []string{"/-/healthy", "/-/ready", "/nowhere"}[i%3]
		for _, field := range [][2]string{{":method", method}, {":scheme", "https"}, {":authority", p.address}, {":path", path}} {
			_ = encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
		}
		stream, whole := 2*i+1, method == http.MethodGet
		if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: whole}); err != nil {
			t.Fatal(err)
		}
		if whole {
			continue
		}
		if err := framer.WriteData(stream, false, make([]byte, 6000)); err != nil {
			t.Fatal(err)
		}
	}
	return connection, framer
}

// TestEndedStreams: nothing is kept of connections that end while they have requests.
func TestEndedStreams(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	certificate(t, folder)
	web := Put(t, folder, "web.yml", "tls_server_config: {cert_file: server.crt, key_file: server.key}\n")
	p, log := withLog(t, nil, "--demo", "--web.config.file="+web)
	log.await("msg=ready")
	const connections = 1500
	for range connections {
		connection, framer := openStreams(t, p, http.MethodPost)
		for ended := false; !ended; { // the server has seen all streams
			frame, err := framer.ReadFrame()
			if err != nil {
				t.Fatal(err)
			}
			headers, ok := frame.(*http2.HeadersFrame)
			ended = ok && headers.StreamID == 2*streams-1
		}
		_ = connection.Close()
	}
	if got := p.Peak(); got > 100 { // each took 55 KiB, and the program takes about 50 MiB
		t.Errorf("it took %d MiB", got)
	}
}
