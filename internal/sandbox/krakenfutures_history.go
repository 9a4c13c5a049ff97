package sandbox

import (
	"cmp"
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
	eventsMaxCount      = 1000 // not documented; also the limit of an answer
	tokenPrefix         = "next:"
)

// window is the selection of a history request.
type window struct {
	source        string
	since, before int64 // milliseconds
	from, to      int64 // row ids of account_log
	ascending     bool
	count         int
	info          []string
	skip          int // from the continuation token
}

// parseWindow parses the documented parameters. On an error, it returns the name of the
// first invalid one.
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

// cost returns how many tokens the request costs.
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

// row is one row of a stream, with its number.
type row struct {
	Report
	number int64
}

// rows selects and sorts the rows of the stream. It also returns whether more rows are
// left.
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
			wanted = wanted && (len(w.info) == 0 || slices.Contains(w.info, cmp.Or(r.Info, "futures trade")))
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
			"contract": "pf_xbtusd", "info": cmp.Or(r.Info, "futures trade"),
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

// historyEvents answers executions, orders and triggers. The rows contain rejections
// and errors of orders, which must not be mistaken for those of the call.
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

// streamUID returns the uid of a row: its id, or one derived from its position.
func streamUID(r Report, number int64) string {
	if r.ID != "" && r.Type != "account_log" {
		return r.ID
	}
	return derivedUUID(r.Type, number, time.Time{})
}

// number returns a decimal number as JSON, with all its digits.
func number(text string) json.RawMessage { return json.RawMessage(text) }
