package app_test

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"io"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"
)

// streams opens an HTTP/2 connection.
func streams(t *testing.T, r *rig.Rig) *http2.Framer {
	t.Helper()
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}}
	connection, err := dialer.DialContext(t.Context(), "tcp", r.App.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if err := connection.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	return http2.NewFramer(connection, connection)
}

// TestStreamBounds: the server keeps little of a frame or a body that nobody
// reads.
func TestStreamBounds(t *testing.T) {
	t.Parallel()
	server := newAuthority(t).server(t, "exporter")
	r, _ := guardedRig(t, "tls_server_config: {cert_file: server.crt, key_file: server.key}\n",
		map[string][]byte{"server.crt": server.certificatePEM, "server.key": server.keyPEM})
	framer := streams(t, r)
	if err := framer.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	frame, err := framer.ReadFrame()
	settings, ok := frame.(*http2.SettingsFrame)
	if err != nil || !ok {
		t.Fatal(frame, err)
	}
	for id, most := range map[http2.SettingID]uint32{http2.SettingMaxFrameSize: 16 << 10, http2.SettingInitialWindowSize: 64 << 10} {
		if got, ok := settings.Value(id); !ok || got > most {
			t.Errorf("%s is %d, want at most %d", id, got, most)
		}
	}
	// A connection begins with a window of 65535 bytes.
	frame, err = framer.ReadFrame()
	if err != nil {
		t.Fatal(err)
	}
	if more, ok := frame.(*http2.WindowUpdateFrame); ok && more.Increment > 1 {
		t.Errorf("the window of the connection grows by %d", more.Increment)
	}
}

// TestUnreadErrors: an HTTP/2 client that opens no window for the text of an
// error holds a request in flight for a short time only.
func TestUnreadErrors(t *testing.T) {
	t.Parallel()
	server := newAuthority(t).server(t, "exporter")
	r, _ := guardedRig(t, "tls_server_config: {cert_file: server.crt, key_file: server.key}\nbasic_auth_users:\n  prometheus: "+hashed(t, rand.Text())+"\n",
		map[string][]byte{"server.crt": server.certificatePEM, "server.key": server.keyPEM})
	framer := streams(t, r)
	if err := framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0}); err != nil {
		t.Fatal(err)
	}
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", "here"}, {":path", "/metrics"}} {
		if err := encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
			t.Fatal(err)
		}
	}
	if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: true}); err != nil {
		t.Fatal(err)
	}
	app.WaitFor(t, func() bool { return r.App.Requests() == 1 })
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatalf("the stream was not reset: %v", err)
		}
		if _, ok := frame.(*http2.RSTStreamFrame); ok {
			break
		}
	}
	app.WaitFor(t, func() bool { return r.App.Requests() == 0 })
}
