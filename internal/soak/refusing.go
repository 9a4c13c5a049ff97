package main

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// refuseEvery is of how many streams one is refused, beginning with the first.
const refuseEvery = 3

// refusing is a provider behind TLS and HTTP/2, where all accounts share a
// connection, that refuses some of their streams. Nobody else may be harmed.
type refusing struct {
	handler  http.Handler
	listener net.Listener
	ca       []byte // PEM
	open     sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn

	well             atomic.Bool // it refuses nothing any more
	streams, refused atomic.Int64
}

// newRefusing serves a handler on loopback.
func newRefusing(handler http.Handler) (*refusing, error) {
	lender := httptest.NewTLSServer(http.NotFoundHandler()) // of its certificate
	certificate := lender.TLS.Certificates[0]
	lender.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12})
	if err != nil {
		return nil, fmt.Errorf("a provider that refuses streams: %w", err)
	}
	r := &refusing{handler: handler, listener: listener, ca: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})}
	r.open.Go(r.accept)
	return r, nil
}

func (r *refusing) url() string { return "https://" + r.listener.Addr().String() }

// writeCA writes the authority that an account has to trust.
func (r *refusing) writeCA(path string) error { return os.WriteFile(path, r.ca, 0o600) } //nolint:wrapcheck // It names the file.

func (r *refusing) close() {
	_ = r.listener.Close()
	r.mu.Lock()
	for _, each := range r.conns {
		_ = each.Close()
	}
	r.mu.Unlock()
	r.open.Wait()
}

func (r *refusing) accept() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.mu.Lock()
		r.conns = append(r.conns, conn)
		r.mu.Unlock()
		r.open.Go(func() { r.serve(conn) })
	}
}

// shared is one connection, by frames: no server of a library refuses a stream
// that it could serve.
type shared struct {
	mu     sync.Mutex
	framer *http2.Framer
}

func (r *refusing) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	c := &shared{framer: http2.NewFramer(conn, conn)}
	c.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	c.write(func() { _ = c.framer.WriteSettings() })
	for {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			return
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				c.write(func() { _ = c.framer.WriteSettingsAck() })
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				c.write(func() { _ = c.framer.WritePing(true, f.Data) })
			}
		case *http2.MetaHeadersFrame:
			if r.streams.Add(1)%refuseEvery == 1 && !r.well.Load() {
				r.refused.Add(1)
				c.write(func() { _ = c.framer.WriteRSTStream(f.StreamID, http2.ErrCodeRefusedStream) })
				continue
			}
			stream, request := f.StreamID, asked(f)
			r.open.Go(func() {
				answer := httptest.NewRecorder()
				r.handler.ServeHTTP(answer, request)
				c.answer(stream, answer)
			})
		}
	}
}

func (c *shared) write(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
}

// asked is the request of a stream. Those of a list have no body.
func asked(f *http2.MetaHeadersFrame) *http.Request {
	request := httptest.NewRequest(f.PseudoValue("method"), f.PseudoValue("path"), http.NoBody) //nolint:noctx // It ends with the answer.
	request.Host = f.PseudoValue("authority")
	for _, field := range f.RegularFields() {
		request.Header.Add(field.Name, field.Value)
	}
	return request
}

// answer sends a small answer; what is not taken is the client's affair.
func (c *shared) answer(stream uint32, answer *httptest.ResponseRecorder) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(answer.Code)}) // to memory
	for name, values := range answer.Header() {
		for _, value := range values {
			_ = encoder.WriteField(hpack.HeaderField{Name: strings.ToLower(name), Value: value})
		}
	}
	c.write(func() {
		_ = c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true})
		for answer.Body.Len() > 16<<10 {
			_ = c.framer.WriteData(stream, false, answer.Body.Next(16<<10))
		}
		_ = c.framer.WriteData(stream, true, answer.Body.Bytes())
	})
}
