package apiclient_test

import (
	"context"
	"net"
	"sync"
	"testing"

	"export_status_exporter/provider/apiclient"
)

// meter counts what its server may send.
type meter struct {
	net.Conn
	mu                sync.Mutex
	allowed, greatest int64
}

// Allow implements apiclient.Meter.
func (m *meter) Allow(bytes, most int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.allowed = min(m.allowed+bytes, most)
	m.greatest = max(m.greatest, m.allowed)
}

// TestServersMaySendResponses checks that a server may send a whole response for each
// request in flight, and next to nothing after the last one.
func TestServersMaySendResponses(t *testing.T) {
	t.Parallel()
	const requests = 3
	waiting := make(chan struct{}, requests)
	proceed := make(chan struct{})
	r, server := newH2(t, func(c *h2conn, stream uint32) {
		if stream == 1 {
			c.answer(stream)
			return
		}
		waiting <- struct{}{}
		go func() {
			<-proceed
			c.answer(stream)
		}()
	})
	var dialed []*meter
	server.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		m := &meter{Conn: conn}
		dialed = append(dialed, m)
		return m, err
	}
	if failed := r.get(t.Context(), t); failed != nil {
		t.Fatal(failed)
	}
	if len(dialed) != 1 || dialed[0].greatest < apiclient.MaxBodyBytes || dialed[0].allowed != apiclient.UnaskedBytes {
		t.Fatalf("%d connections, the first with %+v", len(dialed), dialed[0])
	}
	wait := others(t, r, requests)
	for range requests {
		<-waiting
	}
	close(proceed)
	for _, failed := range wait() {
		if failed != nil {
			t.Error(failed)
		}
	}
	if m := dialed[0]; len(dialed) != 1 || m.greatest < requests*apiclient.MaxBodyBytes || m.allowed != apiclient.UnaskedBytes {
		t.Errorf("%d connections; at most %d bytes, and %d in the end", len(dialed), m.greatest, m.allowed)
	}
}
