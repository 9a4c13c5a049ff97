//go:build e2e

package e2e

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kit holds what all stacks share: the repository, the exporter's binary, and the
// dashboards' queries.
type kit struct {
	root    string
	binary  string
	queries []dashboardQuery
	server  server
}

// TestStack builds the exporter once and runs every stack as a subtest.
func TestStack(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	k := kit{root: root, binary: buildExporter(t, root), queries: dashboardQueries(t, root)}
	for _, server := range servers(t, root) {
		k := k
		k.server = server
		t.Run(server.name, func(t *testing.T) {
			t.Parallel() // they mostly wait
			t.Run("faults", k.testFaults)
			t.Run("demo", k.testDemo)
			t.Run("discovery", k.testDiscovery)
			t.Run("formats", k.testFormats)
		})
	}
}
