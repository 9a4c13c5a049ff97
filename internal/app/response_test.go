package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
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
