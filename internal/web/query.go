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

// Bounds of what a query may ask for.
const (
	// maxValueBytes is more than any name that a filter can match.
	maxValueBytes = 128
	defaultLimit  = 200
	maxLimit      = 5000
	maxPage       = 1_000_000
	// defaultRefresh is in seconds.
	defaultRefresh = 30
)

// refreshChoices are the seconds between reloads that a person may choose; 0
// is never.
func refreshChoices() []int { return []int{10, defaultRefresh, 60, 300, 0} }

// query is what the query string asks for. Every parameter is optional, and
// none can make the page an error:
//
//   - provider, account: show the accounts, and their exports, that have exactly
//     this value; reason: those with a source that fails for it.
//   - type, status, urgency, id: show the exports that have exactly this value. A
//     value that nothing has, however odd, shows nothing.
//   - search: show the exports whose id, type or account contains it, in any case.
//   - sort: one column instead of groups by urgency; with a minus in front of it
//     from the other end.
//   - page, limit: which part of a list that is sorted or of one urgency, and how
//     long a part is, 1 to 5000, 200 unless told. Limit bounds the accounts too.
//   - refresh: seconds between reloads of the HTML page, one of 10, 30, 60, 300
//     or off; 30 unless told.
type query struct {
	provider, account, reason         string
	kind, status, urgency, id, search string
	sort                              string
	page, limit, refresh              int
}

// The names of the parameters that choose.
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

// filter is one parameter that chooses accounts or exports, and its value.
type filter struct{ Name, Value string }

// filters are the parameters that choose, in the order of the page.
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
		provider: bounded(values.Get(byProvider)),
		account:  bounded(values.Get(byAccount)),
		reason:   bounded(values.Get(byReason)),
		kind:     bounded(values.Get(byType)),
		status:   bounded(values.Get(byStatus)),
		urgency:  bounded(values.Get(byUrgency)),
		id:       boundedID(values.Get(byID)),
		search:   bounded(strings.TrimSpace(values.Get(bySearch))),
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

// bounded makes a value fit to be shown. One that is too long, or has control
// characters, can match no name; what becomes of it must not match any either.
func bounded(value string) string {
	return boundedID(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, value))
}

// boundedID is bounded for what may have control characters.
func boundedID(value string) string {
	value = strings.ToValidUTF8(value, "\uFFFD")
	if len(value) <= maxValueBytes {
		return value
	}
	at := maxValueBytes
	for !utf8.RuneStart(value[at]) {
		at--
	}
	return value[:at] + "…"
}

// values is the query string of the query, without what is the default.
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

// link is a relative address of the same page with one parameter changed, or
// removed if the value is empty. What is shown then begins at its first page.
func (q query) link(name, value string) string {
	values := q.values()
	values.Del("page")
	if value == "" {
		values.Del(name)
	} else {
		values.Set(name, value)
	}
	return "?" + values.Encode() // a lone ? is the page without a query
}

// self is a relative address of the page that the query asks for.
func (q query) self() string { return "?" + q.values().Encode() }

// blank is the query without what it chooses.
func (q query) blank() query { return query{page: 1, limit: q.limit, refresh: q.refresh} }

// filtered reports whether anything is filtered.
func (q query) filtered() bool {
	return slices.ContainsFunc(q.filters(), func(each filter) bool { return each.Value != "" })
}

// narrowed reports whether the filter looks at single exports, which are known
// only as far as they are listed.
func (q query) narrowed() bool { return q.id != "" || q.search != "" || q.urgency != "" }

// flat reports whether exports are shown as one list instead of in groups.
func (q query) flat() bool { return q.sort != "" || q.urgency != "" || q.page > 1 }

// matches is the part of the filter that chooses accounts.
func (q query) matches(view *account.View) bool {
	if q.provider != "" && q.provider != view.Provider || q.account != "" && q.account != view.Name {
		return false
	}
	return q.reason == "" || slices.ContainsFunc(view.Sources, func(s account.SourceView) bool {
		return s.Failure != nil && string(s.Failure.Reason) == q.reason
	})
}

// matchesType and matchesStatus are parts that choose exports.
func (q query) matchesType(kind string) bool { return q.kind == "" || q.kind == kind }

func (q query) matchesStatus(s provider.Status) bool { return q.status == "" || q.status == s.String() }

// matchesWords are the parts about the id of an export and the search. The
// search is in lower case.
func (q query) matchesWords(view *account.View, r *provider.Report, search string) bool {
	if q.id != "" && q.id != r.ID {
		return false
	}
	return search == "" || contains(r.ID, search) || contains(r.Type, search) || contains(view.Name, search)
}

func contains(text, lower string) bool { return strings.Contains(strings.ToLower(text), lower) }
