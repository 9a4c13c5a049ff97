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
	const streams = 8 // as many as one connection may have
	for range 25 {
		connection, err := tls.Dial("tcp", p.address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
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
			for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", p.address}, {":path", path}} {
				_ = encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
			}
			if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 2*i + 1, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: true}); err != nil {
				t.Fatal(err)
			}
		}
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
