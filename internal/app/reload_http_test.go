package app_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestAbandonedReloads: 300 clients that send a request and disconnect cost
// nothing, even with a body, after which net/http notices the disconnect later.
func TestAbandonedReloads(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.Write("accounts:", r.Account(r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "a")))
	r.Start()
	entered, left := make(chan bool, 300), make(chan bool, 300)
	handler := r.App.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		entered <- true
		handler.ServeHTTP(w, request)
		left <- true
	}))
	defer server.Close()
	// The first reload blocks, so that all others arrive while it runs.
	held, begun, goOn := make(chan error), make(chan bool), make(chan bool)
	go func() {
		held <- r.App.ReloadBy(func() error { close(begun); <-goOn; return nil })
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
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Errorf("the next answered %d: %s", status, body)
	}
	if got := strings.Count(r.Log.String(), `msg="configuration loaded"`); got != 1 {
		t.Errorf("%d reloads, want the last alone", got)
	}
}

// TestReloadBody: the body of a reload request is read up to a limit.
func TestReloadBody(t *testing.T) {
	t.Parallel()
	r := rig.TwoAccounts(t, nil)
	for size, want := range map[int]int{0: http.StatusOK, 100: http.StatusOK, app.MaxReloadBody + 1: http.StatusBadRequest} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/-/reload", strings.NewReader(strings.Repeat("x", size)))
		answer := httptest.NewRecorder()
		r.App.Handler().ServeHTTP(answer, request)
		if answer.Code != want {
			t.Errorf("%d bytes: %d, want %d", size, answer.Code, want)
		}
	}
}

// TestReloadMethodsAndOrigins: POST and PUT reload, as at Prometheus; a page of
// another site cannot make a browser do it.
func TestReloadMethodsAndOrigins(t *testing.T) {
	t.Parallel()
	r := rig.TwoAccounts(t, func(o *app.Options) { o.ExternalURL = &url.URL{Scheme: "https", Host: "Proxy.example.internal"} })
	for _, c := range []struct {
		site, origin string
		want         int
	}{
		{"", "", http.StatusOK}, // curl
		{"same-origin", "http://" + r.App.Addr(), http.StatusOK},
		{"none", "", http.StatusOK},
		{"", "http://" + r.App.Addr(), http.StatusOK},
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
			if status, body := r.Request(method, "/-/reload", header); status != c.want {
				t.Errorf("%s with %v: %d %s, want %d", method, header, status, body, c.want)
			}
		}
	}
	if status, _ := r.Request(http.MethodGet, "/metrics", http.Header{"Sec-Fetch-Site": {"cross-site"}}); status != http.StatusOK {
		t.Errorf("reading answered %d", status)
	}
}

// TestStopLeavesAReload: a stop waits neither for a reload nor for who asked for it.
func TestStopLeavesAReload(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.Write("accounts:", r.Account(r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "a")))
	r.Start()
	held, begun, goOn := make(chan error), make(chan bool), make(chan bool)
	go func() {
		held <- r.App.ReloadBy(func() error { close(begun); <-goOn; return nil })
	}()
	<-begun
	answered := make(chan int)
	go func() {
		status, _ := r.Request(http.MethodPost, "/-/reload", nil)
		answered <- status
	}()
	app.WaitFor(t, func() bool { return r.App.Requests() == 1 })
	if err := r.App.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if status := <-answered; status != http.StatusServiceUnavailable {
		t.Errorf("the request for a reload is answered %d", status)
	}
	close(goOn)
	if err := <-held; err != nil {
		t.Error(err)
	}
}
