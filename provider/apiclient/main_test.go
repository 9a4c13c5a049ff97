package apiclient_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// list returns the request that most tests use.
func list() apiclient.Request { return apiclient.Request{Method: http.MethodGet, Path: "/reports"} }

func endpoints() []apiclient.Endpoint {
	return []apiclient.Endpoint{
		{Method: "GET", Path: "/reports"},
		{Method: "GET", Path: "/reports/{report_id}"},
		{Method: "POST", Path: "/0/private/ExportStatus"},
	}
}

// rig is a client and its observer.
type rig struct {
	*apiclient.Client
	seen *providertest.Observer
}

func newRig(api http.RoundTripper) rig {
	observer := &providertest.Observer{}
	return rig{apiclient.New(providertest.Deps(api), observer, apiclient.API{Endpoints: endpoints(), HintHeaders: []string{"rate-limit-reset"}}), observer}
}

// serverRig returns a rig that connects to a handler over a real connection.
func serverRig(t *testing.T, handler http.HandlerFunc) rig {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return dialRig(t, server.URL, &http.Transport{})
}

// dialRig returns a rig that connects to an address.
func dialRig(t *testing.T, address string, transport provider.Transport) rig {
	t.Helper()
	t.Cleanup(transport.CloseIdleConnections)
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	deps := providertest.Deps(transport)
	deps.BaseURL = base
	observer := &providertest.Observer{}
	return rig{apiclient.New(deps, observer, apiclient.API{Endpoints: endpoints(), HintHeaders: []string{"rate-limit-reset"}}), observer}
}

// decode decodes an answer like a provider: refusals by status, anything else as JSON.
func decode(v any) func(*apiclient.Response) error {
	return func(response *apiclient.Response) error {
		if !response.OK() {
			return response.StatusError(true)
		}
		return response.DecodeJSON(v)
	}
}

// get sends the list request and returns its failure, or nil.
func (r rig) get(ctx context.Context, t *testing.T) *provider.Error {
	t.Helper()
	var v any
	return failure(t, r.Do(ctx, list(), decode(&v)))
}

// failure converts an error to a *provider.Error.
func failure(t *testing.T, err error) *provider.Error {
	t.Helper()
	if err == nil {
		return nil
	}
	var failed *provider.Error
	if !errors.As(err, &failed) {
		t.Fatalf("error %v is no *provider.Error", err)
	}
	return failed
}

// want checks the failure's reason and detail, and that the observer counted one
// failure and one request with the given code.
func (r rig) want(t *testing.T, failed *provider.Error, reason provider.Reason, detail string, code int) {
	t.Helper()
	if failed == nil {
		t.Fatal("no error")
	}
	if failed.Reason != reason || failed.Detail != detail {
		t.Errorf("got  %s: %s\nwant %s: %s", failed.Reason, failed.Detail, reason, detail)
	}
	seen := r.seen.Seen()
	if !slices.Equal(seen.Codes, []int{code}) || !slices.Equal(seen.Failed, []provider.Reason{reason}) {
		t.Errorf("counted codes %v and failures %v", seen.Codes, seen.Failed)
	}
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
