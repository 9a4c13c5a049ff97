package app

import (
	"math"
	"runtime/debug"
	"time"
)

// Limits on the concurrent requests of each kind, and on the memory in bytes
// for their answers. The number of scrapes is limited by --web.max-requests.
const (
	processSlots = 16
	pageSlots    = 4
	healthSlots  = 16
	profileSlots = 4

	scrapeMemory  = 64 << 20
	processMemory = 4 << 20
	pageMemory    = 16 << 20
	healthMemory  = 1 << 20
)

// lanes separate the kinds of requests, so that one kind cannot starve another.
// People never push out a scrape, scrapes never push out a health check, and
// the metrics of the process are always available.
type lanes struct {
	scrapes, process, pages, health, profiles *lane
}

func newLanes(maxScrapes int, timeout time.Duration) lanes {
	return lanes{
		scrapes:  newLane(maxScrapes, scaledToMemLimit(scrapeMemory), "too many scrapes at once, see --web.max-requests", timeout),
		process:  newLane(processSlots, scaledToMemLimit(processMemory), "too many requests at once", timeout),
		pages:    newLane(pageSlots, scaledToMemLimit(pageMemory), "too many pages at once", timeout),
		health:   newLane(healthSlots, scaledToMemLimit(healthMemory), "too many health checks at once", timeout),
		profiles: newLane(profileSlots, 0, "too many profiles at once", timeout),
	}
}

// scaledToMemLimit reduces a memory limit if GOMEMLIMIT is small: all answers together
// use at most a third of it.
func scaledToMemLimit(most int) int {
	const all = scrapeMemory + processMemory + pageMemory + healthMemory
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 || limit/3 > all {
		return most
	}
	return int(float64(most) * float64(limit) / 3 / all)
}
