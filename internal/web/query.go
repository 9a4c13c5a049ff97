package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// Limits of a query.
const (
	// maxValueBytes is longer than any name that a filter can match.
	maxValueBytes = 128
	defaultLimit  = 200
	maxLimit      = 5000
	maxPage       = 1_000_000
	// defaultRefresh is in seconds.
	defaultRefresh = 30
)

// refreshChoices returns the intervals between reloads of the page to choose
// from, in seconds; 0 means never.
func refreshChoices() []int { return []int{10, defaultRefresh, 60, 300, 0} }

// query holds the parameters of a URL. Every parameter is optional, and no
// value is an error:
//
//   - provider, account: show only accounts with exactly this value, and their
//     exports. reason: show only accounts with a source that fails for it.
//   - type, status, urgency, id: show only exports with exactly this value. An
//     unknown value matches nothing.
//   - search: show only exports whose id, type or account contains it, ignoring
//     case.
//   - sort: sort by a column instead of grouping by urgency; a leading minus
//     reverses the order.
//   - page, limit: the page of a list that is sorted or has one urgency, and its
//     length, 1 to 5000, 200 by default. limit applies to the accounts too.
//   - refresh: seconds between reloads of the HTML page, one of 10, 30, 60, 300
//     or off; 30 by default.
type query struct {
	provider, account, reason         string
	kind, status, urgency, id, search string
	sort                              string
	page, limit, refresh              int
}

// The names of the filter parameters.
const (
	byProvider = "provider"
	byAccount  = "account"
	byReason   = "reason"
	byType     = "type"
	byStatus   = "status"
	byUrgency  = "urgency"
	byID       = "id"
	bySearch   = "search"
)

// filter is one filter parameter with its value.
type filter struct{ Name, Value string }

// filters returns the filter parameters in the order of the page.
func (q query) filters() []filter {
	return []filter{
		{bySearch, q.search},
		{byProvider, q.provider},
		{byAccount, q.account},
		{byType, q.kind},
		{byStatus, q.status},
		{byUrgency, q.urgency},
		{byID, q.id},
		{byReason, q.reason},
	}
}

func parseQuery(values url.Values) query {
	q := query{
		provider: sanitize(values.Get(byProvider)),
		account:  sanitize(values.Get(byAccount)),
		reason:   sanitize(values.Get(byReason)),
		kind:     sanitize(values.Get(byType)),
		status:   sanitize(values.Get(byStatus)),
		urgency:  sanitize(values.Get(byUrgency)),
		id:       truncate(values.Get(byID)),
		search:   sanitize(strings.TrimSpace(values.Get(bySearch))),
		page:     1,
		limit:    defaultLimit,
		refresh:  defaultRefresh,
	}
	if by := values.Get("sort"); slices.Contains(sortNames(), strings.TrimPrefix(by, "-")) {
		q.sort = by
	}
	if n, err := strconv.Atoi(values.Get("page")); err == nil && n > 0 {
		q.page = min(n, maxPage)
	}
	if n, err := strconv.Atoi(values.Get("limit")); err == nil && n > 0 {
		q.limit = min(n, maxLimit)
	}
	if values.Get("refresh") == "off" {
		q.refresh = 0
	} else if n, err := strconv.Atoi(values.Get("refresh")); err == nil && slices.Contains(refreshChoices(), n) {
		q.refresh = n
	}
	return q
}

// sanitize makes a value safe to show. A value that is too long or has control
// characters matches no name, and neither does the result.
func sanitize(value string) string {
	return truncate(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, value))
}

// truncate is like sanitize, but allows control characters.
func truncate(value string) string {
	value = strings.ToValidUTF8(value, "\uFFFD")
	if len(value) <= maxValueBytes {
		return value
	}
	return provider.Cut(value, maxValueBytes) + "…"
}

// values returns the query as URL parameters, without defaults.
func (q query) values() url.Values {
	values := make(url.Values)
	for _, each := range append(q.filters(), filter{"sort", q.sort}) {
		if each.Value != "" {
			values.Set(each.Name, each.Value)
		}
	}
	if q.page > 1 {
		values.Set("page", strconv.Itoa(q.page))
	}
	if q.limit != defaultLimit {
		values.Set("limit", strconv.Itoa(q.limit))
	}
	if q.refresh != defaultRefresh {
		values.Set("refresh", refreshValue(q.refresh))
	}
	return values
}

func refreshValue(seconds int) string {
	if seconds == 0 {
		return "off"
	}
	return strconv.Itoa(seconds)
}

// link returns the relative URL of the same page with one parameter changed, or
// removed if the value is empty. It always leads to the first page of the list.
func (q query) link(name, value string) string {
	values := q.values()
	values.Del("page")
	if value == "" {
		values.Del(name)
	} else {
		values.Set(name, value)
	}
	return "?" + values.Encode() // a lone ? means no parameters
}

// self returns the relative URL of the query.
func (q query) self() string { return "?" + q.values().Encode() }

// blank returns the query without its filter, order and page.
func (q query) blank() query { return query{page: 1, limit: q.limit, refresh: q.refresh} }

// filtered reports whether any filter is set.
func (q query) filtered() bool {
	return slices.ContainsFunc(q.filters(), func(each filter) bool { return each.Value != "" })
}

// narrowed reports whether the filter selects single exports, which works only
// for listed ones.
func (q query) narrowed() bool { return q.id != "" || q.search != "" || q.urgency != "" }

// flat reports whether exports are shown as one list instead of in groups.
func (q query) flat() bool { return q.sort != "" || q.urgency != "" || q.page > 1 }

// matches applies the part of the filter that selects accounts.
func (q query) matches(view *account.View) bool {
	if q.provider != "" && q.provider != view.Provider || q.account != "" && q.account != view.Name {
		return false
	}
	return q.reason == "" || slices.ContainsFunc(view.Sources, func(s account.SourceView) bool {
		return s.Failure != nil && string(s.Failure.Reason) == q.reason
	})
}

// matchesType applies the type filter.
func (q query) matchesType(kind string) bool { return q.kind == "" || q.kind == kind }

func (q query) matchesStatus(s provider.Status) bool { return q.status == "" || q.status == s.String() }

// matchesWords applies the id filter and the search, which must be in lower
// case.
func (q query) matchesWords(view *account.View, r *provider.Report, search string) bool {
	if q.id != "" && q.id != r.ID {
		return false
	}
	return search == "" || contains(r.ID, search) || contains(r.Type, search) || contains(view.Name, search)
}

func contains(text, lower string) bool { return strings.Contains(strings.ToLower(text), lower) }
