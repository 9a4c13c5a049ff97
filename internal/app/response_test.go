package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// sharing counts the content that is not released.
type sharing struct{ held int }

// serve answers so many chunks of shared bytes and as many that are written
// later, each with a few others around them.
func (s *sharing) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	out, _ := direct(w)
	size := len(r.URL.RawQuery) * chunkSize
	_, _ = io.WriteString(out, "<")
	_ = out.WriteShared([]byte(strings.Repeat("x", size)))
	_ = out.WriteShared([]byte("small"))
	_, _ = io.WriteString(out, ">")
	if r.URL.Path == "/later" {
		s.held++
		_ = out.WriteLater(lateContent{size, s})
	}
}

// lateContent is ten times as large as the memory that it takes.
type lateContent struct {
	size int
	of   *sharing
}

func (c lateContent) Memory() int { return c.size }

func (c lateContent) Write(w io.Writer) error {
	_, err := io.WriteString(w, strings.Repeat("y", 10*c.size))
	return err
}

func (c lateContent) Release() { c.of.held-- }

// TestSharedBytes: shared bytes, and those that are written later, arrive in
// their place, count as memory that waits, and are given back once.
func TestSharedBytes(t *testing.T) {
	t.Parallel()
	r, s := newRank(t), &sharing{}
	ask := func(to http.ResponseWriter, url string) {
		r.lane.answered(s.serve).ServeHTTP(to, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
	}
	want := "<" + strings.Repeat("x", chunkSize) + "small>"
	for url, c := range map[string]struct{ body, length string }{
		"/?x":      {want, strconv.Itoa(len(want))},
		"/later?x": {want + strings.Repeat("y", 10*chunkSize), ""},
	} {
		to := httptest.NewRecorder()
		if ask(to, url); to.Code != http.StatusOK || to.Body.String() != c.body || to.Header().Get("Content-Length") != c.length {
			t.Errorf("%s: answered %d with %d bytes", url, to.Code, to.Body.Len())
		}
	}
	old := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/later?x", nil)
	old.ProtoMinor = 0
	to := httptest.NewRecorder()
	r.lane.answered(s.serve).ServeHTTP(to, old)
	if want += strings.Repeat("y", 10*chunkSize); to.Body.String() != want || to.Header().Get("Content-Length") != strconv.Itoa(len(want)) {
		t.Errorf("HTTP/1.0: answered %d with %d bytes, of %s", to.Code, to.Body.Len(), to.Header().Get("Content-Length"))
	}
	r.stick(t, "x")
	for _, url := range []string{"/?xxxx", "/later?xx"} {
		to := httptest.NewRecorder()
		if ask(to, url); to.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: more than there is was answered %d", url, to.Code)
		}
	}
	leaver := &stuck{ResponseWriter: httptest.NewRecorder(), writing: make(chan struct{}), cut: make(chan struct{})}
	close(leaver.cut)
	ask(leaver, "/later?x")
	if s.held != 0 {
		t.Errorf("%d answers have not given back what they shared, or twice", s.held)
	}
}

// retaining is the writer of an HTTP/2 request that was canceled: Write has returned, but
// the server may still read the bytes.
type retaining struct {
	http.ResponseWriter
	retained []byte
}

func (w *retaining) Write(p []byte) (int, error) {
	w.retained = p
	return 0, io.ErrClosedPipe
}

// TestCanceledBytes: the memory of bytes that could not be written holds no other answer.
func TestCanceledBytes(t *testing.T) {
	t.Parallel()
	r := newRank(t)
	answer := func(to http.ResponseWriter, text string) {
		handler := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
		r.lane.answered(handler).ServeHTTP(to, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	}
	for range 100 { // the pool may forget some
		canceled := &retaining{ResponseWriter: httptest.NewRecorder()}
		answer(canceled, "canceled")
		answer(httptest.NewRecorder(), "somebody")
		if string(canceled.retained) != "canceled" {
			t.Fatalf("the bytes became %q", canceled.retained)
		}
	}
}

// TestNothingIsNoAnswer: a client that seems to be gone, but has closed only its own half
// of the connection, does not take the handler's silence for an answer.
func TestNothingIsNoAnswer(t *testing.T) {
	t.Parallel()
	gone, leave := context.WithCancel(t.Context())
	leave()
	r := newRank(t)
	for text, want := range map[string]int{"": http.StatusServiceUnavailable, "answer": http.StatusOK} {
		to := httptest.NewRecorder()
		handler := func(w http.ResponseWriter, _ *http.Request) {
			if text != "" {
				_, _ = io.WriteString(w, text)
			}
		}
		r.lane.answered(handler).ServeHTTP(to, httptest.NewRequestWithContext(gone, http.MethodGet, "/", nil))
		if to.Code != want || to.Body.String() != text {
			t.Errorf("%q was answered %d %q", text, to.Code, to.Body)
		}
	}
}

// TestEndAfterSend: whoever ends an answer just after it was sent does not close its
// HTTP/2 connection, which others use.
func TestEndAfterSend(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 1, 1)
		c.now = time.Now
		to := httptest.NewRecorder()
		a := &bufferedResponse{to: to, control: http.NewResponseController(to), budget: &responseBudget{limit: chunkSize, now: time.Now}, connection: c.enter()}
		_, _ = io.WriteString(a, "text")
		a.send(time.Minute)
		a.end()
		a.release()
		pass(2 * time.Minute)
		c.want("the answer was sent")
	})
}

// TestSmallResponses: many small responses at once, such as those to all who share a
// reload, take little of the memory.
func TestSmallResponses(t *testing.T) {
	t.Parallel()
	r := newRank(t)
	handler := r.lane.buffered(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "reloaded") })
	for i := range 4 * chunkSize / smallSize {
		to := httptest.NewRecorder()
		client := &stuck{ResponseWriter: to, writing: make(chan struct{}), cut: make(chan struct{})}
		r.clients = append(r.clients, client)
		r.wait.Go(func() {
			handler.ServeHTTP(client, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/-/reload", nil))
		})
		if <-client.writing; to.Code != http.StatusOK {
			t.Fatalf("response %d is %d", i, to.Code)
		}
	}
}
