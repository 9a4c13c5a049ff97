package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const maxRequestBody = 1 << 20

// verdictOK is the verdict of a request that passed every check.
const verdictOK = "ok"

// api contains what differs between providers. Implementations are stateless.
type api interface {
	// facts returns the description of the API.
	facts() Facts
	// credentials returns random credentials.
	credentials(random func(int) []byte) Credentials
	// personal returns random personal values for an account's replies.
	personal(s source) personal
	// demo returns the demo jobs at the given time.
	demo(d demo, now time.Time) []Report
	// key returns what identifies the credentials of a request, without checking it.
	key(r *http.Request) string
	// source returns the requested source, using the exporter's source names.
	source(c *call) string
	// answer checks a request and answers it like the provider.
	answer(c *call) reply
	// failure returns an error in the provider's format. Status 0 means the usual
	// status.
	failure(c *call, status int, texts []string) reply
	// wrongTypes returns a body with the documented fields and wrong JSON types.
	wrongTypes(c *call) []byte
}

// call is one request to a provider.
type call struct {
	host    *host
	request *http.Request
	body    []byte
	account *Account    // nil for a key that was never issued
	creds   Credentials // of the account, when the request arrived
	current bool        // whether the key is the current one
	arrived time.Time   // real time, for budgets
	now     time.Time   // provider's time, see FaultClock
	nonce   string      // as sent by the client, for the log
}

// target returns path and query exactly as received, because signatures cover these
// bytes.
func (c *call) target() string { return c.request.RequestURI }

// path returns the target without its query.
func (c *call) path() string {
	path, _, _ := strings.Cut(c.target(), "?")
	return path
}

// query returns the encoded query of the target.
func (c *call) query() string {
	_, query, _ := strings.Cut(c.target(), "?")
	return query
}

// reply is an answer before faults are applied.
type reply struct {
	status    int
	header    http.Header
	body      []byte
	verdict   string // verdictOK or the error
	violation bool   // the request was not a documented read
}

// with adds a header.
func (r reply) with(key, value string) reply {
	r.header.Set(key, value)
	return r
}

func rawReply(status int, body []byte, verdict string) reply {
	return reply{
		status: status, body: body, verdict: verdict,
		header: http.Header{"Content-Type": {"application/json"}},
	}
}

func jsonReply(status int, value any, verdict string) reply {
	return rawReply(status, encode(value), verdict)
}

// encode returns value as JSON. It panics on an error, because apart from an invalid
// Report.Override, all values are created in this package.
func encode(value any) []byte {
	b, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("sandbox: encode reply: %v", err))
	}
	return b
}

// host emulates one provider. It holds its API, accounts, faults and log.
type host struct {
	sandbox  *Sandbox
	provider Provider
	api      api
	log      requestLog
	faults   faultSet

	mu    sync.RWMutex
	url   string
	keys  map[string]*Account // every key ever issued
	names map[string]*Account
	order []*Account
}

func newHost(s *Sandbox, p Provider, a api) *host {
	return &host{
		sandbox: s, provider: p, api: a, log: requestLog{limit: s.keep},
		keys: map[string]*Account{}, names: map[string]*Account{},
	}
}

// ServeHTTP checks and records a request before it applies faults, so that signatures
// and nonces are always checked.
func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	done, ok := h.sandbox.begin()
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer done()
	// Read the whole body first. Only then does the server notice that a client
	// disconnects.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c := &call{host: h, request: r, body: body, arrived: h.sandbox.now()}
	leave := func() {}
	if c.account = h.byKey(h.api.key(r)); c.account != nil {
		c.creds = c.account.Credentials()
		c.current = h.api.key(r) == c.creds.identity()
		leave = c.account.enter()
	}
	source := h.api.source(c)
	fault := h.fault(c.account, source)
	c.now = c.arrived.Add(fault.clockSkew())
	answer := h.api.answer(c)
	h.record(c, source, fault, answer)
	w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	alive := fault.Kind != FaultLatency || h.sandbox.wait(r.Context(), fault.Delay)
	// A client may send its next request as soon as it has the answer, before this
	// function returns. Therefore the request counts as ended when the answer begins.
	leave()
	if !alive {
		panic(http.ErrAbortHandler)
	}
	h.deliver(w, c, fault, answer)
}

func (h *host) fault(a *Account, source string) Fault {
	if a != nil {
		if f, ok := a.faults.take(source); ok {
			return f
		}
	}
	f, _ := h.faults.take(source)
	return f
}

func (h *host) record(c *call, source string, f Fault, answer reply) {
	entry := Request{
		Time: c.arrived, Provider: h.provider, Method: c.request.Method,
		Path: c.path(), Query: c.query(), Source: source, Nonce: c.nonce,
		UserAgent: c.request.UserAgent(), Verdict: answer.verdict, Fault: f.Kind,
		Violation: answer.violation,
	}
	if c.account != nil {
		entry.Account = c.account.name
		c.account.log.add(entry)
	}
	h.log.add(entry)
	if answer.violation {
		path := entry.Path
		if len(path) > 200 {
			path = path[:200]
		}
		h.sandbox.violated(fmt.Sprintf("%s: %s %s", h.provider, entry.Method, path))
	}
}

func (h *host) byKey(key string) *Account {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.keys[key]
}

func (h *host) accounts() []*Account {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return append([]*Account(nil), h.order...)
}

func (h *host) issue(key string, a *Account) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys[key] = a
}

func (h *host) setURL(url string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.url = url
}

func (h *host) baseURL() string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.url
}

// fileURL returns a secret download link. It leads back to this host, so that a client
// that follows it is recorded as a violation.
func (h *host) fileURL(canary string) string {
	base := h.baseURL()
	if base == "" {
		base = "https://files.invalid"
	}
	return base + "/files/" + canary
}
