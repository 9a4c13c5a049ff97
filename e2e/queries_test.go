//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dashboardQuery is one expression of a dashboard, with its variables replaced.
type dashboardQuery struct {
	Dashboard, Panel, Expr string
	MayBeEmpty             bool `json:"may_be_empty_when_healthy"`
}

func (q dashboardQuery) String() string { return q.Dashboard + ", " + q.Panel + ": " + q.Expr }

// dashboardQueries returns all queries from the dashboards' generator.
func dashboardQueries(t *testing.T, root string) []dashboardQuery {
	t.Helper()
	dir := filepath.Join(root, "examples", "grafana", "src")
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		t.Fatalf("run npm ci in examples/grafana/src first: %v", err)
	}
	lines := run(t, dir, 5*time.Minute, "npm", "run", "--silent", "queries")
	var queries []dashboardQuery
	for line := range strings.Lines(lines) {
		var q dashboardQuery
		if err := json.Unmarshal([]byte(line), &q); err != nil || q.Expr == "" {
			t.Fatalf("not a query: %q: %v", line, err)
		}
		queries = append(queries, q)
	}
	if len(queries) == 0 {
		t.Fatal("the dashboards have no query")
	}
	return queries
}

// awaitDashboards waits until every query has a result, unless it may be empty. Queries
// that may be empty must be valid, too; Prometheus rejects invalid ones at once.
func (p *prometheus) awaitDashboards(t *testing.T, queries []dashboardQuery, mayBeEmpty func(dashboardQuery) bool) {
	t.Helper()
	latencyIsNative := false
	poll(t, "data for every query of the dashboards", func(ctx context.Context) error {
		var empty []error
		for _, q := range queries {
			samples, err := p.query(ctx, q.Expr)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			if len(samples) == 0 && !mayBeEmpty(q) {
				empty = append(empty, fmt.Errorf("empty: %s", q))
			}
			for _, s := range samples {
				latencyIsNative = latencyIsNative || len(s.Histogram) > 0
			}
		}
		return errors.Join(empty...)
	})
	if !latencyIsNative {
		t.Error("no query returned a native histogram, so the latency heat map is untested")
	}
}
