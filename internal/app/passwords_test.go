package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// checker takes the place of exporter-toolkit: each check takes a second, and
// "right" is right.
type checker struct {
	app     *App
	one     chan struct{}
	checked []string // addresses
	handled int
}

func newChecker() (*checker, http.Handler) {
	connections := newConnLimiter(10, 10)
	c := &checker{one: make(chan struct{}, 1), app: &App{
		lanes:    newLanes(1, time.Second, connections),
		entrance: &entrance{connections: connections, passwords: newPasswords()},
	}}
	return c, entranceHandler{c.app.entrance, c}
}

func (c *checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, password, _ := r.BasicAuth()
	c.one <- struct{}{}
	pass(time.Second)
	c.checked = append(c.checked, r.RemoteAddr)
	<-c.one
	if password != "right" {
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	c.app.admitted(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { c.handled++ })).ServeHTTP(w, r)
}

// ask sends a request and returns its status.
func ask(ctx context.Context, handler http.Handler, address, password, timeout string) int {
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil)
	request.RemoteAddr = address
	request.SetBasicAuth("prometheus", password)
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", timeout)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer.Code
}

// TestPasswordTurns: addresses take turns, the newest request of an address
// comes first, a known password waits for one check only, and a stop ends the
// waits.
func TestPasswordTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, handler := newChecker()
		if got := ask(t.Context(), handler, "scraper:1", "right", "10"); got != http.StatusOK {
			t.Fatalf("the right password: %d", got)
		}
		var wait sync.WaitGroup
		wrong := func(address string, want int) {
			wait.Go(func() {
				if got := ask(t.Context(), handler, address, "wrong", "100"); got != want {
					t.Errorf("%s: %d, want %d", address, got, want)
				}
			})
			synctest.Wait()
		}
		wrong("flood:1", http.StatusUnauthorized)
		for i := range 8 {
			want := http.StatusUnauthorized
			if i < 5 {
				want = http.StatusServiceUnavailable
			}
			wrong("flood:"+strconv.Itoa(i+2), want)
		}
		wrong("person:1", http.StatusUnauthorized)
		began := time.Now()
		if got := ask(t.Context(), handler, "scraper:2", "right", "10"); got != http.StatusOK || time.Since(began) > 2*time.Second {
			t.Errorf("the known password: %d after %s", got, time.Since(began))
		}
		pass(3500 * time.Millisecond)
		c.app.entrance.passwords.stop()
		wait.Wait()
		first := slices.Index(c.checked, "person:1")
		if first > 4 || len(c.checked) > 8 {
			t.Errorf("checked %v", c.checked)
		}
	})
}

// TestPasswordDeadline: a scrape whose deadline passes while it waits for its
// check is refused, before the check or after.
func TestPasswordDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, handler := newChecker()
		var wait sync.WaitGroup
		wait.Go(func() { ask(t.Context(), handler, "flood:1", "wrong", "10") })
		synctest.Wait()
		began := time.Now()
		if got := ask(t.Context(), handler, "scraper:1", "right", "0.5"); got != http.StatusServiceUnavailable || time.Since(began) > 500*time.Millisecond {
			t.Errorf("in the queue: %d after %s", got, time.Since(began))
		}
		wait.Wait()
		if got := ask(t.Context(), handler, "scraper:1", "right", "0.5"); got != http.StatusServiceUnavailable {
			t.Errorf("during the check: %d", got)
		}
		if c.handled != 0 || len(c.checked) != 2 {
			t.Errorf("handled %d, checked %v", c.handled, c.checked)
		}
		if got := ask(t.Context(), handler, "scraper:1", "right", "5"); got != http.StatusOK || c.handled != 1 {
			t.Errorf("the next: %d, handled %d", got, c.handled)
		}
	})
}

// TestPasswordWait: a request does not wait for its check for as long as it
// claims to be a scrape.
func TestPasswordWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, handler := newChecker()
		c.app.entrance.passwords.busy = true
		began := time.Now()
		if got := ask(t.Context(), handler, "flood:1", "wrong", "300"); got != http.StatusServiceUnavailable || time.Since(began) != maxPasswordWait {
			t.Errorf("%d after %s, want 503 after %s", got, time.Since(began), maxPasswordWait)
		}
	})
}
