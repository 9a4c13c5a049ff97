package app

import (
	"math"
	"runtime/debug"
	"time"
)

// What each kind of request may have. Scrapes have --web.max-requests places.
const (
	processPlaces = 16
	pagePlaces    = 4
	healthPlaces  = 16
	profilePlaces = 4

	scrapeMemory  = 64 << 20
	processMemory = 4 << 20
	pageMemory    = 16 << 20
	healthMemory  = 1 << 20
)

// lanes are the kinds of requests. People never push out a scrape, scrapes
// never a health check, and whatever happens Prometheus learns how the process
// does.
type lanes struct {
	scrapes, process, pages, health, profiles *lane
}

func newLanes(maxScrapes int, timeout time.Duration) lanes {
	return lanes{
		scrapes:  newLane(maxScrapes, shareOf(scrapeMemory), "too many scrapes at once, see --web.max-requests", timeout),
		process:  newLane(processPlaces, shareOf(processMemory), "too many requests at once", timeout),
		pages:    newLane(pagePlaces, shareOf(pageMemory), "too many pages at once", timeout),
		health:   newLane(healthPlaces, shareOf(healthMemory), "too many health checks at once", timeout),
		profiles: newLane(profilePlaces, 0, "too many profiles at once", timeout),
	}
}

// shareOf scales a bound down where the memory of the whole process is bounded,
// by GOMEMLIMIT: all answers together keep to a third of it.
func shareOf(most int) int {
	const all = scrapeMemory + processMemory + pageMemory + healthMemory
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 || limit/3 > all {
		return most
	}
	return int(float64(most) * float64(limit) / 3 / all)
}
