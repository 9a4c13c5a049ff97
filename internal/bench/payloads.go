package main

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// payload is the list of one API in its documented form, and how the naive exporter
// reads it.
type payload struct {
	name string
	// kind is the provider's block, settings are its settings besides the address, and
	// path is the path of the list.
	kind, source, path, settings string
	before, after                string
	// item returns a finished export, and moving returns the unfinished export in the
	// n-th answer.
	item   func(i int, made time.Time) string
	moving func(n int64, made time.Time) string
	// decode is how the naive exporter reads the list.
	decode func(io.Reader) ([]naiveExport, error)
}

func payloads() []payload {
	ofapi := payload{
		name: "plain", kind: "onlyfansapi", source: "data_exports", path: "/api/data-exports", settings: "token: token-%d",
		before: `{"data":[`,
		after: `],"meta":{"current_page":1,"last_page":1},"_meta":{"_credits":{"used":0,"balance":1000},` +
			`"_rate_limits":{"limit_minute":60,"remaining_minute":59}}}`,
		item: func(i int, made time.Time) string {
			return ofapiItem(fmt.Sprintf("data_export_%012x", i), "completed", 100, i, made, "")
		},
		moving: func(n int64, made time.Time) string {
			return ofapiItem("data_export_moving", "in_progress", int(10+n%90), 0, made, "")
		},
		decode: decoded[ofapiWire],
	}
	rich := ofapi
	rich.name = "rich"
	// Fields from the vendor's page that no exporter reads, and a long id.
	const more = `,"failed_reason":null,"export_columns":["transaction_id","type","amount","net_amount","currency","created_at"],` +
		`"accounts":[{"id":"acct_xyz789abc123","display_name":"Main Account"},{"id":"acct_abc123xyz789","display_name":"Ünï \"2\""}],"notes":{"a":[1,2,[3]],"b":{}}`
	rich.item = func(i int, made time.Time) string {
		return ofapiItem(fmt.Sprintf("data_export_8058d771-2d88-4f0f-ab6e-299c153d4308-of-the-second-team-%012x", i), "completed", 100, i, made, more)
	}
	rich.moving = func(n int64, made time.Time) string {
		return ofapiItem("data_export_moving", "in_progress", int(10+n%90), 0, made, more)
	}
	const key = "api_key: key-%d, api_secret: c2VjcmV0, "
	return []payload{ofapi, rich, {
		name: "Coinbase", kind: "coinbase_exchange", source: "reports", path: "/reports", settings: key + "passphrase: pass",
		before: "[", after: "]",
		item: func(i int, made time.Time) string { return coinbaseItem(strconv.Itoa(i), "ready", made) },
		moving: func(n int64, made time.Time) string {
			return coinbaseItem("moving", []string{"creating", "pending"}[n%2], made)
		},
		decode: decoded[coinbaseWire],
	}, {
		name: "Kraken", kind: "kraken", source: "trades", path: "/0/private/ExportStatus", settings: key + "reports: [trades]",
		before: `{"error":[],"result":[`, after: "]}",
		item: func(i int, made time.Time) string { return krakenItem(fmt.Sprintf("R%07X", i), "Processed", made) },
		moving: func(n int64, made time.Time) string {
			return krakenItem("MOVING", []string{"Queued", "Processing"}[n%2], made)
		},
		decode: decoded[krakenWire],
	}}
}

func payloadOf(name string) (*payload, error) {
	for _, each := range payloads() {
		if each.name == name {
			return &each, nil
		}
	}
	return nil, fmt.Errorf("no payload %q", name)
}

// ofapiItem returns an export with times in all spellings on the vendor's pages: with a
// fraction, with Z, as in databases, with an offset, and as dates.
func ofapiItem(id, status string, progress, i int, made time.Time, more string) string {
	created := made.Format([]string{"2006-01-02T15:04:05.000000Z", time.RFC3339, time.DateTime}[i%3])
	completed := strconv.Quote(made.Add(time.Minute).Format("2006-01-02T15:04:05+00:00"))
	if status != "completed" {
		completed = "null"
	}
	return fmt.Sprintf(`{"id":%q,"type":"transactions","status":%q,"file_type":"csv","start_date":"2026-01-01","end_date":"2026-01-31",`+
		`"created_at":%q,"completed_at":%s,"failed_at":null,"total_rows":%d,"rows_processed":%d,"progress_percentage":%d,"credit_cost":%d%s}`,
		id, status, created, completed, 1000+i, (1000+i)*progress/100, progress, i%50, more)
}

func coinbaseItem(id, status string, made time.Time) string {
	const layout = "2006-01-02T15:04:05.000Z"
	return fmt.Sprintf(`{"created_at":%q,"completed_at":%q,"expires_at":%q,"id":"66e2dc58-a11b-4ae7-af08-%012s","type":"account","status":%q,`+
		`"user_id":"5cf6e115aaf44503db300f1e","file_url":"www.example.com","params":{"start_date":"2019-06-25T22:13:48.592Z",`+
		`"end_date":"2019-07-25T22:13:48.592Z","format":"pdf","product_id":"ALL","account_id":"ALL","email":"user1@example.com",`+
		`"user":{"created_at":"2019-06-04T21:22:32.226Z","id":"5cf6e115aaf44503db300f1e","name":"User One","is_banned":false,`+
		`"preferences":{"preferred_market":"BTC-USD"},"roles":[]}},"file_count":null}`,
		made.Format(layout), made.Add(time.Second).Format(layout), made.Add(100000*time.Hour).Format(layout), id, status)
}

func krakenItem(id, status string, made time.Time) string {
	at := made.Unix()
	return fmt.Sprintf(`{"id":%q,"descr":"my_trades_1","format":"CSV","report":"trades","subtype":"all","status":%q,"flags":"0","fields":"all",`+
		`"createdtm":"%d","expiretm":"%d","starttm":"%d","completedtm":"%d","datastarttm":"%d","dataendtm":"%d","aclass":"forex","asset":"all"}`,
		id, status, at, at+209600, at+8, at+8, at-86400, at)
}

// answers serves a list of exports. The newest one is in progress and advances with
// every answer.
func (p *payload) answers(exports int) http.Handler {
	begin := time.Now().UTC().Truncate(time.Second)
	var rest strings.Builder
	for i := 1; i < exports; i++ {
		rest.WriteByte(',')
		rest.WriteString(p.item(i, begin.Add(-time.Duration(i)*time.Minute)))
	}
	rest.WriteString(p.after)
	body := []byte(rest.String())
	var count atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		head := p.before + p.moving(count.Add(1), begin)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(head)+len(body)))
		_, _ = io.WriteString(w, head)
		_, _ = w.Write(body)
	})
}
