package app_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestUnreadBodies: a client that announces a body and sends none gets its
// answer at once, and its connection is closed.
func TestUnreadBodies(t *testing.T) {
	t.Parallel()
	password := rand.Text()
	r, _ := guardedRig(t, "basic_auth_users:\n  prometheus: "+hashed(t, password)+"\n", nil)
	open := rig.New(t)
	open.Write("accounts:", open.Account(open.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")))
	open.Start()
	for _, c := range []struct {
		address, path string
		want          int
	}{
		{open.App.Addr(), "/nothing", http.StatusNotFound},
		{open.App.Addr(), "/metrics", http.StatusOK},
		{open.App.Addr(), "/-/healthy", http.StatusOK},
		{r.App.Addr(), "/metrics", http.StatusUnauthorized},
	} {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", c.address)
		if err != nil {
			t.Fatal(err)
		}
		// The server waits for a request for 10 s.
		if err := connection.SetDeadline(time.Now().Add(8 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\n", c.path); err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(connection)
		if want := fmt.Sprintf("HTTP/1.1 %d ", c.want); err != nil || len(content) < len(want) || string(content[:len(want)]) != want {
			t.Errorf("%s: %v %.40q, want %s and the end", c.path, err, content, want)
		}
		_ = connection.Close()
	}
}

// TestFloodOfPasswords: a right password waits for a few wrong ones, not for all
// of them.
func TestFloodOfPasswords(t *testing.T) {
	t.Parallel()
	const flood = 40
	password := rand.Text()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), 7)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := guardedRig(t, "basic_auth_users:\n  prometheus: "+string(hash)+"\n", nil)
	client := tlsClient(nil)
	var answered atomic.Int64
	var wait sync.WaitGroup
	for range flood {
		wait.Go(func() {
			if _, _, err := rig.Ask(context.WithoutCancel(t.Context()), client, http.MethodGet, "http://"+r.App.Addr()+"/", signedIn("prometheus", rand.Text())); err == nil {
				answered.Add(1)
			}
		})
	}
	app.WaitFor(t, func() bool { return r.App.Requests() >= flood/2 })
	before := answered.Load()
	answer, _, err := rig.Ask(t.Context(), client, http.MethodGet, "http://"+r.App.Addr()+"/metrics", signedIn("prometheus", password))
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("the right one: %v %v", answer, err)
	}
	if got := answered.Load() - before; got > flood/4 {
		t.Errorf("%d wrong ones were answered first", got)
	}
	wait.Wait()
}

// deadlines is a client that does not read. It notes the write deadline.
type deadlines struct {
	*httptest.ResponseRecorder
	last time.Time
}

func (d *deadlines) SetWriteDeadline(to time.Time) error {
	d.last = to
	return nil
}

// TestPromptAnswers: every answer has a write deadline, and a short one unless a
// lane writes it.
func TestPromptAnswers(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.Write("accounts:", r.Account(r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")))
	r.Options.RoutePrefix = "/p"
	r.Options.EnablePprof = true
	r.Start()
	for _, c := range []struct {
		method, path string
		status       int
		most         time.Duration
	}{
		{http.MethodGet, "/p/-/healthy", http.StatusOK, 5 * time.Second},
		{http.MethodGet, "/nowhere", http.StatusNotFound, 5 * time.Second},
		{http.MethodGet, "/p/-/reload", http.StatusMethodNotAllowed, 5 * time.Second},
		{http.MethodGet, "//p/metrics", http.StatusTemporaryRedirect, 5 * time.Second},
		{http.MethodGet, "/p/runbooks", http.StatusTemporaryRedirect, 5 * time.Second},
		{http.MethodGet, "/", http.StatusFound, 5 * time.Second},
		{http.MethodPost, "/p/-/reload", http.StatusForbidden, 5 * time.Second},
		{http.MethodOptions, "*", http.StatusBadRequest, 5 * time.Second},
		{http.MethodGet, "/p/metrics/exporter", http.StatusOK, 30 * time.Second},
		{http.MethodGet, "/p/debug/pprof/cmdline", http.StatusOK, 30 * time.Second},
	} {
		request := httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil)
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		client := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		r.App.Handler().ServeHTTP(client, request)
		if got := time.Until(client.last); client.Code != c.status || got <= 0 || got > c.most {
			t.Errorf("%s %s answered %d within %s, want %d within %s", c.method, c.path, client.Code, got, c.status, c.most)
		}
	}
}

// TestManyHeaders: a request with more headers than anybody needs is refused
// before it waits for anything.
func TestManyHeaders(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.Write("accounts:", r.Account(r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")))
	r.Start()
	for name, c := range map[string]struct {
		header func(i int) string
		n      int
		want   int
	}{
		"enough":   {strconv.Itoa, 100, http.StatusOK},
		"names":    {strconv.Itoa, 101, http.StatusRequestHeaderFieldsTooLarge},
		"one name": {func(int) string { return "Name" }, 101, http.StatusRequestHeaderFieldsTooLarge},
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/-/healthy", nil)
		for i := range c.n {
			request.Header.Add(c.header(i), "")
		}
		answer := httptest.NewRecorder()
		r.App.Handler().ServeHTTP(answer, request)
		if answer.Code != c.want {
			t.Errorf("%s: %d, want %d", name, answer.Code, c.want)
		}
	}
}
