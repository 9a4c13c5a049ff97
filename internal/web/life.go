package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"export_status_exporter/provider"
)

// lifeLength is the length of a timeline, and lifeGap the minimum length of a
// part, so that short ones are visible too.
const (
	lifeLength = 100.0
	lifeGap    = 3.0
)

// life is the timeline of an export, from its request to its end or to now.
type life struct {
	Parts []lifePart
	// Now is the position of the current time.
	Now string
	// Says describes the timeline in words.
	Says string
}

// lifePart is a part of the timeline. X is its start; both X and Width are
// percentages.
type lifePart struct{ X, Width, Class string }

// lived holds the times that a timeline is drawn from.
type lived struct {
	status                           provider.Status
	begin, started, finish, end, now time.Time
	// due is when an unfinished export should be ready.
	due time.Time
}

// newLife returns the timeline of an export that is expected to be ready within
// a duration; nil if its beginning is unknown.
func newLife(r *provider.Report, status provider.Status, now time.Time, within time.Duration) *life {
	l := lived{status: status, begin: r.Since(), started: r.Started, now: now}
	if l.begin.IsZero() {
		return nil
	}
	switch status {
	case provider.StatusReady, provider.StatusExpired:
		l.finish, l.end = r.Completed, r.Expires
		if status == provider.StatusReady && !l.end.After(now) {
			l.end = time.Time{} // still ready after its expiry, so that was wrong
		}
	case provider.StatusFailed, provider.StatusCancelled:
		l.finish = r.Failed
	case provider.StatusQueued, provider.StatusProcessing:
		if within > 0 {
			l.due = l.begin.Add(within)
		}
	case provider.StatusAwaitingStart, provider.StatusUnknown: // no expected end
	}
	return l.draw(lifeWords(r, &l))
}

func (l *lived) draw(says string) *life {
	var marks []time.Time
	for _, each := range []time.Time{l.begin, l.started, l.finish, l.end, l.due, l.now} {
		if !each.Before(l.begin) && !slices.ContainsFunc(marks, each.Equal) {
			marks = append(marks, each)
		}
	}
	slices.SortFunc(marks, time.Time.Compare)
	if len(marks) == 1 { // requested just now
		marks = append(marks, l.begin.Add(time.Second))
	}
	at := places(marks)
	drawn := &life{Says: says, Now: hundredths(0)} // for a clock that is behind the provider's
	for i := range marks[1:] {
		drawn.Parts = append(drawn.Parts, lifePart{hundredths(at[i]), hundredths(at[i+1] - at[i]), l.class(marks[i])})
	}
	for i, each := range marks {
		if each.Equal(l.now) {
			drawn.Now = hundredths(min(at[i], lifeLength-1))
		}
	}
	return drawn
}

// places returns the positions of sorted times on the timeline: in proportion,
// but at least lifeGap apart.
func places(marks []time.Time) []float64 {
	last := len(marks) - 1
	whole := marks[last].Sub(marks[0]).Seconds()
	at := make([]float64, len(marks))
	for i := 1; i <= last; i++ {
		at[i] = max(marks[i].Sub(marks[0]).Seconds()/whole*lifeLength, at[i-1]+lifeGap)
	}
	at[last] = lifeLength
	for i := last - 1; i > 0; i-- {
		at[i] = min(at[i], at[i+1]-lifeGap)
	}
	return at
}

func hundredths(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// class returns the CSS class of the part that begins at a mark.
func (l *lived) class(from time.Time) string {
	reached := func(t time.Time) bool { return !t.IsZero() && !from.Before(t) }
	if l.finish.IsZero() && l.status.Finished() && !reached(l.end) && !reached(l.now) {
		return finishedClass(l.status) // its finish is unknown
	}
	switch {
	case reached(l.end):
		return "gone"
	case reached(l.now):
		return "ahead"
	case reached(l.finish):
		return finishedClass(l.status)
	case reached(l.due):
		return "late"
	case reached(l.started), l.started.IsZero() && (l.status == provider.StatusProcessing || l.status.Finished()):
		return "work"
	default:
		return "wait"
	}
}

// finishedClass returns the CSS class of a finished export.
func finishedClass(s provider.Status) string {
	switch s {
	case provider.StatusReady, provider.StatusExpired:
		return "held"
	case provider.StatusFailed:
		return "broken"
	default:
		return "gone"
	}
}

// lifeWords describes the timeline in words.
func lifeWords(r *provider.Report, l *lived) string {
	var said []string
	say := func(word string, t time.Time) {
		if !t.IsZero() {
			said = append(said, word+" "+when(l.now, moment(t)).Relative)
		}
	}
	if r.Created.IsZero() {
		say("first seen", r.FirstSeen)
	} else {
		say("requested", r.Created)
	}
	say("started", l.started)
	switch l.status {
	case provider.StatusReady, provider.StatusExpired:
		say("ready", l.finish)
	case provider.StatusFailed, provider.StatusCancelled:
		say(l.status.String(), l.finish)
	default:
		said = append(said, "not ready yet")
	}
	switch {
	case l.end.After(l.now):
		say("expires", l.end)
	case !l.end.IsZero():
		say("expired", l.end)
	}
	if !l.due.IsZero() {
		say("expected ready", l.due)
	}
	return "Life: " + strings.Join(said, ", ")
}
