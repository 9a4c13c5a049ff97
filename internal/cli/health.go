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
	"strings"
	"sync/atomic"
	"time"

	"export_status_exporter/internal/app"
)

// healthTimeout is shorter than the interval of any container's health check.
const healthTimeout = 3 * time.Second

// Health asks the exporter that listens on an address, below a path, whether it
// is alive: the health check of images that have no shell. Beside a 200, that
// the server asks for a password or a client certificate, or has had too many
// requests, proves that it serves.
//
// The web configuration says whether to ask by https. Without it both are
// tried: every request that is not TLS leaves a warning in the log of a server
// that wants it.
func Health(ctx context.Context, address string, prefix app.RoutePrefix, webConfigFile string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || strings.Contains(address, "://") {
		return fmt.Errorf("the health of %q cannot be asked over TCP", address)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // and not localhost, which an image need not know
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	schemes := []string{"http", "https"}
	if app.SpeaksTLS(ctx, webConfigFile) {
		slices.Reverse(schemes)
	}
	for _, scheme := range schemes {
		err = askHealth(ctx, scheme+"://"+net.JoinHostPort(host, port)+string(prefix)+"/-/healthy")
		// A server keeps what it was started with, so the file can be newer.
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
// speaks the other of http and https.
func askHealth(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err //nolint:wrapcheck // The caller says what was tried.
	}
	var demanded atomic.Bool
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
		// The certificate is for the name that Prometheus knows, by an authority
		// that this machine need not know. Nothing secret is sent, and nothing of
		// the answer is used but its status: whoever could listen in the place of
		// the exporter could at most say that it is alive.
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
	// Only a 400 is told apart by its text, so an answer that breaks off will do.
	start, _ := io.ReadAll(io.LimitReader(answer.Body, 128))
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

// isAlert reports whether the server refused the connection by an alert of TLS.
// Like a 401, that is an answer.
func isAlert(err error) bool {
	var remote *net.OpError
	return errors.As(err, &remote) && remote.Op == "remote error"
}
