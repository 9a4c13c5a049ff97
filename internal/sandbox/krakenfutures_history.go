package sandbox

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	historyDefaultCount = 500
	accountLogMaxCount  = 100000
	eventsMaxCount      = 1000 // not documented; more is answered with this
	tokenPrefix         = "next:"
)

// window is what a history request selects.
type window struct {
	source        string
	since, before int64 // milliseconds
	from, to      int64 // row ids of account_log
	ascending     bool
	count         int
	info          []string
	skip          int // from the continuation token
}

// parseWindow reads the documented parameters and names the first wrong one.
func parseWindow(source string, query url.Values) (window, string) {
	w := window{
		source: source, before: math.MaxInt64, to: math.MaxInt64, from: 1,
		count: historyDefaultCount, info: query["info"],
	}
	for name, target := range map[string]*int64{
		"since": &w.since, "before": &w.before, "from": &w.from, "to": &w.to,
	} {
		if text := query.Get(name); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 0 {
				return w, name
			}
			*target = n
		}
	}
	switch query.Get("sort") {
	case "", "desc":
	case "asc":
		w.ascending = true
	default:
		return w, "sort"
	}
	if query.Has("count") {
		n, err := strconv.Atoi(query.Get("count"))
		if err != nil || n < 1 || (source == "account_log" && n > accountLogMaxCount) {
			return w, "count"
		}
		w.count = n
	}
	if source != "account_log" {
		w.count = min(w.count, eventsMaxCount)
		if token := query.Get("continuation_token"); token != "" {
			n, err := strconv.Atoi(strings.TrimPrefix(token, tokenPrefix))
			if err != nil || n < 0 {
				return w, "continuation_token"
			}
			w.skip = n
		}
	}
	return w, ""
}

// cost is what the request takes from the pool of tokens.
func (w window) cost() int {
	switch {
	case w.source != "account_log" || w.count <= 25:
		return 1
	case w.count <= 50:
		return 2
	case w.count <= 1000:
		return 3
	case w.count <= 5000:
		return 6
	}
	return 10
}

// row is a Report of a stream with its number.
type row struct {
	Report
	number int64
}

// rows selects and orders the rows of the stream; more says that some are left.
func (w window) rows(reports []Report) (selected []row, more bool) {
	var stream []row
	for _, report := range reports {
		if report.Type == w.source {
			stream = append(stream, row{Report: report})
		}
	}
	slices.SortStableFunc(stream, func(x, y row) int { return x.Created.Compare(y.Created) })
	for i, r := range stream {
		r.number = int64(i) + 1
		if n, err := strconv.ParseInt(r.ID, 10, 64); err == nil {
			r.number = n
		}
		at := r.Created.UnixMilli()
		wanted := r.Raw != nil || (at >= w.since && at <= w.before)
		if w.source == "account_log" {
			wanted = wanted && r.number >= w.from && r.number <= w.to
			wanted = wanted && (len(w.info) == 0 || slices.Contains(w.info, or(r.Info, "futures trade")))
		}
		if wanted {
			selected = append(selected, r)
		}
	}
	if !w.ascending {
		slices.Reverse(selected)
	}
	selected = selected[min(w.skip, len(selected)):]
	if len(selected) > w.count {
		return selected[:w.count], true
	}
	return selected, false
}

func accountLog(c *call, w window) reply {
	rows, _ := w.rows(c.account.list(c.now))
	amount := number(c.account.personal["amount"])
	var objects [][]byte
	for _, r := range rows {
		objects = append(objects, r.object(map[string]any{
			"id": r.number, "date": historyMoment(r.Created), "asset": "usd",
			"contract": "pf_xbtusd", "info": or(r.Info, "futures trade"),
			"booking_uid":    streamUID(r.Report, r.number),
			"margin_account": "flex", "old_balance": amount, "new_balance": amount,
			"old_average_entry_price": amount, "new_average_entry_price": amount,
			"trade_price": amount, "mark_price": amount, "realized_pnl": amount, "fee": amount,
			"execution": streamUID(r.Report, r.number), "collateral": "usd",
			"funding_rate": nil, "realized_funding": nil, "status": "error",
		}))
	}
	return rawReply(http.StatusOK,
		envelope("accountUid", c.account.personal["account_uid"], "logs", array(objects)), verdictOK)
}

// historyEvents answers executions, orders and triggers. Its rows speak of
// rejections and errors of orders, which say nothing about the call.
func historyEvents(c *call, w window) reply {
	rows, more := w.rows(c.account.list(c.now))
	amount := number(c.account.personal["amount"])
	var objects [][]byte
	for _, r := range rows {
		objects = append(objects, r.object(map[string]any{
			"uid": streamUID(r.Report, r.number), "timestamp": r.Created.UnixMilli(),
			"event": map[string]any{strings.TrimSuffix(w.source, "s"): map[string]any{
				"status": "insufficientAvailableFunds", "result": "error",
				"error": "authenticationError", "reason": "would_not_reduce_position",
				"quantity": amount, "price": amount, "limitFilled": false,
				"accountUid": c.account.personal["account_uid"],
			}},
		}))
	}
	pairs := []any{
		"accountUid", c.account.personal["account_uid"], "len", len(objects),
		"serverTime", historyMoment(c.now), "elements", array(objects),
	}
	if !more {
		return rawReply(http.StatusOK, envelope(pairs...), verdictOK)
	}
	token := tokenPrefix + strconv.Itoa(w.skip+len(rows))
	return rawReply(http.StatusOK, envelope(append(pairs, "continuationToken", token)...), verdictOK).
		with("Next-Continuation-Token", token).with("is-truncated", "true")
}

// streamUID is the uid of a row: its own id, or one made from its place.
func streamUID(r Report, number int64) string {
	if r.ID != "" && r.Type != "account_log" {
		return r.ID
	}
	return derivedUUID(r.Type, number, time.Time{})
}

// number puts a decimal text into JSON with all its digits.
func number(text string) json.RawMessage { return json.RawMessage(text) }
