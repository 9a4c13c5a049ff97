//go:build e2e

package e2e

import "testing"

// stack is everything, wired as the examples wire it.
type stack struct {
	t            *testing.T
	kit          kit
	fleet        *fleet // nil for the demo, which has its own
	webhook      *webhook
	alertmanager *alertmanager
	exporter     *exporter
	earlierLog   string  // of the exporter before it was started again
	shards       *shards // nil without any
	prometheus   *prometheus
}

// job is the scrape job of the example, which an alert expects.
const job = "export_status_exporter"

// startStack starts all of it but the shards, from the webhook to Prometheus, and
// waits until the exporter was scraped.
func startStack(t *testing.T, k kit, rules *document, group *shards, arguments ...string) *stack {
	t.Helper()
	s := &stack{t: t, kit: k, webhook: startWebhook(t), shards: group}
	s.alertmanager = startAlertmanager(t, alertmanagerConfig(t, k.root, s.webhook.address))
	s.exporter = startExporter(t, k, freePort, arguments...)
	// Links of alerts without an instance lead to the exporter, too.
	rules.replace(`"http://localhost:10917/`, `"http://`+s.exporter.address+"/")
	config := prometheusConfig(t, k.root, rules.write(t.TempDir()), s.exporter.address, s.alertmanager.address, group.addresses())
	s.prometheus = k.server.start(t, config)
	s.prometheus.awaitTargets(t, job, 1)
	return s
}
