package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"export_status_exporter/provider"
)

// timelineLength is the length of a timeline, and timelineGap the minimum
// length of a part, so that short ones are visible too.
const (
	timelineLength = 100.0
	timelineGap    = 3.0
)

// timeline shows the life of an export, from its request to its end or to now.
type timeline struct {
	Parts []timelinePart
	// Now is the position of the current time.
	Now string
	// Says describes the timeline in words.
	Says string
}

// timelinePart is a part of the timeline. X is its start; both X and Width are
// percentages.
type timelinePart struct{ X, Width, Class string }

// timelineTimes holds the times that a timeline is drawn from.
type timelineTimes struct {
	status                           provider.Status
	begin, started, finish, end, now time.Time
	// due is when an unfinished export should be ready.
	due time.Time
}

// newTimeline returns the timeline of an export that is expected to be ready
// within a duration; nil if its beginning is unknown.
func newTimeline(r *provider.Report, status provider.Status, now time.Time, within time.Duration) *timeline {
	l := timelineTimes{status: status, begin: r.Since(), started: r.Started, now: now}
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
	return l.draw(timelineText(r, &l))
}

func (l *timelineTimes) draw(text string) *timeline {
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
	at := positions(marks)
	drawn := &timeline{Says: text, Now: hundredths(0)} // for a clock that is behind the provider's
	for i := range marks[1:] {
		drawn.Parts = append(drawn.Parts, timelinePart{hundredths(at[i]), hundredths(at[i+1] - at[i]), l.class(marks[i])})
	}
	for i, each := range marks {
		if each.Equal(l.now) {
			drawn.Now = hundredths(min(at[i], timelineLength-1))
		}
	}
	return drawn
}

// positions places sorted times on the timeline: in proportion,
// but at least timelineGap apart.
func positions(marks []time.Time) []float64 {
	last := len(marks) - 1
	whole := marks[last].Sub(marks[0]).Seconds()
	at := make([]float64, len(marks))
	for i := 1; i <= last; i++ {
		at[i] = max(marks[i].Sub(marks[0]).Seconds()/whole*timelineLength, at[i-1]+timelineGap)
	}
	at[last] = timelineLength
	for i := last - 1; i > 0; i-- {
		at[i] = min(at[i], at[i+1]-timelineGap)
	}
	return at
}

func hundredths(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// class returns the CSS class of the part that begins at a mark.
func (l *timelineTimes) class(from time.Time) string {
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

// timelineText describes the timeline in words.
func timelineText(r *provider.Report, l *timelineTimes) string {
	var parts []string
	add := func(word string, t time.Time) {
		if !t.IsZero() {
			parts = append(parts, word+" "+when(l.now, moment(t)).Relative)
		}
	}
	if r.Created.IsZero() {
		add("first seen", r.FirstSeen)
	} else {
		add("requested", r.Created)
	}
	add("started", l.started)
	switch l.status {
	case provider.StatusReady, provider.StatusExpired:
		add("ready", l.finish)
	case provider.StatusFailed, provider.StatusCancelled:
		add(l.status.String(), l.finish)
	default:
		parts = append(parts, "not ready yet")
	}
	switch {
	case l.end.After(l.now):
		add("expires", l.end)
	case !l.end.IsZero():
		add("expired", l.end)
	}
	if !l.due.IsZero() {
		add("expected ready", l.due)
	}
	return "Life: " + strings.Join(parts, ", ")
}
