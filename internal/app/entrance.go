package app

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"export_status_exporter/internal/web"
)

const (
	// smallWriteTimeout is how long a client may take to read an answer that
	// fits into any buffer, such as an error.
	smallWriteTimeout = 5 * time.Second
	// bodyGrace is how long the server reads a body that no handler wants. A
	// client that sends its body first gets the answer within that time.
	bodyGrace = 500 * time.Millisecond
	// maxHeaders is how many headers a request may have. Tiny ones take ten times
	// their size in memory.
	maxHeaders = 100
	// maxPasswordWait is how long a request waits for the check of its password,
	// whatever scrape timeout it claims.
	maxPasswordWait = 10 * time.Second
)

// entrance limits what requests can hold before they reach a handler of ours. It is
// in front of exporter-toolkit, which checks passwords.
type entrance struct {
	connections *connLimiter
	passwords   *passwords
	offset      time.Duration // see scrapeTimeout

	mu sync.Mutex // guards the handlers of the servers in enclose
}

// entranceHandler is a handler with an entrance in front of it.
type entranceHandler struct {
	*entrance
	next http.Handler
}

// enclosed marks a handler that is enclosed.
type enclosed struct{ http.Handler }

// enclose puts the entrance in front of a server's handler. It must be called when
// exporter-toolkit has wrapped the handler, and before the first connection:
// http.Server.BaseContext is.
func (g *entrance) enclose(server *http.Server) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := server.Handler.(enclosed); !ok {
		server.Handler = enclosed{web.SecurityHeaders(entranceHandler{g, server.Handler})}
	}
}

// admission is what the entrance knows about a request.
type admission struct {
	arrived time.Time
	// checked ends the check of the password; nil if there is none.
	checked func()
	passed  bool
}

type admissionKey struct{}

func admissionOf(ctx context.Context) *admission {
	found, _ := ctx.Value(admissionKey{}).(*admission)
	return found
}

// ServeHTTP implements http.Handler.
func (g entranceHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	if r.ProtoMajor == 1 && r.ContentLength != 0 {
		// Otherwise the server would wait for the rest of the body, to use the
		// connection again.
		w.Header().Set("Connection", "close")
		defer func() { _ = control.SetReadDeadline(time.Now().Add(bodyGrace)) }() // the real clock, because sockets use it
	}
	w = &promptWriter{ResponseWriter: w, control: control}
	if countHeaders(r.Header) > maxHeaders {
		w.WriteHeader(http.StatusRequestHeaderFieldsTooLarge)
		return
	}
	connection, _ := r.Context().Value(connectionKey{}).(net.Conn)
	end, ok := g.connections.begin(connection)
	if !ok {
		// Without a body, the answer waits for no client.
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer end()
	g.admit(w, r)
	if r.ProtoMajor > 1 {
		_ = control.Flush() // otherwise the server would do it after end; an error means that the client is gone
	}
}

func countHeaders(headers http.Header) int {
	count := 0
	for _, values := range headers {
		count += len(values)
	}
	return count
}

// admit passes a request on when its password may be checked.
func (g entranceHandler) admit(w http.ResponseWriter, r *http.Request) {
	a := &admission{arrived: time.Now()}
	if _, _, ok := r.BasicAuth(); ok {
		ctx, cancel := context.WithTimeout(r.Context(), min(scrapeTimeout(r, g.offset), maxPasswordWait))
		defer cancel()
		if a.checked, ok = g.passwords.enter(ctx, r); !ok {
			refuse(w, "too many passwords to check")
			return
		}
	}
	defer a.end()
	g.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admissionKey{}, a)))
	if !a.passed && w.Header().Get("WWW-Authenticate") != "" {
		g.passwords.remember(r, false)
	}
}

// promptWriter gives an answer a short write deadline, unless its handler sets
// another one before it writes.
type promptWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	limited bool
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (w *promptWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// SetWriteDeadline is for http.ResponseController.
func (w *promptWriter) SetWriteDeadline(deadline time.Time) error {
	if !w.limited { // later calls may come from another goroutine
		w.limited = true
	}
	return w.control.SetWriteDeadline(deadline) //nolint:wrapcheck // handed on, as by net/http
}

// WriteHeader implements http.ResponseWriter.
func (w *promptWriter) WriteHeader(status int) {
	w.limit()
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *promptWriter) Write(p []byte) (int, error) {
	w.limit()
	return w.ResponseWriter.Write(p)
}

func (w *promptWriter) limit() {
	if !w.limited {
		_ = w.SetWriteDeadline(time.Now().Add(smallWriteTimeout)) // the real clock, because sockets use it; an error means no socket
	}
}

// end ends the check of the password.
func (a *admission) end() {
	if a.checked != nil {
		a.checked()
		a.checked = nil
	}
}

// admitted is where requests arrive that exporter-toolkit let through. Nobody
// waits for the answer to a request whose deadline has passed since.
func (a *App) admitted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if entry := admissionOf(r.Context()); entry != nil {
			entry.passed = true
			if entry.checked != nil {
				a.entrance.passwords.remember(r, true)
				entry.end()
				if time.Since(entry.arrived) >= scrapeTimeout(r, a.options.TimeoutOffset) {
					refuse(w, "the deadline passed while the password was checked")
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// arrival returns when a request arrived.
func arrival(r *http.Request) time.Time {
	if entry := admissionOf(r.Context()); entry != nil {
		return entry.arrived
	}
	return time.Now()
}
