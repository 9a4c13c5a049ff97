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

// list is the call of most tests.
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

// serverRig is a rig over real connections to a handler.
func serverRig(t *testing.T, handler http.HandlerFunc) rig {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return dialRig(t, server.URL, &http.Transport{})
}

// dialRig is a rig over real connections to an address.
func dialRig(t *testing.T, address string, transport *http.Transport) rig {
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

// decode reads an answer as a provider would: refusals by their status,
// anything else as JSON.
func decode(v any) func(*apiclient.Response) error {
	return func(response *apiclient.Response) error {
		if !response.OK() {
			return response.StatusError(true)
		}
		return response.DecodeJSON(v)
	}
}

// get makes the list call and returns its failure, nil if there is none.
func (r rig) get(ctx context.Context, t *testing.T) *provider.Error {
	t.Helper()
	var v any
	return failure(t, r.Do(ctx, list(), decode(&v)))
}

// failure is an error as the domain's error.
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

// want fails unless the failure has this reason and detail, and was counted
// once, beside one request that ended with the code.
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

// answer writes a JSON text.
func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
