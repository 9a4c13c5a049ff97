package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// healthTimeout is shorter than the interval of any container's health check.
const healthTimeout = 3 * time.Second

// Health asks the exporter that listens on an address whether it is alive: the
// health check of images that have no shell. Any answer but a 5xx will do: with
// TLS the server tells a plain request that it is one, and with users it asks
// for a password, and both prove that it serves.
func Health(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || strings.Contains(address, "://") {
		return fmt.Errorf("the health of %q cannot be asked over TCP", address)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // and not localhost, which an image need not know
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/-/healthy", nil)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		return errors.New("health: " + answer.Status)
	}
	return nil
}
