package sandbox

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	onlyFansPath        = "/api/data-exports"
	onlyFansTime        = "2006-01-02T15:04:05-07:00" // +00:00, never Z
	onlyFansPage        = 15
	onlyFansMaxPage     = 100
	onlyFansLinkMinutes = 5
)

// onlyFansAPI is OnlyFansAPI: a bearer token, a paged list, and {"message"} errors.
type onlyFansAPI struct{}

func (onlyFansAPI) facts() Facts {
	return Facts{
		Sources: []string{"data_exports"},
		list:    onlyFansPath + "?per_page=100",
		Words:   [3]string{"pending", "in_progress", "completed"},
		Types:   [2]string{"transactions", "payouts"},
		period:  time.Minute, size: 60,
		demo: demoAccount{name: "agency"},
	}
}

func (onlyFansAPI) credentials(random func(int) []byte) Credentials {
	return Credentials{Token: "ofapi_" + hex.EncodeToString(random(24))}
}

func (onlyFansAPI) personal(s source) personal {
	return personal{
		"display_name": "display-" + s.word(), "owner_id": "acct_" + s.word(), "link": "link-" + s.word(),
		"failed_reason": "reason-" + s.word(),
	}
}

func (onlyFansAPI) key(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

func (onlyFansAPI) source(c *call) string {
	if c.path() == onlyFansPath || strings.HasPrefix(c.path(), onlyFansPath+"/") {
		return "data_exports"
	}
	return ""
}

func (o onlyFansAPI) answer(c *call) reply {
	id, one := strings.CutPrefix(c.path(), onlyFansPath+"/")
	one = one && id != "" && !strings.Contains(id, "/")
	if c.path() != onlyFansPath && !one {
		r := o.failure(c, http.StatusNotFound, []string{"The route could not be found."})
		r.violation = true
		return r
	}
	if c.request.Method != http.MethodGet {
		r := o.failure(c, http.StatusMethodNotAllowed, []string{"The method is not supported for this route."})
		r.violation = true
		return r.with("Allow", http.MethodGet)
	}
	if c.account == nil || !c.current {
		return o.failure(c, http.StatusUnauthorized, []string{"Unauthenticated."})
	}
	if wait, ok := c.account.spend(c.arrived, 1); !ok {
		return o.failure(c, http.StatusTooManyRequests, []string{"Too Many Attempts."}).
			with("Retry-After", strconv.Itoa(int(wait.Seconds())))
	}
	query, err := url.ParseQuery(c.query())
	if err != nil {
		return o.failure(c, http.StatusBadRequest, []string{"Bad Request"})
	}
	minutes, ok := within(query, "download_url_expires_in", onlyFansLinkMinutes, 1, 60)
	if !ok {
		return o.refuse("download_url_expires_in")
	}
	if !one {
		return o.list(c, query, minutes)
	}
	for _, report := range c.account.list(c.now) {
		if report.ID == id {
			return rawReply(http.StatusOK, envelope(
				"data", onlyFansReport(c, report, minutes), "_meta", onlyFansMeta(c)), verdictOK)
		}
	}
	return o.failure(c, http.StatusNotFound, []string{"Not Found"})
}

func (o onlyFansAPI) list(c *call, query url.Values, minutes int) reply {
	page, ok := within(query, "page", 1, 1, 1<<30)
	if !ok {
		return o.refuse("page")
	}
	perPage, ok := within(query, "per_page", onlyFansPage, 1, onlyFansMaxPage)
	if !ok {
		return o.refuse("per_page")
	}
	for name, known := range map[string][]string{"status": onlyFansStatuses(), "type": onlyFansTypes()} {
		if word := query.Get(name); word != "" && !slices.Contains(known, word) {
			return o.refuse(name)
		}
	}
	var reports []Report
	for _, report := range c.account.list(c.now) {
		if cmp.Or(query.Get("status"), report.Status) == report.Status && cmp.Or(query.Get("type"), report.Type) == report.Type {
			reports = append(reports, report)
		}
	}
	shape, _, _ := c.account.state(c.now)
	perPage = shape.pageSize(perPage)
	last := max(1, (len(reports)+perPage-1)/perPage)
	shown := page
	switch {
	case shape.EndlessPages:
		shown, last = min(page, last), page+1
	case shape.TrailingPage:
		last++
	}
	start := min((shown-1)*perPage, len(reports))
	var objects [][]byte
	for _, report := range reports[start:min(start+perPage, len(reports))] {
		objects = append(objects, onlyFansReport(c, report, minutes))
	}
	meta := map[string]any{
		"current_page": page, "last_page": last, "per_page": perPage, "total": len(reports),
	}
	switch data := array(objects); shape.List {
	case ListFlat:
		return rawReply(http.StatusOK,
			envelope("data", data, "meta", meta, "_meta", onlyFansMeta(c)), verdictOK)
	case ListPagination:
		var next any
		if page < last {
			next = fmt.Sprintf("%s%s?page=%d&per_page=%d", c.host.baseURL(), onlyFansPath, page+1, perPage)
		}
		return rawReply(http.StatusOK, envelope("data", data,
			"_pagination", map[string]any{"next_page": next}, "_meta", onlyFansMeta(c)), verdictOK)
	case ListArray:
		return rawReply(http.StatusOK, data, verdictOK)
	default:
		return rawReply(http.StatusOK, envelope(
			"data", envelope("data", data, "meta", meta), "_meta", onlyFansMeta(c)), verdictOK)
	}
}

// within parses an integer query parameter that must be in a range.
func within(query url.Values, name string, otherwise, low, high int) (int, bool) {
	if !query.Has(name) {
		return otherwise, true
	}
	n, err := strconv.Atoi(query.Get(name))
	return n, err == nil && n >= low && n <= high
}

func (o onlyFansAPI) refuse(field string) reply {
	text := "The selected " + field + " is invalid."
	return jsonReply(http.StatusUnprocessableEntity, map[string]any{
		"message": text, "errors": map[string]any{field: []string{text}},
	}, text)
}

func (onlyFansAPI) failure(_ *call, status int, texts []string) reply {
	text := cmp.Or(append(texts, "Bad Request")...)
	return jsonReply(cmp.Or(status, http.StatusBadRequest), map[string]any{"message": text}, text)
}

func (onlyFansAPI) wrongTypes(*call) []byte {
	return []byte(`{"data":"none","meta":7,"_meta":[]}`)
}

// onlyFansReport returns an export as listed. As at the vendor, every read of a
// completed export creates a download link.
func onlyFansReport(c *call, r Report, minutes int) []byte {
	p := c.account.personal
	fields := map[string]any{
		"id": r.ID, "type": r.Type, "status": r.Status, "file_type": cmp.Or(r.Format, "csv"),
		"start_date": onlyFansMoment(r.DataStart), "end_date": onlyFansMoment(r.DataEnd),
		"total_rows": r.TotalRows, "rows_processed": r.Processed,
		"progress_percentage": r.Percentage, "credit_cost": r.CreditCost, "failed_downloads": 0,
		"export_columns": []string{"transaction_id", "type", "amount", "net_amount", "created_at"},
		"accounts":       []any{map[string]any{"id": p["owner_id"], "display_name": p["display_name"]}},
		"created_at":     onlyFansMoment(r.Created),
		"completed_at":   onlyFansMoment(r.Completed), "failed_at": onlyFansMoment(r.Failed),
		"failed_reason": nil, "download_url": nil, "download_url_expires_at": nil,
	}
	if !r.Failed.IsZero() {
		fields["failed_reason"] = cmp.Or(r.FailedReason, p["failed_reason"])
	}
	if r.Status == "completed" {
		until := c.now.Add(time.Duration(minutes) * time.Minute)
		fields["download_url"] = fmt.Sprintf("%s/%s?expires=%d",
			c.host.fileURL(p["link"]), url.PathEscape(r.ID), until.Unix())
		fields["download_url_expires_at"] = onlyFansMoment(until)
	}
	return r.object(fields)
}

// onlyFansMoment formats a time as ISO 8601 with a numeric zone.
var onlyFansMoment = momentIn(onlyFansTime)

func onlyFansMeta(c *call) map[string]any {
	shape, credits, _ := c.account.state(c.now)
	size, rest := c.account.left(c.arrived)
	if size == 0 {
		size, rest = 60, 60
	}
	limits := map[string]any{
		"limit_minute": size, "remaining_minute": rest, "limit_day": nil, "remaining_day": nil,
		"notice": "",
	}
	switch shape.RateLimits {
	case NumberPlain:
	case NumberText:
		limits["limit_minute"], limits["remaining_minute"] = strconv.Itoa(size), strconv.Itoa(rest)
		limits["limit_day"], limits["remaining_day"] = "10000", "9999"
	case NumberNull:
		limits["limit_minute"], limits["remaining_minute"] = nil, nil
	}
	return map[string]any{
		"_credits":     map[string]any{"used": credits.Used, "balance": credits.Balance, "note": "Always"},
		"_cache":       map[string]any{"is_cached": shape.Cached, "note": "Cache disabled for this endpoint"},
		"_rate_limits": limits,
	}
}

func onlyFansStatuses() []string {
	return []string{
		"calculating_credits", "calculating_credits_failed", "calculating_credits_completed",
		"pending", "in_progress", "completed", "failed",
	}
}

func onlyFansTypes() []string {
	return []string{
		"transactions", "chat_messages", "media_vault", "trial_links", "tracking_links",
		"smart_links", "payouts", "chargebacks", "public_profiles", "fans", "followings",
		"profile_visitors",
	}
}

// demo returns transactions that progress, chat messages whose rows grow, an export
// that waits for its paid start, a stuck one and a failed one.
func (onlyFansAPI) demo(d demo, now time.Time) []Report {
	reports := d.moving(now, "transactions", -d.pace/8, onlyFansAPI{}.facts().Words)
	for i := range reports {
		progress(&reports[i], 5000, d.phase(now, reports[i].Created), demoCreditsPerJob)
	}
	// One long job at a time, and the previous one, which is done.
	long := 15 * d.pace
	for i, j := range d.series(now, long, -5*d.pace, 2) {
		r := Report{
			ID: d.id("chat_messages", j.n), Type: "chat_messages", Status: "in_progress",
			Format: "xlsx", Created: j.created,
			DataStart: j.created.AddDate(-1, 0, 0), DataEnd: j.created,
		}
		done := float64(now.Sub(j.created)) / float64(long)
		if i > 0 {
			done, r.Status, r.Completed = 1, "completed", j.created.Add(long)
		}
		progress(&r, 48000, done, 480)
		reports = append(reports, r)
	}
	waiting := d.still("payouts", "waiting", "calculating_credits_completed", 30*time.Minute)
	progress(&waiting, 1200, 0, 120)
	stuck := d.still("fans", "stuck", "in_progress", demoStuckAge)
	progress(&stuck, 9000, 0.37, 90)
	failed := d.still("media_vault", "failed", "failed", demoFailedAge)
	failed.Failed, failed.Format = failed.Created.Add(4*time.Minute), "zip"
	progress(&failed, 800, 0.6, 8)
	reports = append(reports, waiting, stuck, failed)
	for i := range reports {
		reports[i].ID = "data_export_" + reports[i].ID[:18]
	}
	return reports
}

func progress(r *Report, rows int64, done float64, cost int64) {
	processed, percentage := int64(float64(rows)*done), int64(100*done)
	r.TotalRows, r.Processed, r.Percentage, r.CreditCost = &rows, &processed, &percentage, &cost
}
