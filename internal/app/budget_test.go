package app

import (
	"crypto/tls"
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
	r := &rank{now: time.Unix(1, 0), lane: newLane(1, 4*chunkSize, "full", time.Minute, newConnLimiter(10, 10))}
	r.lane.budget.now = func() time.Time { return r.now }
	t.Cleanup(func() {
		for _, each := range r.clients {
			if !each.isCut() {
				close(each.cut)
			}
		}
		r.wait.Wait()
		if r.lane.budget.used != 0 || len(r.lane.budget.writing) != 0 {
			t.Errorf("%d bytes of %d answers are left", r.lane.budget.used, len(r.lane.budget.writing))
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
	t.Parallel()
	r := newRank(t)
	r.stick(t, "x")
	r.stick(t, "x")
	if answer := r.ask(t, "xx"); answer.Code != http.StatusOK || answer.Body.Len() != 2*chunkSize-1 {
		t.Errorf("answered %d with %d bytes", answer.Code, answer.Body.Len())
	}
}

// TestSlowReadersAreCut: what waits is bounded over all clients. Who has not
// read for longest makes way, but not within the first second.
func TestSlowReadersAreCut(t *testing.T) {
	t.Parallel()
	r := newRank(t)
	for range 4 {
		r.stick(t, "x")
		r.now = r.now.Add(time.Millisecond)
	}
	answer := r.ask(t, "x")
	if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" || !strings.Contains(answer.Body.String(), errAnswerMemory.Error()) {
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

// TestSlowReadersStay: who reads, even slowly, stays longer than who reads nothing. If all
// read, the oldest makes way.
func TestSlowReadersStay(t *testing.T) {
	t.Parallel()
	now := time.Unix(1, 0)
	b := &responseBudget{limit: 4, now: func() time.Time { return now }}
	answer := func() *bufferedResponse {
		r := &bufferedResponse{control: http.NewResponseController(httptest.NewRecorder()), budget: b}
		if !b.reserve(r, 2) {
			t.Error("there is no room")
		}
		return r
	}
	slow, deaf := answer(), answer()
	b.startWriting(slow)
	now = now.Add(time.Millisecond)
	b.startWriting(deaf)
	now = now.Add(2 * time.Second)
	b.progress(slow, 1, 0)
	next := answer()
	if slow.held != 2 || deaf.held != 0 {
		t.Errorf("the slow one has %d and the deaf one %d bytes", slow.held, deaf.held)
	}
	b.startWriting(next)
	now = now.Add(minWriteTime / 2)
	if answer(); slow.held != 0 || next.held != 2 {
		t.Errorf("the oldest has %d and the newest %d bytes", slow.held, next.held)
	}
}

// TestFastReadersStay: who reads fast makes way for nobody in the first seconds, and
// who reads slowly only stays for one.
func TestFastReadersStay(t *testing.T) {
	t.Parallel()
	now := time.Unix(1, 0)
	b := &responseBudget{limit: 4, now: func() time.Time { return now }}
	answer := func() (r *bufferedResponse, ok bool) {
		r = &bufferedResponse{control: http.NewResponseController(httptest.NewRecorder()), budget: b}
		return r, b.reserve(r, 2)
	}
	fast, _ := answer()
	b.startWriting(fast)
	slow, _ := answer()
	b.startWriting(slow)
	now = now.Add(minWriteTime)
	b.progress(fast, minReadRate, 0)
	b.progress(slow, minReadRate-1, 0)
	if _, ok := answer(); !ok || fast.held != 2 || slow.held != 0 {
		t.Errorf("room %v; the fast one has %d and the slow one %d bytes", ok, fast.held, slow.held)
	}
	now = now.Add(fastReadTime - minWriteTime - 1)
	b.progress(fast, 4*minReadRate, 0)
	if _, ok := answer(); ok || fast.held != 2 {
		t.Errorf("room %v; the fast one has %d bytes", ok, fast.held)
	}
	now = now.Add(1)
	if _, ok := answer(); !ok || fast.held != 0 {
		t.Errorf("in the end: room %v; the fast one has %d bytes", ok, fast.held)
	}
}

// TestEndStalled: only who reads nothing is cut off.
func TestEndStalled(t *testing.T) {
	t.Parallel()
	r := newRank(t)
	r.stick(t, "x")
	r.now = r.now.Add(minWriteTime)
	r.stick(t, "x")
	r.lane.budget.endStalled()
	for i, want := range []bool{true, false} {
		if got := r.clients[i].isCut(); got != want {
			t.Errorf("client %d is cut off: %v, want %v", i, got, want)
		}
	}
}

// TestLargeAnswerAlone: an answer beyond the bound is given if it is alone.
func TestLargeAnswerAlone(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// TestWriteDeadline: a client that does not read loses the answer at the
// deadline: by HTTP/1.1, as one stream of HTTP/2, and where nothing at all is
// taken from a connection of HTTP/2.
func TestWriteDeadline(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(*testing.T, *httptest.Server){"HTTP/1.1": askPlain, "stream": askStream, "HTTP/2": askDeaf} {
		t.Run(name, func(t *testing.T) {
			lane := newLane(1, 1<<30, "full", 100*time.Millisecond, newConnLimiter(10, 10))
			over := make(chan struct{})
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				lane.answered(lines).ServeHTTP(w, r)
				close(over)
			}))
			server.Config.ConnContext = withConnection
			ask(t, server)
			<-over // nothing was read, and no buffer on the way is as large
			server.CloseClientConnections()
			server.Close()
			if lane.budget.used != 0 {
				t.Errorf("%d bytes are held", lane.budget.used)
			}
		})
	}
}

// large asks for more than the buffers on the way hold.
var large = "/?" + strings.Repeat("x", 1000)

func askPlain(t *testing.T, server *httptest.Server) {
	t.Helper()
	server.Start()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	if _, err := io.WriteString(connection, "GET "+large+" HTTP/1.1\r\nHost: here\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
}

func askStream(t *testing.T, server *httptest.Server) {
	t.Helper()
	server.EnableHTTP2 = true
	server.StartTLS()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+large, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity")
	answer, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.Proto != "HTTP/2.0" {
		t.Errorf("asked over %s", answer.Proto)
	}
}

// askDeaf allows the server to send as much as it likes, and takes nothing.
func askDeaf(t *testing.T, server *httptest.Server) {
	t.Helper()
	server.EnableHTTP2 = true
	server.StartTLS()
	config := server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = []string{"h2"}
	connection, err := (&tls.Dialer{Config: config}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.(*tls.Conn).NetConn().Close() })
	message := []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	frame := func(kind, flags, stream byte, payload ...byte) {
		size := len(payload)
		message = append(message, byte(size>>16), byte(size>>8), byte(size), kind, flags, 0, 0, 0, stream)
		message = append(message, payload...)
	}
	frame(4, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff) // SETTINGS: the largest window of a stream
	frame(8, 0, 0, 0x7f, 0, 0, 0)                // WINDOW_UPDATE: of the connection
	// HEADERS: GET, https, and names of the static table with plain values.
	headers := []byte{0x82, 0x87, 0x01, 4}
	headers = append(append(headers, "here"...), 0x04, 0x7f, 0xeb, 0x06) // 127 + 0x6b + 6<<7 = 1002
	headers = append(headers, large...)
	frame(1, 5, 1, headers...)
	if _, err := connection.Write(message); err != nil {
		t.Fatal(err)
	}
}
