package definition

import (
	"slices"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// severest ranks the statuses. If several match, the first one wins.
var severest = [...]provider.Status{
	provider.StatusFailed, provider.StatusCancelled, provider.StatusExpired, provider.StatusProcessing,
	provider.StatusAwaitingStart, provider.StatusQueued, provider.StatusReady,
}

// condition is a status that does not depend on the status word.
type condition struct {
	paths   paths
	kind    string // present, absent, is or http
	is      string // folded
	code    int
	status  provider.Status
	ignored bool
}

// Kinds of conditions.
const (
	condPresent = "present"
	condAbsent  = "absent"
	condIs      = "is"
	condHTTP    = "http"
)

// matches reports whether an item meets the condition. The http parameter is the HTTP
// status of the answer, or 0 in a list.
func (c *condition) matches(values *apiclient.PathValues, http int) bool {
	if c.kind == condHTTP {
		return c.code == http
	}
	s := c.paths.get(values)
	switch c.kind {
	case condPresent:
		return !nothing(s)
	case condAbsent:
		return nothing(s)
	default:
		return !nothing(s) && !s.Composite && provider.FoldWord(string(s.Text)) == c.is
	}
}

// judged is the status of an item.
type judged struct {
	status provider.Status
	// wasReady reports that the item also matched as ready.
	wasReady, matched, ignored bool
}

// judge returns the most severe status that matches.
func (m *mapping) judge(word string, values *apiclient.PathValues, http int) judged {
	var have [len(severest) + 1]bool
	var j judged
	if status := m.words.Status(word); status != provider.StatusUnknown {
		have[status], j.matched = true, true
	}
	if len(m.ignored) > 0 && slices.Contains(m.ignored, provider.FoldWord(word)) {
		j.ignored = true
	}
	for i := range m.conditions {
		c := &m.conditions[i]
		if !c.matches(values, http) {
			continue
		}
		if c.ignored {
			j.ignored = true
			continue
		}
		have[c.status], j.matched = true, true
	}
	j.wasReady = have[provider.StatusReady]
	for _, status := range severest {
		if have[status] {
			j.status = status
			break
		}
	}
	return j
}

// answers reports whether an HTTP status code is listed in a condition, and so is an
// answer and not an error.
func (m *mapping) answers(code int) bool {
	return slices.ContainsFunc(m.conditions, func(c condition) bool { return c.kind == condHTTP && c.code == code })
}
