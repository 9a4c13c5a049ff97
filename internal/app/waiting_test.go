package app

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// stuck is a client that reads nothing: a write waits until its deadline.
type stuck struct {
	http.ResponseWriter
	writing, cut chan struct{}
	once         sync.Once
}

func (s *stuck) Write([]byte) (int, error) {
	s.once.Do(func() { close(s.writing) })
	<-s.cut
	return 0, io.ErrClosedPipe
}

func (s *stuck) SetWriteDeadline(d time.Time) error {
	if d.Before(time.Now().Add(-time.Hour)) {
		close(s.cut)
	}
	return nil
}

// lines answers as many chunks as the query says, each a little less than full.
func lines(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, strings.Repeat("x", len(r.URL.RawQuery)*chunkSize-1))
}

// rank is a lane of four chunks, its clock, and the clients that wait there.
type rank struct {
	lane    *lane
	now     time.Time
	clients []*stuck
	wait    sync.WaitGroup
}

func newRank(t *testing.T) *rank {
	t.Helper()
	r := &rank{now: time.Unix(1, 0), lane: newLane(1, 4*chunkSize, "full", time.Minute)}
	r.lane.waiting.now = func() time.Time { return r.now }
	t.Cleanup(func() {
		for _, each := range r.clients {
			if !each.isCut() {
				close(each.cut)
			}
		}
		r.wait.Wait()
		if r.lane.waiting.used != 0 || len(r.lane.waiting.writing) != 0 {
			t.Errorf("%d bytes of %d answers are left", r.lane.waiting.used, len(r.lane.waiting.writing))
		}
	})
	return r
}

func (s *stuck) isCut() bool {
	select {
	case <-s.cut:
		return true
	default:
		return false
	}
}

// stick has a client ask that does not read.
func (r *rank) stick(t *testing.T, size string) {
	t.Helper()
	s := &stuck{ResponseWriter: httptest.NewRecorder(), writing: make(chan struct{}), cut: make(chan struct{})}
	r.clients = append(r.clients, s)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+size, nil)
	r.wait.Go(func() { r.lane.answered(lines).ServeHTTP(s, request) })
	<-s.writing
}

// ask has a client ask that reads.
func (r *rank) ask(t *testing.T, size string) *httptest.ResponseRecorder {
	t.Helper()
	answer := httptest.NewRecorder()
	r.lane.answered(lines).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+size, nil))
	return answer
}

// TestSlowReadersHoldNoPlace: the place is free when the answer is made.
func TestSlowReadersHoldNoPlace(t *testing.T) {
	r := newRank(t)
	r.stick(t, "x")
	r.stick(t, "x")
	if answer := r.ask(t, "xx"); answer.Code != http.StatusOK || answer.Body.Len() != 2*chunkSize-1 {
		t.Errorf("answered %d with %d bytes", answer.Code, answer.Body.Len())
	}
}

// TestSlowReadersAreCut: what waits is bounded over all clients. Who has not read
// for longest makes way, but not within the first second.
func TestSlowReadersAreCut(t *testing.T) {
	r := newRank(t)
	for range 4 {
		r.stick(t, "x")
		r.now = r.now.Add(time.Millisecond)
	}
	answer := r.ask(t, "x")
	if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" || !strings.Contains(answer.Body.String(), errCrowded.Error()) {
		t.Errorf("answered %d %s", answer.Code, answer.Body)
	}
	r.now = r.now.Add(time.Second)
	if answer := r.ask(t, "xx"); answer.Code != http.StatusOK || answer.Body.Len() != 2*chunkSize-1 {
		t.Errorf("answered %d with %d bytes", answer.Code, answer.Body.Len())
	}
	for i, want := range []bool{true, true, false, false} {
		if got := r.clients[i].isCut(); got != want {
			t.Errorf("client %d is cut off: %v, want %v", i, got, want)
		}
	}
}

// TestLargeAnswerAlone: an answer beyond the bound is given if it is alone.
func TestLargeAnswerAlone(t *testing.T) {
	r := newRank(t)
	if answer := r.ask(t, "xxxxxxxxx"); answer.Code != http.StatusOK || answer.Body.Len() != 9*chunkSize-1 {
		t.Errorf("answered %d with %d bytes", answer.Code, answer.Body.Len())
	}
	r.stick(t, "x")
	if answer := r.ask(t, "xxxxxxxxx"); answer.Code != http.StatusServiceUnavailable {
		t.Errorf("beside another it was answered %d", answer.Code)
	}
}

// TestPanicGivesBack: a handler that panics leaves nothing held.
func TestPanicGivesBack(t *testing.T) {
	r := newRank(t)
	defer func() {
		if recover() == nil {
			t.Error("the panic was swallowed")
		}
	}()
	r.lane.answered(func(w http.ResponseWriter, request *http.Request) {
		lines(w, request)
		panic("a bug")
	}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?x", nil))
}

// TestWriteDeadline: a client that takes part of an answer loses the rest at the
// deadline, on a connection of its own and on a shared one.
func TestWriteDeadline(t *testing.T) {
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			lane := newLane(1, 1<<30, "full", 100*time.Millisecond)
			over := make(chan struct{})
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				lane.answered(lines).ServeHTTP(w, r)
				close(over)
			}))
			server.EnableHTTP2 = proto == "HTTP/2.0"
			server.StartTLS()
			defer server.Close()
			client := server.Client()
			client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
				if err == nil {
					err = connection.(*net.TCPConn).SetReadBuffer(4096)
				}
				return connection, err
			}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/?"+strings.Repeat("x", 1000), nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept-Encoding", "identity")
			answer, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if answer.Proto != proto {
				t.Errorf("asked over %s", answer.Proto)
			}
			<-over // nothing was read, and no buffer on the way is as large
			_ = answer.Body.Close()
			if lane.waiting.used != 0 {
				t.Errorf("%d bytes are held", lane.waiting.used)
			}
		})
	}
}
