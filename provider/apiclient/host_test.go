package apiclient_test

import (
	"net/http"
	"net/url"
	"testing"

	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

// TestHostsAreSentInLowerCase: no_proxy compares localhost with its case, and connections
// are shared by the spelling of the host.
func TestHostsAreSentInLowerCase(t *testing.T) {
	t.Parallel()
	var asked string
	transport := &http.Transport{Proxy: func(request *http.Request) (*url.URL, error) {
		asked = request.URL.Host
		return nil, http.ErrNotSupported
	}}
	deps := providertest.Deps(transport)
	deps.BaseURL = &url.URL{Scheme: "http", Host: "LocalHost:1"}
	client := apiclient.New(deps, &providertest.Observer{}, apiclient.API{Endpoints: endpoints()})
	_ = client.Do(t.Context(), list(), func(*apiclient.Response) error { return nil })
	if asked != "localhost:1" {
		t.Errorf("the request is for %q", asked)
	}
}
