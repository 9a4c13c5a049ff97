//go:build e2e

package e2e

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// overheard is a proxy in front of the exporter that records the content types of its
// answers.
type overheard struct {
	mu    sync.Mutex
	types map[string]bool
}

// listenTo starts the proxy for an address and returns the proxy's address.
func (o *overheard) listenTo(t *testing.T, address string) string {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	transport := &http.Transport{DisableCompression: true}
	proxy.Transport = transport
	proxy.ModifyResponse = func(answer *http.Response) error {
		o.mu.Lock()
		defer o.mu.Unlock()
		form, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
		o.types[form] = true
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(func() {
		server.Close()
		transport.CloseIdleConnections()
	})
	return strings.TrimPrefix(server.URL, "http://")
}

func (o *overheard) heard(form string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.types[form] {
		return errors.New(form + " was not negotiated")
	}
	return nil
}

// testFormats checks that a Prometheus with native histograms gets protobuf and can
// query them, and that any other gets OpenMetrics. Only addresses and intervals of the
// example are changed.
func (k kit) testFormats(t *testing.T) {
	t.Parallel()
	e := startExporter(t, k, freePort, "--demo")
	rules := example(t, k.root, "alerts.yml").write(t.TempDir())
	for form, run := range map[string]func(*testing.T, *document) *prometheus{
		"application/openmetrics-text":    func(t *testing.T, d *document) *prometheus { t.Helper(); return k.server.run(t, d) },
		"application/vnd.google.protobuf": k.server.start,
	} {
		proxy := &overheard{types: make(map[string]bool)}
		config := prometheusConfig(t, k.root, rules, proxy.listenTo(t, e.address), "127.0.0.1:9", nil)
		p := run(t, config)
		p.awaitTargets(t, job, 1)
		poll(t, form, func(context.Context) error { return proxy.heard(form) })
		p.awaitSome(t, `export_status == 1`)
		if form == "application/openmetrics-text" {
			p.awaitSome(t, `export_api_request_duration_seconds_bucket{le="+Inf"} > 0`)
			continue
		}
		p.awaitSome(t, `histogram_count(export_api_request_duration_seconds) > 0`)
		p.awaitSome(t, `histogram_quantile(0.5, rate(export_api_request_duration_seconds[10s])) > 0`)
	}
}
