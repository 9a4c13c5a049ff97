//go:build e2e

package e2e

import "testing"

// testDemo scrapes the demo, as a newcomer's Prometheus would, with the rules
// as they are: Prometheus takes all of them, every query that a healthy fleet
// answers has an answer, and what the demo always has to tell arrives.
func (k kit) testDemo(t *testing.T) {
	t.Parallel()
	// Only how often groups run is changed: they begin at a moment of their own
	// within their interval.
	rules := example(t, k.root, "alerts.yml").replace(`^( +interval): \S+$`, "$1: 2s")
	s := startStack(t, k, rules, nil, "--demo")
	for _, e := range []expectation{
		{"ExportExpiringSoon", "fund", toExchanges, ""},
		{"ExportFailed", "treasury", toInfo, ""}, // processed, with an error
	} {
		s.webhook.await(t, e.String(), e.matches)
	}
	s.prometheus.awaitDashboards(t, k.queries, func(q dashboardQuery) bool { return q.MayBeEmpty })
	s.checkAll()
}
