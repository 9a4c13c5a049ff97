package sandbox

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// Report is an object that an API lists: an export job or, for Kraken Futures, one row
// of the history stream named by Type.
//
// A zero time is sent in the provider's form of an unset time. Fields that do not exist
// at a provider are ignored.
type Report struct {
	// ID is the report's id. For account_log it is a number; the default is the row's
	// position, oldest first, beginning with 1.
	ID string
	// Type is the kind of report. For Kraken it is trades or ledgers; for Kraken
	// Futures, account_log, executions, orders or triggers.
	Type string
	// Status is the provider's status word, sent unchanged.
	Status string
	// Format is CSV or TSV (Kraken), pdf or csv (Coinbase), or csv, xlsx or zip
	// (OnlyFansAPI). The default is the first of these.
	Format string

	Created   time.Time // for Kraken Futures, the time of the row
	Started   time.Time // Kraken; while zero, starttm repeats datastarttm
	Completed time.Time
	Failed    time.Time // OnlyFansAPI
	Expires   time.Time // Kraken: created plus 14 days when zero; Coinbase
	DataStart time.Time
	DataEnd   time.Time

	Description  string // Kraken: descr; the account's canary when empty
	Delete       bool   // Kraken: sent only when true
	Error        string // Kraken: sent only when set
	ProfileID    string // Coinbase: the account's canary when empty
	FileCount    string // Coinbase: sent only when set
	TotalRows    *int64 // OnlyFansAPI, and the three below: null when nil
	Processed    *int64
	Percentage   *int64
	CreditCost   *int64
	Info         string // account_log; "futures trade" when empty
	FailedReason string // OnlyFansAPI: the account's canary when empty and Failed is set

	// Override replaces or adds fields of the object. A nil value removes the field.
	Override map[string]json.RawMessage
	// Raw is sent unchanged in place of the object, even if it is not valid JSON. The
	// order of the list still depends on Type, ID, Created and Expires.
	Raw json.RawMessage
}

// object returns the report as JSON, from the fields that the provider would send.
func (r Report) object(fields map[string]any) []byte {
	if r.Raw != nil {
		return r.Raw
	}
	for name, value := range r.Override {
		if value == nil {
			delete(fields, name)
		} else {
			fields[name] = value
		}
	}
	return encode(fields)
}

// array joins objects without parsing them, so that invalid ones are possible.
func array(objects [][]byte) []byte {
	return append(append([]byte("["), bytes.Join(objects, []byte(","))...), ']')
}

// envelope returns a JSON object of alternating names and encoded values, in the given
// order.
func envelope(pairs ...any) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(encode(pairs[i]))
		b.WriteByte(':')
		if raw, ok := pairs[i+1].([]byte); ok {
			b.Write(raw)
		} else {
			b.Write(encode(pairs[i+1]))
		}
	}
	b.WriteByte('}')
	return b.Bytes()
}

// momentIn returns a function that formats a time, or returns null without one.
func momentIn(layout string) func(time.Time) any {
	return func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		return t.UTC().Format(layout)
	}
}

// sameID compares ids like Coinbase, where case and dashes do not matter.
func sameID(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
}

// Credits is the content of _meta._credits of OnlyFansAPI.
type Credits struct {
	Balance int64
	Used    int64 // by this call; 0 for every documented read
}

// ListShape is the form of OnlyFansAPI's list.
type ListShape int

// The forms of OnlyFansAPI's list.
const (
	ListNested     ListShape = iota // {"data":{"data":[...],"meta":{...}},"_meta":{...}}
	ListFlat                        // {"data":[...],"meta":{...},"_meta":{...}}
	ListPagination                  // {"data":[...],"_pagination":{...},"_meta":{...}}
	ListArray                       // [...]
)

// NumberShape is the form of the numbers in OnlyFansAPI's _meta._rate_limits.
type NumberShape int

// The forms of OnlyFansAPI's rate limits.
const (
	NumberPlain NumberShape = iota // 60, and null for the day
	NumberText                     // "60", also for the day
	NumberNull                     // null
)

// Shape selects among valid forms of a reply. The zero value is the documented form.
type Shape struct {
	List       ListShape   // OnlyFansAPI
	RateLimits NumberShape // OnlyFansAPI
	Cached     bool        // OnlyFansAPI: _cache.is_cached
	SnakeCase  bool        // Kraken: GetApiKeyInfo as in the vendor's schema
	// MaxPage limits the reports per page below the documented maximum (Coinbase,
	// OnlyFansAPI).
	MaxPage int
	// TrailingPage announces an additional page, which is empty (Coinbase,
	// OnlyFansAPI).
	TrailingPage bool
	// EndlessPages always announces another page, and repeats the last one (Coinbase,
	// OnlyFansAPI).
	EndlessPages bool
}

// pageSize applies MaxPage to the requested page size.
func (s Shape) pageSize(asked int) int {
	if s.MaxPage > 0 {
		return min(asked, s.MaxPage)
	}
	return asked
}
