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
	// defaultRefresh is in seconds.
	defaultRefresh = 30
)

// refreshChoices are the seconds between reloads that a person may choose; 0
// is never.
func refreshChoices() []int { return []int{10, defaultRefresh, 60, 300, 0} }

// query is what the query string asks for. Every parameter is optional, and
// none can make the page an error:
//
//   - provider, account, type, status: show what has exactly this value. A value
//     that nothing has, however odd, shows nothing. Provider and account choose
//     accounts and reports; type and status choose reports.
//   - limit: how many accounts and how many reports to show at most, 1 to 5000,
//     200 unless told.
//   - refresh: seconds between reloads of the HTML page, one of 10, 30, 60, 300
//     or off; 30 unless told.
type query struct {
	provider, account, kind, status string
	limit                           int
	refresh                         int
}

// The names of the parameters that filter.
const (
	byProvider = "provider"
	byAccount  = "account"
	byType     = "type"
	byStatus   = "status"
)

func parseQuery(values url.Values) query {
	q := query{
		provider: bounded(values.Get(byProvider)),
		account:  bounded(values.Get(byAccount)),
		kind:     bounded(values.Get(byType)),
		status:   bounded(values.Get(byStatus)),
		limit:    defaultLimit,
		refresh:  defaultRefresh,
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
	value = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(value, "\uFFFD"))
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
	for name, value := range map[string]string{byProvider: q.provider, byAccount: q.account, byType: q.kind, byStatus: q.status} {
		if value != "" {
			values.Set(name, value)
		}
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
// removed if the value is empty.
func (q query) link(name, value string) string {
	values := q.values()
	if value == "" {
		values.Del(name)
	} else {
		values.Set(name, value)
	}
	return "?" + values.Encode() // a lone ? is the page without a query
}

// self is a relative address of the page that the query asks for.
func (q query) self() string { return "?" + q.values().Encode() }

// filtered reports whether anything is filtered.
func (q query) filtered() bool {
	return q.provider != "" || q.account != "" || q.kind != "" || q.status != ""
}

// matches is the part of the filter that chooses accounts.
func (q query) matches(view *account.View) bool {
	return (q.provider == "" || q.provider == view.Provider) && (q.account == "" || q.account == view.Name)
}

// matchesType and matchesStatus are the parts that choose reports.
func (q query) matchesType(kind string) bool { return q.kind == "" || q.kind == kind }

func (q query) matchesStatus(s provider.Status) bool { return q.status == "" || q.status == s.String() }
