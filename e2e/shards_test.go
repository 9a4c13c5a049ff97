//go:build e2e

package e2e

import "testing"

// shardsJob is a scrape job of its own: what one job has, another need not.
const shardsJob = "export_status_exporter_shards"

// shards are two exporters that share an account's configuration. Both are
// started as the first of two, as if a unit had been copied and its number
// forgotten: one number is there twice, the other not at all.
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

// addresses are none for a stack without shards.
func (s *shards) addresses() []string {
	if s == nil {
		return nil
	}
	return []string{s.first.address, s.second.address}
}

// mend starts the second again, as what it should have been.
func (s *shards) mend() {
	s.t.Helper()
	s.second.stop()
	s.second = s.start(s.second.address, "1")
}
