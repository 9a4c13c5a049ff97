package fleet

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/config"
)

// seriesOf gathers the histograms by provider.
func seriesOf(t *testing.T, registry *prometheus.Registry) map[string]int {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := make(map[string]int)
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			for _, label := range metric.GetLabel() {
				if label.GetName() == "provider" {
					series[label.GetValue()]++
				}
			}
		}
	}
	return series
}

// TestReloadsForgetProvidersAndHosts: what belongs to a provider or host that no
// account uses any more is dropped, but not before the last refresh has ended.
func TestReloadsForgetProvidersAndHosts(t *testing.T) {
	t.Parallel()
	arrived, finish := make(chan struct{}), make(chan struct{})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-finish
		_, _ = io.WriteString(w, `[]`)
	}))
	t.Cleanup(api.Close)
	registry := prometheus.NewRegistry()
	runner := newRunner(t, registry)
	load := func(name, url string) {
		t.Helper()
		parsed, err := config.Parse([]byte("apis:\n  "+name+": {url: '"+url+"', auth: none, sources: {s: {list: {path: /e}, report: {id: id, status: s}, statuses: {ready: [r]}}}}\n"+
			"accounts: [{name: kept, onlyfansapi: {token: a}}, {name: changed, "+name+": {}}]"), "exporter.yml")
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Load(parsed); err != nil {
			t.Fatal(err)
		}
	}
	load("slow", api.URL)
	refreshed := make(chan struct{})
	go func() {
		defer close(refreshed)
		Refresh(t.Context(), runner.Current().Members[1:], time.Now())
	}()
	<-arrived
	runner.options.Process.Exports.Observe("slow", "fills", time.Second)
	const reloads = 20
	for i := range reloads {
		load(fmt.Sprintf("api%d", i), fmt.Sprintf("https://h%d.test", i))
	}
	if got := seriesOf(t, registry); got["slow"] != 2 || got["onlyfansapi"] != 1 {
		t.Errorf("while the refresh is in flight: series %v", got)
	}
	close(finish)
	<-refreshed
	runner.retired.wait.Wait()
	last := fmt.Sprintf("api%d", reloads-1)
	if got := seriesOf(t, registry); len(got) != 2 || got["onlyfansapi"] != 1 || got[last] != 1 {
		t.Errorf("series %v, want one of onlyfansapi and %s", got, last)
	}
	if len(runner.hosts) != 2 {
		t.Errorf("slots for hosts: %v, want two", runner.hosts)
	}
}
