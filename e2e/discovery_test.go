//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// testDiscovery checks that Prometheus finds the accounts through /sd and scrapes each
// through /probe, using the example's configuration, and scrapes two shards as well.
// Both ways must return the same series as a single process.
func (k kit) testDiscovery(t *testing.T) {
	t.Parallel()
	emulated := sandbox.New(sandbox.Options{})
	if err := emulated.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulated.Close(); err != nil {
			t.Error(err)
		}
	})
	// Not Kraken: the processes use the same keys, but a nonce must have a single
	// owner.
	const accounts = 6
	file := newConfiguration(t, emulated)
	for i := range accounts {
		p := []sandbox.Provider{sandbox.CoinbaseExchange, sandbox.OnlyFansAPI}[i%2]
		a := emulated.AddAccount(p, fmt.Sprintf("account-%d", i))
		a.SetLimit(0)
		now := time.Now()
		a.SetReports([]sandbox.Report{{
			ID: fmt.Sprintf("report-%d", i), Type: "fills", Status: "ready", Created: now.Add(-time.Hour), Expires: now.Add(time.Hour),
		}})
		file.add(a)
	}
	file.write()
	run := func(arguments ...string) string {
		return startExporter(t, k, freePort, append(arguments, "--config.file="+file.path())...).address
	}
	whole, probed := run(), run()
	shards := []string{run("--shard=0", "--total-shards=2"), run("--shard=1", "--total-shards=2")}

	rules := example(t, k.root, "alerts.yml").write(t.TempDir())
	config := probing(prometheusConfig(t, k.root, rules, probed, "127.0.0.1:9", nil))
	config.replace(`^scrape_configs:$`, "scrape_configs:\n"+scrapeJob("whole", whole)+scrapeJob("sharded", shards...))
	p := k.server.start(t, config)
	p.awaitTargets(t, "export_status_exporter_probe", accounts)
	p.awaitTargets(t, "sharded", len(shards))
	for _, metric := range []string{
		"export_account_info", "export_status", "export_reports", "export_source_up", "export_api_requests_total", "export_created_timestamp_seconds",
	} {
		one := fmt.Sprintf(`%s{job="whole"}`, metric)
		p.awaitSome(t, one)
		for _, job := range []string{"export_status_exporter_probe", "sharded"} {
			many := fmt.Sprintf(`%s{job=%q}`, metric, job)
			p.awaitNone(t, one+" unless ignoring (job, instance) "+many)
			p.awaitNone(t, many+" unless ignoring (job, instance) "+one)
			p.awaitNone(t, fmt.Sprintf("count without (job, instance) (%s) > 1", many))
		}
	}
	p.awaitNone(t, `{exported_account!=""}`)
	p.awaitSome(t, `export_status_exporter_build_info{job="export_status_exporter"}`)
	p.awaitNone(t, `export_account_info{job="export_status_exporter"}`)
}

// probing uncomments the example's second job and sets the path of the first job
// accordingly.
func probing(d *document) *document {
	d.t.Helper()
	d.replace(`^  - job_name: export_status_exporter$`, "$0\n    metrics_path: /metrics/exporter")
	const begin = "  # - job_name: export_status_exporter_probe\n"
	before, block, found := strings.Cut(d.text, begin)
	if !found {
		d.t.Fatalf("%s has no block for /probe", d.name)
	}
	d.text = before + strings.TrimPrefix(begin, "  # ")
	d.text = strings.Replace(d.text, "- job_name: export_status_exporter_probe", "  - job_name: export_status_exporter_probe", 1)
	for line := range strings.Lines(block) {
		d.text += "  " + strings.TrimPrefix(line, "  # ")
	}
	return d
}

func scrapeJob(name string, targets ...string) string {
	return fmt.Sprintf("  - job_name: %s\n    static_configs:\n      - targets: [%s]\n", name, strings.Join(targets, ", "))
}
