package app

import (
	"context"
	"net/http"
	"testing"

	"export_status_exporter/internal/files"
)

// MaxReloadBody is what the body of a reload may have, in bytes.
const MaxReloadBody = maxReloadBody

// TargetGroup is one element of what /sd answers.
type TargetGroup = targetGroup

// Handler answers without a socket.
func (a *App) Handler() http.Handler { return entranceHandler{a.entrance, a.handler()} }

// WaitFor waits for something that is about to happen.
func WaitFor(t *testing.T, done func() bool) {
	t.Helper()
	waitFor(t, done)
}

// ReadWebFiles reads a web configuration and the files that it names.
func ReadWebFiles(ctx context.Context, reader *files.Reader, file string) error {
	_, err := readWebFiles(ctx, reader, file)
	return err
}

// ReloadBy takes the place of a reload.
func (a *App) ReloadBy(reload func() error) error { return a.reloads.do(context.Background(), reload) }

// Requests returns the number of requests in flight.
func (a *App) Requests() int {
	a.connections.mu.Lock()
	defer a.connections.mu.Unlock()
	return a.connections.requests
}
