//go:build e2e

package e2e

import (
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// arrival is one alert of a notification to the webhook.
type arrival struct {
	at          time.Time
	path        string // shows the receiver
	Status      string
	Labels      map[string]string
	Annotations map[string]string
	Fingerprint string
}

func (a arrival) alert() string { return a.Labels["alertname"] }

// webhook receives Alertmanager's notifications and records them.
type webhook struct {
	address string

	mu       sync.Mutex
	arrivals []arrival
	bodies   []string
	changed  chan struct{} // closed and replaced with every arrival
}

func startWebhook(t *testing.T) *webhook {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &webhook{address: listener.Addr().String(), changed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(w.serve), ReadHeaderTimeout: stopLimit}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-ended
	})
	return w
}

func (w *webhook) serve(answer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	var notification struct{ Alerts []arrival }
	if err == nil {
		err = json.Unmarshal(body, &notification)
	}
	if err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	for _, each := range notification.Alerts {
		each.at, each.path = now, request.URL.Path
		w.arrivals = append(w.arrivals, each)
	}
	w.bodies = append(w.bodies, string(body))
	close(w.changed)
	w.changed = make(chan struct{})
}

// all returns all arrivals so far, oldest first.
func (w *webhook) all() []arrival {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.arrivals)
}

// texts returns the raw notifications.
func (w *webhook) texts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.bodies)
}

// until waits until enough returns true for the arrivals so far.
func (w *webhook) until(t *testing.T, what string, enough func([]arrival) bool) {
	t.Helper()
	limit := time.NewTimer(waitLimit)
	defer limit.Stop()
	for {
		w.mu.Lock()
		arrivals, changed := slices.Clone(w.arrivals), w.changed
		w.mu.Unlock()
		if enough(arrivals) {
			return
		}
		select {
		case <-changed:
		case <-limit.C:
			t.Fatalf("%s: not within %s; what arrived: %v", what, waitLimit, names(arrivals))
		}
	}
}

// await waits for the first arrival that matches.
func (w *webhook) await(t *testing.T, what string, matches func(arrival) bool) (found arrival) {
	t.Helper()
	w.until(t, what, func(arrivals []arrival) bool {
		at := slices.IndexFunc(arrivals, matches)
		if at >= 0 {
			found = arrivals[at]
		}
		return at >= 0
	})
	return found
}

// firing returns the alerts whose last arrival is not a resolution.
func firing(arrivals []arrival) []arrival {
	last := make(map[string]arrival)
	for _, each := range arrivals {
		last[each.Fingerprint] = each
	}
	maps.DeleteFunc(last, func(_ string, a arrival) bool { return a.Status == "resolved" })
	return slices.Collect(maps.Values(last))
}

// names formats arrivals for messages.
func names(arrivals []arrival) []string {
	var names []string
	for _, each := range arrivals {
		names = append(names, each.alert()+"/"+each.Labels["account"]+"/"+each.Status)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
