package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a provider's clock that the test sets.
type clock struct{ at atomic.Pointer[time.Time] }

func newClock() *clock {
	c := &clock{}
	c.set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	return c
}

func (c *clock) now() time.Time          { return *c.at.Load() }
func (c *clock) set(t time.Time)         { c.at.Store(&t) }
func (c *clock) advance(d time.Duration) { c.set(c.now().Add(d)) }

// waitFor waits until done returns true.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for !done() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("it does not happen")
		}
	}
}

// rig is a started sandbox with a client that follows no redirects.
type rig struct {
	*Sandbox
	t      *testing.T
	clock  *clock
	client *http.Client
	nonce  atomic.Uint64
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, clock: newClock()}
	r.Sandbox = New(Options{Now: r.clock.now})
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	r.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		transport.CloseIdleConnections()
	})
	return r
}

// response is an answer that was read completely.
type response struct {
	status int
	header http.Header
	body   string
}

func (r *rig) send(req *http.Request) response {
	r.t.Helper()
	got, err := r.try(req)
	if err != nil {
		r.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	return got
}

func (r *rig) try(req *http.Request) (response, error) {
	res, err := r.client.Do(req)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return response{status: res.StatusCode, header: res.Header, body: string(body)}, err
}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// read returns a correctly signed read of one source of an account.
func (r *rig) read(a *Account, target string) *http.Request {
	r.t.Helper()
	switch a.Provider() {
	case Kraken:
		return r.kraken(a, "ExportStatus", target)
	case CoinbaseExchange:
		return r.coinbase(a, target)
	case KrakenFutures:
		return r.futures(a, target, "")
	default:
		return r.bearer(a, target)
	}
}

// listTarget returns the argument of read that lists an account's reports.
func listTarget(p Provider) string { return New(Options{}).Facts(p).list }

func (r *rig) kraken(a *Account, method, report string) *http.Request {
	nonce := strconv.FormatUint(r.nonce.Add(1), 10)
	return r.krakenBody(a, method, "application/x-www-form-urlencoded", nonce, "nonce="+nonce+"&report="+report)
}

func (r *rig) krakenBody(a *Account, method, kind, nonce, body string) *http.Request {
	r.t.Helper()
	c, path := a.Credentials(), "/0/private/"+method
	req := request(r.t, http.MethodPost, r.URL(Kraken)+path, body)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("API-Key", c.Key)
	req.Header.Set("API-Sign", krakenSignature(c.secret(), path, nonce, []byte(body)))
	return req
}

func (r *rig) coinbase(a *Account, target string) *http.Request {
	return r.coinbaseAt(a, target, strconv.FormatInt(r.clock.now().Unix(), 10))
}

func (r *rig) coinbaseAt(a *Account, target, timestamp string) *http.Request {
	r.t.Helper()
	c := a.Credentials()
	req := request(r.t, http.MethodGet, r.URL(CoinbaseExchange)+target, "")
	req.Header.Set("CB-ACCESS-KEY", c.Key)
	req.Header.Set("CB-ACCESS-PASSPHRASE", c.Passphrase)
	req.Header.Set("CB-ACCESS-TIMESTAMP", timestamp)
	req.Header.Set("CB-ACCESS-SIGN", coinbaseSignature(c.secret(), timestamp, http.MethodGet, target, nil))
	return req
}

func (r *rig) futures(a *Account, target, nonce string) *http.Request {
	r.t.Helper()
	c := a.Credentials()
	path, query, _ := strings.Cut(target, "?")
	req := request(r.t, http.MethodGet, r.URL(KrakenFutures)+target, "")
	req.Header.Set("APIKey", c.Key)
	if nonce != "" {
		req.Header.Set("Nonce", nonce)
	}
	req.Header.Set("Authent", futuresSignature(c.secret(), query, nonce, path))
	return req
}

func (r *rig) bearer(a *Account, target string) *http.Request {
	r.t.Helper()
	req := request(r.t, http.MethodGet, r.URL(a.Provider())+target, "")
	req.Header.Set("Authorization", "Bearer "+a.Credentials().Token)
	return req
}

// decode decodes a JSON body, and fails the test if it has another form.
func decode[T any](t *testing.T, body string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatalf("decode %.200q: %v", body, err)
	}
	return value
}

func wantStatus(t *testing.T, got response, status int) {
	t.Helper()
	if got.status != status {
		t.Fatalf("status %d, want %d: %.300s", got.status, status, got.body)
	}
}

func wantBody(t *testing.T, got response, status int, body string) {
	t.Helper()
	wantStatus(t, got, status)
	if got.body != body {
		t.Fatalf("body %.300s\nwant %s", got.body, body)
	}
}
