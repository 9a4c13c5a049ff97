//go:build e2e

package e2e

import "testing"

// testDemo scrapes the demo with the unmodified rules, like the Prometheus of a new
// user. It checks that Prometheus loads all rules, that every dashboard query that
// should have a result has one, and that the demo's permanent alerts arrive.
func (k kit) testDemo(t *testing.T) {
	t.Parallel()
	// Change only the evaluation interval, because groups start at a random offset
	// within it.
	rules := example(t, k.root, "alerts.yml").replace(`^( +interval): \S+$`, "$1: 2s")
	s := startStack(t, k, rules, nil, "--demo")
	for _, e := range []expectation{
		{"ExportExpiringSoon", "fund", toExchanges, ""},
		{"ExportFailed", "treasury", toInfo, ""}, // processed, but with an error
	} {
		s.webhook.await(t, e.String(), e.matches)
	}
	s.prometheus.awaitDashboards(t, k.queries, func(q dashboardQuery) bool { return q.MayBeEmpty })
	s.checkAll()
}
