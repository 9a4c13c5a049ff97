package sandbox

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	coinbaseMaxPage = 1000
	coinbaseWindow  = 30 * time.Second
	coinbaseTime    = "2006-01-02T15:04:05.000Z"
)

// coinbaseAPI is Coinbase Exchange: signed GETs, and {"message"} errors.
type coinbaseAPI struct{}

func (coinbaseAPI) facts() Facts {
	return Facts{
		Sources: []string{"reports"},
		list:    "/reports",
		Words:   [3]string{"pending", "creating", "ready"},
		Types:   [2]string{"fills", "account"},
		// A burst of 30 at 15 requests per second.
		period: 2 * time.Second,
		demo:   demoAccount{name: "fund"},
	}
}

func (coinbaseAPI) credentials(random func(int) []byte) Credentials {
	c := signingKey(random)
	c.Key, c.Passphrase = hex.EncodeToString(random(16)), hex.EncodeToString(random(12))
	return c
}

func (coinbaseAPI) personal(s source) personal {
	return personal{
		"email": "mail-" + s.word() + "@mail.invalid", "user_name": "name-" + s.word(), "user_id": "user" + s.word(),
		"profile": s.uuid(), "link": "link-" + s.word(),
	}
}

func (coinbaseAPI) key(r *http.Request) string { return r.Header.Get("CB-ACCESS-KEY") }

func (coinbaseAPI) source(c *call) string {
	if c.path() == "/reports" || strings.HasPrefix(c.path(), "/reports/") {
		return "reports"
	}
	return ""
}

func (b coinbaseAPI) answer(c *call) reply {
	id, one := strings.CutPrefix(c.path(), "/reports/")
	one = one && id != "" && !strings.Contains(id, "/")
	if c.request.Method != http.MethodGet || (c.path() != "/time" && c.path() != "/reports" && !one) {
		r := b.failure(c, http.StatusNotFound, []string{"NotFound"})
		r.violation = true
		return r
	}
	if c.path() == "/time" {
		return jsonReply(http.StatusOK, map[string]any{
			"iso":   c.now.UTC().Format(coinbaseTime),
			"epoch": float64(c.now.UnixMilli()) / 1000,
		}, verdictOK)
	}
	if status, text := coinbaseCheck(c); status != 0 {
		return b.failure(c, status, []string{text})
	}
	if _, ok := c.account.spend(c.arrived, 1); !ok {
		return b.failure(c, http.StatusTooManyRequests, []string{"Private rate limit exceeded"})
	}
	if !one {
		return b.list(c)
	}
	for _, report := range c.account.list(c.now) {
		if sameID(report.ID, id) {
			return rawReply(http.StatusOK, coinbaseReport(c, report), verdictOK)
		}
	}
	return b.failure(c, http.StatusNotFound, []string{"NotFound"})
}

// coinbaseCheck checks the headers and the signature. It returns status 0 if they are
// valid.
func coinbaseCheck(c *call) (int, string) {
	header := c.request.Header
	for _, name := range []string{
		"CB-ACCESS-KEY", "CB-ACCESS-SIGN", "CB-ACCESS-TIMESTAMP", "CB-ACCESS-PASSPHRASE",
	} {
		if header.Get(name) == "" {
			return http.StatusUnauthorized, name + " header is required"
		}
	}
	if c.account == nil || !c.current {
		return http.StatusUnauthorized, "Invalid API Key"
	}
	timestamp := header.Get("CB-ACCESS-TIMESTAMP")
	seconds, err := strconv.ParseFloat(timestamp, 64)
	if err != nil {
		return http.StatusBadRequest, "invalid timestamp"
	}
	apart := float64(c.now.UnixMilli())/1000 - seconds
	if math.IsNaN(apart) || math.Abs(apart) > coinbaseWindow.Seconds() {
		return http.StatusBadRequest, "request timestamp expired"
	}
	if header.Get("CB-ACCESS-PASSPHRASE") != c.creds.Passphrase {
		return http.StatusUnauthorized, "Invalid Passphrase"
	}
	want := coinbaseSignature(c.creds.secret(), timestamp, c.request.Method, c.target(), c.body)
	if !sameSignature(want, header.Get("CB-ACCESS-SIGN")) {
		return http.StatusUnauthorized, "invalid signature"
	}
	return 0, ""
}

// list answers with the newest reports first. The cursor is opaque and in standard
// base64, so that a client that does not escape it, or does not sign what it sends, is
// refused.
func (b coinbaseAPI) list(c *call) reply {
	query, err := url.ParseQuery(c.query())
	if err != nil {
		return b.failure(c, http.StatusBadRequest, []string{"invalid query"})
	}
	limit := coinbaseMaxPage
	if text := query.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 {
			return b.failure(c, http.StatusBadRequest, []string{"limit must be a positive number"})
		}
	}
	shape, _, _ := c.account.state(c.now)
	limit = shape.pageSize(min(limit, coinbaseMaxPage))
	reports := coinbaseSelect(c, query)
	start := 0
	if after := query.Get("after"); after != "" {
		if start, err = coinbaseStart(reports, after); err != nil {
			return b.failure(c, http.StatusBadRequest, []string{"invalid cursor"})
		}
	}
	if shape.EndlessPages && start >= len(reports) {
		start = max(0, len(reports)-limit)
	}
	end := min(start+limit, len(reports))
	var objects [][]byte
	for _, report := range reports[start:end] {
		objects = append(objects, coinbaseReport(c, report))
	}
	answer := rawReply(http.StatusOK, array(objects), verdictOK)
	if start < end {
		answer.with("CB-BEFORE", coinbaseCursor(start))
		if end < len(reports) || shape.TrailingPage || shape.EndlessPages {
			answer.with("CB-AFTER", coinbaseCursor(end))
		}
	}
	return answer
}

// coinbaseSelect filters and sorts the account's reports.
func coinbaseSelect(c *call, query url.Values) []Report {
	var reports []Report
	for _, report := range c.account.list(c.now) {
		profile := cmp.Or(report.ProfileID, c.account.personal["profile"])
		switch {
		case query.Get("type") != "" && query.Get("type") != report.Type,
			query.Get("profile_id") != "" && !sameID(query.Get("profile_id"), profile),
			query.Get("ignore_expired") == "true" && coinbaseExpired(report, c.now):
			continue
		}
		reports = append(reports, report)
	}
	slices.SortStableFunc(reports, func(x, y Report) int { return y.Created.Compare(x.Created) })
	return reports
}

func coinbaseExpired(r Report, now time.Time) bool {
	return !r.Expires.IsZero() && r.Expires.Before(now)
}

const cursorPrefix = "after?on~" // its base64 contains a slash and a plus

func coinbaseCursor(position int) string {
	return base64.StdEncoding.EncodeToString([]byte(cursorPrefix + strconv.Itoa(position)))
}

// coinbaseStart handles both documented meanings of after: a cursor, and a date, which
// selects older reports.
func coinbaseStart(reports []Report, after string) (int, error) {
	if date, err := time.Parse(time.RFC3339, after); err == nil {
		start, _ := slices.BinarySearchFunc(reports, date, func(r Report, at time.Time) int {
			if r.Created.Before(at) {
				return 1
			}
			return -1
		})
		return start, nil
	}
	text, err := base64.StdEncoding.DecodeString(after)
	if err != nil {
		return 0, err
	}
	position, err := strconv.Atoi(strings.TrimPrefix(string(text), cursorPrefix))
	if err != nil {
		return 0, err
	}
	return max(0, min(position, len(reports))), nil
}

func (coinbaseAPI) failure(_ *call, status int, texts []string) reply {
	text := cmp.Or(append(texts, "bad request")...)
	return jsonReply(cmp.Or(status, http.StatusBadRequest), map[string]any{"message": text}, text)
}

func (coinbaseAPI) wrongTypes(*call) []byte {
	return []byte(`{"reports":"none","id":7,"status":[]}`)
}

// coinbaseReport returns a report with all personal fields that the vendor sends.
func coinbaseReport(c *call, r Report) []byte {
	p := c.account.personal
	fields := map[string]any{
		"id": r.ID, "type": r.Type, "status": r.Status, "created_at": coinbaseMoment(r.Created),
		"completed_at": coinbaseMoment(r.Completed), "expires_at": coinbaseMoment(r.Expires),
		"user_id":  p["user_id"],
		"file_url": c.host.fileURL(p["link"]) + "/" + url.PathEscape(r.ID),
		"params": map[string]any{
			"start_date": coinbaseMoment(r.DataStart), "end_date": coinbaseMoment(r.DataEnd),
			"format": cmp.Or(r.Format, "pdf"), "product_id": "ALL", "account_id": "ALL",
			"profile_id": cmp.Or(r.ProfileID, p["profile"]), "email": p["email"], "new_york_state": false,
			"user": map[string]any{
				"id": p["user_id"], "name": p["user_name"], "email": p["email"], "is_banned": false,
				"user_type": "individual", "fulfills_new_requirements": true,
				"created_at": coinbaseMoment(r.Created.AddDate(-1, 0, 0)), "oauth_client": "pro",
				"preferences": map[string]any{"preferred_market": "BTC-USD"},
				"has_default": false,
			},
		},
	}
	if r.FileCount != "" {
		fields["file_count"] = r.FileCount
	}
	return r.object(fields)
}

// coinbaseMoment formats a time as RFC 3339 with milliseconds.
var coinbaseMoment = momentIn(coinbaseTime)

// coinbaseSignature returns CB-ACCESS-SIGN: the HMAC-SHA256 of timestamp, method, path
// with query, and body.
func coinbaseSignature(secret []byte, timestamp, method, target string, body []byte) string {
	return authenticate(sha256.New, secret, []byte(timestamp+method+target), body)
}

// demo returns fills that progress, an account statement stuck in creating, a failed
// report, one that expires within six hours and one that expired within the last six
// hours.
func (coinbaseAPI) demo(d demo, now time.Time) []Report {
	reports := d.moving(now, "fills", -d.pace/4, coinbaseAPI{}.facts().Words)
	for i := range reports {
		reports[i].Format = "csv"
	}
	// In this series, created is the expiry: the next one and the last one.
	const life = 7 * 24 * time.Hour
	for _, j := range d.series(now.Add(demoExpiryEvery), demoExpiryEvery, demoExpiryEvery/2, 2) {
		r := Report{
			ID: d.id("account", j.n), Type: "account", Status: "ready",
			Created: j.created.Add(-life), Completed: j.created.Add(-life).Add(90 * time.Second),
			Expires: j.created, FileCount: "1",
		}
		r.DataStart, r.DataEnd = r.Created.AddDate(0, -1, 0), r.Created
		reports = append(reports, r)
	}
	reports = append(reports,
		d.still("balance", "stuck", "creating", demoStuckAge),
		d.still("otc-fills", "failed", "failed", demoFailedAge))
	for i := range reports {
		if reports[i].Status == "ready" && reports[i].Expires.IsZero() {
			reports[i].Expires = reports[i].Created.Add(life)
		}
		raw, err := hex.DecodeString(reports[i].ID)
		if err == nil {
			reports[i].ID = uuid(raw)
		}
	}
	return reports
}
