//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"syscall"
	"testing"
)

// testFaults checks the path of every alert from the provider to the webhook: first all
// faults at once, then none, then a crash and restart of the exporter.
func (k kit) testFaults(t *testing.T) {
	t.Parallel()
	checkEveryAlertIsShown(t, k.root)
	f := newFleet(t)
	f.ailing(t)
	s := startStack(t, k, shortRules(t, k.root), startShards(t, k, f), "--config.file="+f.config.path())
	s.fleet = f
	s.breakRest()
	s.awaitHealthyRules()
	for _, e := range expected() {
		a := s.webhook.await(t, e.String(), e.matches)
		s.follow(a)
		if a.path != e.path {
			t.Errorf("%s went to %s, want %s", e, a.path, e.path)
		}
	}
	for _, e := range inhibited() {
		s.alertmanager.awaitInhibited(t, e.alert, e.account)
	}
	s.awaitHealthyRules()
	// With all faults present, no query may be empty.
	s.prometheus.awaitDashboards(t, k.queries, func(dashboardQuery) bool { return false })
	s.checkInhibited()
	s.mendAll()
	// The inhibiting alerts have lasted longer than the inhibited ones.
	s.checkInhibited()
	s.restart()
	s.checkAll()
	if got := f.sandbox.Violations(); len(got) > 0 {
		t.Errorf("the exporter did more than read: %v", got)
	}
	s.checkCanaries()
	s.summarize()
}

// checkInhibited fails if an inhibited alert arrived.
func (s *stack) checkInhibited() {
	s.t.Helper()
	for _, e := range inhibited() {
		if slices.ContainsFunc(s.webhook.all(), e.matches) {
			s.t.Errorf("%s arrived, although another alert says it already", e)
		}
	}
}

// breakRest adds the faults that must begin later.
func (s *stack) breakRest() {
	s.t.Helper()
	// Two reports must vanish one after the other: the first creates the counter, and
	// only the second increases it.
	s.prometheus.awaitSome(s.t, `export_status{account="fund"} == 1`)
	for count := 1; count <= 2; count++ {
		s.fleet.vanish(count)
		s.prometheus.awaitSome(s.t, fmt.Sprintf(`sum(export_reports_vanished_total{account="fund"}) == %d`, count))
	}
	s.prometheus.awaitSome(s.t, `export_status{account="branch", status="processing"} == 1`)
	s.fleet.finish()
	s.fleet.work()
	s.prometheus.awaitSome(s.t, `export_status{account="vault", status="processing"} == 1`)
	s.fleet.throttle()
	s.fleet.config.write("nonsense: true\n")
	if status := s.exporter.reload(s.t); status != http.StatusInternalServerError {
		s.t.Errorf("a broken configuration was answered %d", status)
	}
}

// mendAll ends all faults and waits until Prometheus and the webhook have no more
// alerts.
func (s *stack) mendAll() {
	s.t.Helper()
	s.fleet.heal()
	s.fleet.config.write()
	s.exporter.signal(syscall.SIGHUP)
	s.shards.mend()
	s.prometheus.awaitNone(s.t, `export_source_up == 0`)
	s.prometheus.awaitNone(s.t, `ALERTS`)
	s.webhook.until(s.t, "the resolution of everything", func(arrivals []arrival) bool { return len(firing(arrivals)) == 0 })
}

// restart kills the exporter and starts it again at the same address. Only the alert
// about this may arrive.
func (s *stack) restart() {
	s.t.Helper()
	before := len(s.webhook.all())
	s.exporter.kill()
	s.earlierLog, _ = s.exporter.output.read()
	// Without an instance, the alert may come from before the first scrape.
	down := s.webhook.await(s.t, exporterDown, func(a arrival) bool {
		return a.alert() == exporterDown && a.Status == "firing" && a.Labels["instance"] == s.exporter.address
	})
	if down.path != toExporter || down.Labels["severity"] != "critical" {
		s.t.Errorf("%s went to %s with %v", exporterDown, down.path, down.Labels)
	}
	s.exporter = startExporter(s.t, s.kit, s.exporter.address, "--config.file="+s.fleet.config.path())
	s.webhook.await(s.t, "the resolution of "+exporterDown, func(a arrival) bool {
		return a.Fingerprint == down.Fingerprint && a.Status == "resolved"
	})
	s.prometheus.awaitTargets(s.t, job, 1)
	s.prometheus.awaitNone(s.t, `export_source_up == 0`)
	for _, each := range s.webhook.all()[before:] {
		if each.alert() != exporterDown {
			s.t.Errorf("a restart set off %s: %v", each.alert(), each.Labels)
		}
	}
}
