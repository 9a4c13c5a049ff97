package apiclient_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"export_status_exporter/provider"
)

// expiring is a context whose deadline passes when the channel is closed.
type expiring struct {
	context.Context
	passed chan struct{}
}

func (e expiring) Done() <-chan struct{} { return e.passed }

func (e expiring) Err() error {
	select {
	case <-e.passed:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// TestATimeoutRetiresItsConnection: a connection on which the server answers no more
// requests, or no more than their headers, gets no new ones. Others in flight there are
// answered, and then it is closed.
func TestATimeoutRetiresItsConnection(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(c *h2conn, stream uint32){
		"nothing": func(*h2conn, uint32) {},
		"headers": (*h2conn).begin,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holding, late := make(chan uint32, 1), make(chan struct{})
			r, server := newH2(t, func(c *h2conn, stream uint32) {
				switch {
				case c.number > 0 || stream == 1:
					c.answer(stream)
				case stream == 3:
					holding <- stream
				default:
					begin(c, stream)
					close(late) // panics if the next request comes here, too
				}
			})
			if failed := r.get(t.Context(), t); failed != nil {
				t.Fatal(failed)
			}
			wait := others(t, r, 1)
			held := <-holding
			if failed := r.get(expiring{t.Context(), late}, t); failed == nil || failed.Reason != provider.ReasonTimeout {
				t.Errorf("the request that gets no answer: %v, want timeout", failed)
			}
			if failed := r.get(t.Context(), t); failed != nil {
				t.Errorf("the next request: %v", failed)
			}
			first := server.connections()[0]
			first.answer(held)
			if other := wait()[0]; other != nil {
				t.Errorf("the other request: %v", other)
			}
			<-first.gone
			if conns, streams := server.counts(); conns != 2 || streams != 4 {
				t.Errorf("%d connections and %d streams, want 2 and 4", conns, streams)
			}
		})
	}
}

// TestAConnectionThatAllowsNoHeadersIsRetired: a server may forbid all further requests on
// a connection, which is then used for one more at most.
func TestAConnectionThatAllowsNoHeadersIsRetired(t *testing.T) {
	t.Parallel()
	r, server := newH2(t, func(c *h2conn, stream uint32) {
		if c.number == 0 {
			c.write(func() { _ = c.framer.WriteSettings(http2.Setting{ID: http2.SettingMaxHeaderListSize, Val: 1}) })
		}
		c.answer(stream)
	})
	for i, want := range []bool{true, false, true, true} {
		if failed := r.get(t.Context(), t); (failed == nil) != want {
			t.Errorf("request %d: %v", i, failed)
		}
	}
	if conns, streams := server.counts(); conns != 2 || streams != 3 {
		t.Errorf("%d connections and %d streams, want 2 and 3", conns, streams)
	}
}

// TestConnectionsOfNoMoreUseClose: a server that allows no more requests on a connection,
// before or after its answer, holds none that is idle.
func TestConnectionsOfNoMoreUseClose(t *testing.T) {
	t.Parallel()
	none := func(c *h2conn) {
		c.write(func() { _ = c.framer.WriteSettings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 0}) })
	}
	for name, late := range map[string]func(c *h2conn){
		"before the answer": nil,
		"settings":          none,
		"GOAWAY":            func(c *h2conn) { c.write(func() { _ = c.framer.WriteGoAway(1, http2.ErrCodeNo, nil) }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, server := newH2(t, func(c *h2conn, stream uint32) {
				if late == nil {
					none(c)
				}
				c.answer(stream)
			})
			for i := range 4 {
				if failed := r.get(t.Context(), t); failed != nil {
					t.Fatalf("request %d: %v", i, failed)
				}
				if i > 0 {
					<-server.connections()[i-1].gone
				}
				if late != nil {
					last := server.connections()[i]
					late(last)
					last.settle()
				}
			}
			if conns, streams := server.counts(); conns != 4 || streams != 4 {
				t.Errorf("%d connections and %d streams, want 4 of each", conns, streams)
			}
		})
	}
}

// settle waits until the client has read all frames.
func (c *h2conn) settle() {
	c.write(func() { _ = c.framer.WritePing(false, [8]byte{}) })
	<-c.pong
}

// TestASlowRequestKeepsItsConnection: a connection on which the server answers others
// remains in use after a timeout.
func TestASlowRequestKeepsItsConnection(t *testing.T) {
	t.Parallel()
	holding := make(chan struct{})
	r, server := newH2(t, func(c *h2conn, stream uint32) {
		if stream == 3 {
			close(holding)
			return
		}
		c.answer(stream)
	})
	if failed := r.get(t.Context(), t); failed != nil {
		t.Fatal(failed)
	}
	passed := make(chan struct{})
	var slow sync.WaitGroup
	slow.Go(func() {
		if failed := r.get(expiring{t.Context(), passed}, t); failed == nil || failed.Reason != provider.ReasonTimeout {
			t.Errorf("the slow request: %v, want timeout", failed)
		}
	})
	<-holding
	if failed := r.get(t.Context(), t); failed != nil {
		t.Errorf("a request meanwhile: %v", failed)
	}
	close(passed)
	slow.Wait()
	if failed := r.get(t.Context(), t); failed != nil {
		t.Errorf("the next request: %v", failed)
	}
	if conns, streams := server.counts(); conns != 1 || streams != 4 {
		t.Errorf("%d connections and %d streams, want 1 and 4", conns, streams)
	}
}

// TestTimeoutsKeepNoConnections: a server that answers nothing holds no connection
// beyond the requests on it.
func TestTimeoutsKeepNoConnections(t *testing.T) {
	t.Parallel()
	const rounds, sharers = 5, 20
	on := make(chan *h2conn, sharers)
	r, server := newH2(t, func(c *h2conn, _ uint32) { on <- c })
	for range rounds {
		passed := make(chan struct{})
		var all sync.WaitGroup
		for range sharers {
			all.Go(func() {
				if failed := r.get(expiring{t.Context(), passed}, t); failed == nil || failed.Reason != provider.ReasonTimeout {
					t.Errorf("%v, want timeout", failed)
				}
			})
		}
		var used []*h2conn
		for range sharers {
			used = append(used, <-on)
		}
		close(passed)
		all.Wait()
		for _, each := range used {
			<-each.gone
		}
	}
	if conns, streams := server.counts(); conns > streams || streams != rounds*sharers {
		t.Errorf("%d connections and %d streams, want at most one for each of %d", conns, streams, rounds*sharers)
	}
}

// stuck is a connection whose other side reads nothing more once the channel is closed.
type stuck struct {
	net.Conn
	nobody net.Conn // a pipe that nobody reads
	from   chan struct{}
}

func (s stuck) Write(p []byte) (int, error) {
	select {
	case <-s.from:
		return s.nobody.Write(p)
	default:
		return s.Conn.Write(p)
	}
}

func (s stuck) SetWriteDeadline(to time.Time) error {
	return errors.Join(s.nobody.SetWriteDeadline(to), s.Conn.SetWriteDeadline(to))
}

func (s stuck) Close() error { return errors.Join(s.nobody.Close(), s.Conn.Close()) }

// TestAConnectionThatIsNotReadCloses: a server that reads nothing more does not hold the
// connection of a request that has timed out.
func TestAConnectionThatIsNotReadCloses(t *testing.T) {
	t.Parallel()
	late := make(chan struct{})
	r, server := newH2(t, func(c *h2conn, stream uint32) {
		if stream == 1 {
			c.answer(stream)
			return
		}
		close(late)
	})
	server.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		nobody, _ := net.Pipe()
		return stuck{conn, nobody, late}, err
	}
	if server.transport.HTTP2.WriteByteTimeout <= 0 {
		t.Fatal("no limit")
	}
	server.transport.HTTP2.WriteByteTimeout = 20 * time.Millisecond
	if failed := r.get(t.Context(), t); failed != nil {
		t.Fatal(failed)
	}
	if failed := r.get(expiring{t.Context(), late}, t); failed == nil || failed.Reason != provider.ReasonTimeout {
		t.Errorf("the request that gets no answer: %v, want timeout", failed)
	}
	<-server.connections()[0].gone
}

// TestIdleHTTP2ConnectionsClose: CloseIdleConnections reaches HTTP/2 connections.
func TestIdleHTTP2ConnectionsClose(t *testing.T) {
	t.Parallel()
	r, server := newH2(t, (*h2conn).answer)
	if failed := r.get(t.Context(), t); failed != nil {
		t.Fatal(failed)
	}
	server.transport.CloseIdleConnections()
	<-server.connections()[0].gone
}

// connections returns all connections so far.
func (s *h2server) connections() []*h2conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*h2conn(nil), s.conns...)
}
