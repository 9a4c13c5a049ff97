package apiclient

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"export_status_exporter/provider"
)

// TestRequestsAreNotReplayed breaks kept-alive connections after a request was read.
// net/http alone would send the request again on each of them.
func TestRequestsAreNotReplayed(t *testing.T) {
	t.Parallel()
	const kept = 8
	var arrived atomic.Int64
	var together sync.WaitGroup
	together.Add(kept)
	breaking := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived.Add(1)
		select {
		case <-breaking:
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			if tcp, ok := connection.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // send a reset
			}
			_ = connection.Close()
		default:
			together.Done()
			together.Wait() // make every request use its own connection
			_, _ = w.Write([]byte("{}"))
		}
	}))
	defer server.Close()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: kept}
	defer transport.CloseIdleConnections()
	client := New(provider.Deps{BaseURL: base, Transport: transport, Now: time.Now}, quiet{}, API{Endpoints: []Endpoint{{Method: http.MethodGet, Path: "/reports"}}})
	ask := func() error {
		return client.Do(t.Context(), Request{Method: http.MethodGet, Path: "/reports"}, func(r *Response) error {
			var v struct{}
			return r.DecodeJSON(&v)
		})
	}
	var fill sync.WaitGroup
	for range kept {
		fill.Go(func() {
			if err := ask(); err != nil {
				t.Error(err)
			}
		})
	}
	fill.Wait()
	close(breaking)
	before := arrived.Load()
	if err := ask(); provider.ReasonOf(err) != provider.ReasonNetwork {
		t.Errorf("error %v, want one of the network", err)
	}
	if got := arrived.Load() - before; got != 1 {
		t.Errorf("the request was sent %d times", got)
	}
}

// quiet is an Observer that does nothing.
type quiet struct{}

func (quiet) Requested(int, time.Duration) {}
func (quiet) Failed(provider.Reason)       {}
func (quiet) CreditsUsed(float64)          {}
func (quiet) ClockSkew(time.Duration)      {}
