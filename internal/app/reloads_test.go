package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"export_status_exporter/internal/sandbox"
)

// TestReloadsAreShared: while one runs, all who come wait for the next, which
// runs once for all of them.
func TestReloadsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, runs := newReloads(), 0
		reload := func() error {
			runs++
			mine := runs
			time.Sleep(time.Second) //nolint:forbidigo // The clock is that of synctest.
			return fmt.Errorf("run %d", mine)
		}
		var wait sync.WaitGroup
		ask := func(want string) {
			wait.Go(func() {
				if err := r.do(t.Context(), reload); err == nil || err.Error() != want {
					t.Errorf("got %v, want %s", err, want)
				}
			})
		}
		ask("run 1")
		synctest.Wait()
		for range 100 {
			ask("run 2")
		}
		time.Sleep(1500 * time.Millisecond) //nolint:forbidigo // As above; the second runs.
		ask("run 3")                        // the file may have changed since
		wait.Wait()
		if runs != 3 {
			t.Errorf("%d reloads, want 3", runs)
		}
	})
}

// TestLeftReloads: a reload whose clients have all left is not begun, and one
// of many who left hands its turn on.
func TestLeftReloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, runs := newReloads(), 0
		reload := func() error { runs++; time.Sleep(time.Second); return nil } //nolint:forbidigo // As above.
		var wait sync.WaitGroup
		wait.Go(func() { _ = r.do(t.Context(), reload) })
		synctest.Wait()
		leaving, leave := context.WithCancel(t.Context())
		for range 300 {
			wait.Go(func() {
				if err := r.do(leaving, reload); !errors.Is(err, context.Canceled) {
					t.Errorf("one that left got %v", err)
				}
			})
		}
		synctest.Wait()
		leave()
		wait.Wait()
		if runs != 1 {
			t.Errorf("%d reloads, want 1: the others' clients have left", runs)
		}
		began := time.Now()
		if err := r.do(t.Context(), reload); err != nil || runs != 2 || time.Since(began) != time.Second {
			t.Errorf("the next: %v after %s, %d reloads", err, time.Since(began), runs)
		}
		if err := r.do(leaving, reload); err == nil || runs != 2 {
			t.Errorf("one that had left before got %v, %d reloads", err, runs)
		}
	})
}

// TestAbandonedReloads: 300 clients that send a request and go cost nothing,
// also with a body, by which net/http notices later that a client has left.
func TestAbandonedReloads(t *testing.T) {
	r := newRig(t)
	r.write("accounts:", r.account(r.sandbox.AddAccount(sandbox.OnlyFansAPI, "a")))
	r.start()
	entered, left := make(chan bool, 300), make(chan bool, 300)
	handler := r.app.handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		entered <- true
		handler.ServeHTTP(w, request)
		left <- true
	}))
	defer server.Close()
	// The first is held up, so that all others come while it runs.
	held, begun, goOn := make(chan error), make(chan bool), make(chan bool)
	go func() {
		held <- r.app.reloads.do(context.Background(), func() error { close(begun); <-goOn; return nil })
	}()
	<-begun
	for i := range 300 {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		body := strings.Repeat("x", i%2*100)
		if _, err = fmt.Fprintf(connection, "POST /-/reload HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
			t.Fatal(err)
		}
		<-entered
		_ = connection.Close()
	}
	for range 300 {
		<-left // before the one that runs is over
	}
	close(goOn)
	if err := <-held; err != nil {
		t.Error(err)
	}
	if status, body := r.request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Errorf("the next answered %d: %s", status, body)
	}
	if got := strings.Count(r.log.String(), `msg="configuration loaded"`); got != 1 {
		t.Errorf("%d reloads, want the last alone", got)
	}
}

// TestReloadBody: what is sent beside the request is read, up to a bound.
func TestReloadBody(t *testing.T) {
	r := twoAccounts(t, nil)
	for size, want := range map[int]int{0: http.StatusOK, 100: http.StatusOK, maxReloadBody + 1: http.StatusBadRequest} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/-/reload", strings.NewReader(strings.Repeat("x", size)))
		answer := httptest.NewRecorder()
		r.app.handler().ServeHTTP(answer, request)
		if answer.Code != want {
			t.Errorf("%d bytes: %d, want %d", size, answer.Code, want)
		}
	}
}

// TestReloadMethodsAndOrigins: POST and PUT reload, as at Prometheus; a page of
// another site cannot make a browser do it.
func TestReloadMethodsAndOrigins(t *testing.T) {
	r := twoAccounts(t, func(o *Options) { o.ExternalURL = &url.URL{Scheme: "https", Host: "proxy.example.internal"} })
	for _, c := range []struct {
		site, origin string
		want         int
	}{
		{"", "", http.StatusOK}, // curl
		{"same-origin", "http://" + r.app.Addr(), http.StatusOK},
		{"none", "", http.StatusOK},
		{"", "http://" + r.app.Addr(), http.StatusOK},
		{"", "https://proxy.example.internal", http.StatusOK}, // it sends its own Host
		{"cross-site", "https://attacker.example", http.StatusForbidden},
		{"same-site", "https://other.example.internal", http.StatusForbidden},
		{"", "https://attacker.example", http.StatusForbidden}, // without TLS
		{"", "null", http.StatusForbidden},
	} {
		header := http.Header{}
		if c.site != "" {
			header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			header.Set("Origin", c.origin)
		}
		for _, method := range []string{http.MethodPost, http.MethodPut} {
			if status, body := r.request(method, "/-/reload", header); status != c.want {
				t.Errorf("%s with %v: %d %s, want %d", method, header, status, body, c.want)
			}
		}
	}
	if status, _ := r.request(http.MethodGet, "/metrics", http.Header{"Sec-Fetch-Site": {"cross-site"}}); status != http.StatusOK {
		t.Errorf("reading answered %d", status)
	}
}
