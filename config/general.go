package config

import (
	"fmt"
	"time"

	"export_status_exporter/config/yamlnode"
)

const (
	// maxReports bounds max_reports: beyond it a scrape is no longer a scrape.
	maxReports = 100000
	// maxDuration keeps multiples of a duration within their type, and maxAge
	// moments within what can be written.
	maxDuration = Duration(50 * 365 * 24 * time.Hour)
	maxAge      = Duration(250 * 365 * 24 * time.Hour)
)

// checkGeneral validates the general settings that are given at a path: what an
// account inherits was told where it stands.
func (d *decoder) checkGeneral(path string, line int, g *General) {
	given := func(name string) bool {
		_, ok := d.Line(yamlnode.Join(path, name))
		return ok
	}
	problem := func(name, format string, args ...any) {
		d.Late(yamlnode.Join(path, name), line, fmt.Sprintf(format, args...))
	}
	sound := true
	for _, duration := range []struct {
		name  string
		value Duration
		most  Duration
	}{
		{"refresh_interval", g.RefreshInterval, maxDuration},
		{"timeout", g.Timeout, maxDuration},
		{"max_age", g.MaxAge, maxAge},
		{"stale_after", g.StaleAfter, maxAge},
	} {
		if given(duration.name) && (duration.value <= 0 || duration.value > duration.most) {
			problem(duration.name, "must be more than 0 and at most %s", duration.most)
			sound = false
		}
	}
	if given("max_reports") && (g.MaxReports < 1 || g.MaxReports > maxReports) {
		problem("max_reports", "must be 1 to %d", maxReports)
	}
	concerned := given("stale_after") || given("refresh_interval") || given("timeout")
	if sound && concerned && g.StaleAfter != 0 && g.StaleAfter < g.leastStaleAfter() {
		problem("stale_after", "must be at least 2 x refresh_interval + timeout = %s", g.leastStaleAfter())
	}
}

// setStaleAfter gives stale_after its default, which depends on the others.
func (g *General) setStaleAfter() {
	if g.StaleAfter == 0 {
		g.StaleAfter = max(Duration(time.Hour), 3*g.RefreshInterval, g.leastStaleAfter())
	}
}

// leastStaleAfter lets one refresh fail before its source is stale.
func (g *General) leastStaleAfter() Duration { return 2*g.RefreshInterval + g.Timeout }
