package config

import (
	"fmt"
	"time"

	"export_status_exporter/config/yamlnode"
)

const (
	// maxReports is the maximum of max_reports. More would be too much for one
	// scrape.
	maxReports = 100000
	// maxDuration keeps multiples of a duration within int64. maxAge keeps
	// times within the years that can be formatted.
	maxDuration = Duration(50 * 365 * 24 * time.Hour)
	maxAge      = Duration(250 * 365 * 24 * time.Hour)
)

// checkGeneral validates the general settings that are set at a path. Inherited
// settings are validated where they are set.
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

// setStaleAfter sets the default of stale_after, which depends on the other
// settings.
func (g *General) setStaleAfter() {
	if g.StaleAfter == 0 {
		g.StaleAfter = max(Duration(time.Hour), 3*g.RefreshInterval, g.leastStaleAfter())
	}
}

// leastStaleAfter returns the minimum of stale_after: one refresh may fail
// before the source is stale.
func (g *General) leastStaleAfter() Duration { return 2*g.RefreshInterval + g.Timeout }
