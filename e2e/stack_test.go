//go:build e2e

package e2e

import "testing"

// stack is the complete stack, connected as in the examples.
type stack struct {
	t            *testing.T
	kit          kit
	fleet        *fleet // nil for the demo, which has its own fleet
	webhook      *webhook
	alertmanager *alertmanager
	exporter     *exporter
	earlierLog   string  // of the exporter before its restart
	shards       *shards // nil without shards
	prometheus   *prometheus
}

// job is the example's scrape job, which an alert refers to.
const job = "export_status_exporter"

// startStack starts everything but the shards, from the webhook to Prometheus, and
// waits for the first scrape.
func startStack(t *testing.T, k kit, rules *document, group *shards, arguments ...string) *stack {
	t.Helper()
	s := &stack{t: t, kit: k, webhook: startWebhook(t), shards: group}
	s.alertmanager = startAlertmanager(t, alertmanagerConfig(t, k.root, s.webhook.address))
	s.exporter = startExporter(t, k, freePort, arguments...)
	// Links of alerts without an instance must lead to the exporter, too.
	rules.replace(`"http://localhost:10917/`, `"http://`+s.exporter.address+"/")
	config := prometheusConfig(t, k.root, rules.write(t.TempDir()), s.exporter.address, s.alertmanager.address, group.addresses())
	s.prometheus = k.server.start(t, config)
	s.prometheus.awaitTargets(t, job, 1)
	return s
}
