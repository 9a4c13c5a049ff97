package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"export_status_exporter/internal/app"
)

// healthTimeout is shorter than the usual interval of a container's health
// check.
const healthTimeout = 3 * time.Second

// Health checks whether the exporter at an address, below a route prefix, is
// healthy. It is the health check for images without a shell. Besides a 200, a
// demand for a password or a client certificate or a 429 also proves that the
// server runs.
//
// webConfigFile tells whether to use https. If that turns out wrong, Health
// tries the other scheme. It does not simply try both, because a TLS server
// logs a warning for every plain request.
func Health(ctx context.Context, address string, prefix app.RoutePrefix, webConfigFile string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || strings.Contains(address, "://") {
		return fmt.Errorf("cannot check the health of %q: not a TCP address", address)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // not localhost, which an image may not be able to resolve
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	if number, err := net.DefaultResolver.LookupPort(ctx, "tcp", port); err == nil {
		port = strconv.Itoa(number) // the port of a URL has no name
	}
	schemes := []string{"http", "https"}
	if app.SpeaksTLS(ctx, webConfigFile) {
		slices.Reverse(schemes)
	}
	for _, scheme := range schemes {
		err = askHealth(ctx, scheme+"://"+net.JoinHostPort(host, port)+string(prefix)+"/-/healthy")
		// The server keeps the TLS setting that it started with, so the file
		// may be newer.
		if !errors.Is(err, http.ErrSchemeMismatch) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	return nil
}

// askHealth sends one request. It returns http.ErrSchemeMismatch if the server
// expects the other of http and https.
func askHealth(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err //nolint:wrapcheck // The caller says what was tried.
	}
	var demanded atomic.Bool
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
		// The certificate is for the name that Prometheus uses, from an
		// authority that this machine may not know. The request holds no
		// secret, and only the status of the response is used. So somebody in
		// the place of the exporter could only pretend that it is healthy.
		InsecureSkipVerify: true, //nolint:gosec // See above.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			demanded.Store(true)
			return &tls.Certificate{}, nil
		},
	}}
	answer, err := transport.RoundTrip(request)
	var noTLS tls.RecordHeaderError
	switch {
	case err == nil:
	case errors.As(err, &noTLS):
		return http.ErrSchemeMismatch
	case ctx.Err() == nil && (demanded.Load() || isAlert(err)):
		return nil
	default:
		return err //nolint:wrapcheck // The caller says what was tried.
	}
	// Only a 400 needs the body, and a read error does not matter. The body of a 101 would
	// not end with the context.
	var start []byte
	if answer.StatusCode == http.StatusBadRequest {
		start, _ = io.ReadAll(io.LimitReader(answer.Body, 128))
	}
	_ = answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK, http.StatusUnauthorized, http.StatusTooManyRequests:
		return nil
	case http.StatusNotFound:
		return fmt.Errorf("%s: another program has the port, or --web.route-prefix differs", answer.Status)
	case http.StatusBadRequest:
		if strings.Contains(string(start), "HTTP request to an HTTPS server") {
			return http.ErrSchemeMismatch
		}
	}
	return errors.New(answer.Status)
}

// isAlert reports whether the server refused the connection with a TLS alert.
// Like a 401, that proves that the server runs.
func isAlert(err error) bool {
	var remote *net.OpError
	return errors.As(err, &remote) && remote.Op == "remote error"
}
