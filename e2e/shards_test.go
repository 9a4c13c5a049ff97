//go:build e2e

package e2e

import "testing"

// shardsJob is a scrape job for shards only. Other jobs do not count toward its shards.
const shardsJob = "export_status_exporter_shards"

// shards are two exporters that share a configuration. Both are started as the first of
// two, as if a unit had been copied without changing its number: one shard exists
// twice, the other one is missing.
type shards struct {
	t             *testing.T
	kit           kit
	config        *configuration
	first, second *exporter
}

func startShards(t *testing.T, k kit, f *fleet) *shards {
	t.Helper()
	s := &shards{t: t, kit: k, config: newConfiguration(t, f.sandbox)}
	s.config.add(f.pool)
	s.config.write()
	s.first, s.second = s.start(freePort, "0"), s.start(freePort, "0")
	return s
}

func (s *shards) start(address, number string) *exporter {
	s.t.Helper()
	return startExporter(s.t, s.kit, address, "--config.file="+s.config.path(), "--shard="+number, "--total-shards=2")
}

// addresses returns the addresses of the shards. It is empty for a stack without
// shards.
func (s *shards) addresses() []string {
	if s == nil {
		return nil
	}
	return []string{s.first.address, s.second.address}
}

// mend restarts the second exporter with the correct number.
func (s *shards) mend() {
	s.t.Helper()
	s.second.stop()
	s.second = s.start(s.second.address, "1")
}
