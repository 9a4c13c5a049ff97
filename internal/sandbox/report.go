package sandbox

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// Report is one thing that an API lists: an export job, or, at Kraken Futures,
// one row of the history stream that Type names.
//
// A zero time is sent as the provider sends an unset one. Fields that a provider
// does not know are ignored.
type Report struct {
	// ID is the report's id. A row of account_log has a number; when empty,
	// its place in the list, oldest first, from 1.
	ID string
	// Type is what the report holds; at Kraken trades or ledgers, at Kraken
	// Futures account_log, executions, orders or triggers.
	Type string
	// Status is the provider's word, sent as it is.
	Status string
	// Format is CSV or TSV (Kraken), pdf or csv (Coinbase), csv, xlsx or zip
	// (OnlyFansAPI); the first when empty.
	Format string

	Created   time.Time // of a Kraken Futures row: its time
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

	// Override replaces single fields of the object, and adds unknown ones; a
	// nil value removes the field.
	Override map[string]json.RawMessage
	// Raw is sent in place of the object, to the letter, even when it is no
	// JSON. Type, ID, Created and Expires still decide where it is listed.
	Raw json.RawMessage
}

// object puts the report on the wire from the fields a provider would send.
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

// array joins objects without looking into them, so that awkward ones survive.
func array(objects [][]byte) []byte {
	return append(append([]byte("["), bytes.Join(objects, []byte(","))...), ']')
}

// envelope writes {name: value, ...} of ready-made values, in the given order.
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

// or returns the first text that is not empty.
func or(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// sameID compares ids the way Coinbase does: dashes are optional.
func sameID(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
}

// Credits is what OnlyFansAPI says in _meta._credits.
type Credits struct {
	Balance int64
	Used    int64 // by this call; 0 for every documented read
}

// ListShape is how OnlyFansAPI wraps its list.
type ListShape int

// The shapes of OnlyFansAPI's list.
const (
	ListNested     ListShape = iota // {"data":{"data":[...],"meta":{...}},"_meta":{...}}
	ListFlat                        // {"data":[...],"meta":{...},"_meta":{...}}
	ListPagination                  // {"data":[...],"_pagination":{...},"_meta":{...}}
	ListArray                       // [...]
)

// NumberShape is how OnlyFansAPI puts the numbers of _meta._rate_limits.
type NumberShape int

// The shapes of OnlyFansAPI's rate limits.
const (
	NumberPlain NumberShape = iota // 60, and null for the day
	NumberText                     // "60", for the day too
	NumberNull                     // null
)

// Shape chooses among legal ways to put a reply. The zero value is the
// documented one.
type Shape struct {
	List       ListShape   // OnlyFansAPI
	RateLimits NumberShape // OnlyFansAPI
	Cached     bool        // OnlyFansAPI: _cache.is_cached
	SnakeCase  bool        // Kraken: GetApiKeyInfo as in the vendor's schema
	// MaxPage caps the reports of one page below the documented maximum, for
	// tests of paging (Coinbase, OnlyFansAPI).
	MaxPage int
	// TrailingPage announces one more page than there is, which comes empty
	// (Coinbase, OnlyFansAPI).
	TrailingPage bool
	// EndlessPages announces another page for ever and repeats the last one
	// (Coinbase, OnlyFansAPI).
	EndlessPages bool
}

// pageSize applies MaxPage to what was asked for.
func (s Shape) pageSize(asked int) int {
	if s.MaxPage > 0 {
		return min(asked, s.MaxPage)
	}
	return asked
}
