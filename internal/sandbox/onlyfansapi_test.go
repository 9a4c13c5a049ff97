package sandbox

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const exports = "/api/data-exports"

func onlyFansReports(count int) []Report {
	var reports []Report
	for i := range count {
		status := "completed"
		if i%2 == 1 {
			status = "in_progress"
		}
		reports = append(reports, Report{ID: fmt.Sprintf("data_export_%03d", i), Type: "fans", Status: status})
	}
	return reports
}

func TestOnlyFansExportAsDocumented(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(OnlyFansAPI, "agency")
	rows, processed, percentage, cost := int64(5000), int64(2500), int64(50), int64(500)
	created := time.Date(2024, 12, 2, 12, 0, 0, 0, time.UTC)
	a.SetReports([]Report{
		{
			ID: "data_export_a", Type: "transactions", Status: "in_progress", Created: created,
			DataStart: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), DataEnd: time.Date(2024, 12, 31, 23, 59, 59, 0, time.UTC),
			TotalRows: &rows, Processed: &processed, Percentage: &percentage, CreditCost: &cost,
		},
		{ID: "data_export_b", Type: "fans", Status: "completed", Format: "xlsx", Created: created, Completed: created},
		{ID: "data_export_c", Type: "fans", Status: "failed", Created: created, Failed: created},
	})
	a.SetCredits(Credits{Balance: 9500, Used: 2})
	one := func(target string) (data, meta map[string]any) {
		got := r.send(r.bearer(a, target))
		wantStatus(t, got, http.StatusOK)
		reply := decode[map[string]map[string]any](t, got.body)
		return reply["data"], reply["_meta"]
	}
	data, meta := one(exports + "/data_export_a")
	want := map[string]any{
		"id": "data_export_a", "type": "transactions", "status": "in_progress", "file_type": "csv",
		"start_date": "2024-01-01T00:00:00+00:00", "end_date": "2024-12-31T23:59:59+00:00",
		"total_rows": 5000.0, "rows_processed": 2500.0, "progress_percentage": 50.0, "credit_cost": 500.0,
		"failed_downloads": 0.0, "created_at": "2024-12-02T12:00:00+00:00",
		"export_columns": []any{"transaction_id", "type", "amount", "net_amount", "created_at"},
		"accounts":       []any{map[string]any{"id": a.personal["owner_id"], "display_name": a.personal["display_name"]}},
		"completed_at":   nil, "failed_at": nil, "failed_reason": nil,
		"download_url": nil, "download_url_expires_at": nil,
	}
	if !reflect.DeepEqual(data, want) {
		t.Errorf("export %v\nwant %v", data, want)
	}
	wantMeta := map[string]any{
		"_credits": map[string]any{"used": 2.0, "balance": 9500.0, "note": "Always"},
		"_cache":   map[string]any{"is_cached": false, "note": "Cache disabled for this endpoint"},
		"_rate_limits": map[string]any{
			"limit_minute": 60.0, "remaining_minute": 59.0, "limit_day": nil, "remaining_day": nil, "notice": "",
		},
	}
	if !reflect.DeepEqual(meta, wantMeta) {
		t.Errorf("meta %v\nwant %v", meta, wantMeta)
	}
	data, _ = one(exports + "/data_export_b?download_url_expires_in=1")
	if link, _ := data["download_url"].(string); !strings.HasPrefix(link, r.URL(OnlyFansAPI)+"/files/"+a.personal["link"]) ||
		data["download_url_expires_at"] != "2026-03-01T12:01:00+00:00" || data["file_type"] != "xlsx" {
		t.Errorf("completed export: %v", data)
	}
	data, _ = one(exports + "/data_export_c")
	if data["failed_reason"] != a.personal["failed_reason"] || data["failed_at"] != "2024-12-02T12:00:00+00:00" {
		t.Errorf("failed export: %v", data)
	}
	wantBody(t, r.send(r.bearer(a, exports+"/data_export_x")), http.StatusNotFound, `{"message":"Not Found"}`)
}

// listed returns the ids in a list of any form, and the number of its last page, if
// present.
func listed(t *testing.T, shape ListShape, body string) (ids []string, last int) {
	t.Helper()
	type export struct{ ID string }
	type meta struct {
		LastPage int `json:"last_page"`
	}
	var found []export
	switch shape {
	case ListNested:
		reply := decode[struct {
			Data struct {
				Data []export
				Meta meta
			}
		}](t, body)
		found, last = reply.Data.Data, reply.Data.Meta.LastPage
	case ListFlat, ListPagination:
		reply := decode[struct {
			Data []export
			Meta meta
		}](t, body)
		found, last = reply.Data, reply.Meta.LastPage
	case ListArray:
		found = decode[[]export](t, body)
	}
	for _, e := range found {
		ids = append(ids, e.ID)
	}
	return ids, last
}

func TestOnlyFansListShapesAndPages(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(OnlyFansAPI, "agency")
	a.SetReports(onlyFansReports(20))
	for shape, wantLast := range map[ListShape]int{ListNested: 3, ListFlat: 3, ListPagination: 0, ListArray: 0} {
		a.SetShape(Shape{List: shape})
		for page, want := range map[int]int{1: 8, 2: 8, 3: 4, 4: 0} {
			got := r.send(r.bearer(a, fmt.Sprintf("%s?page=%d&per_page=8", exports, page)))
			wantStatus(t, got, http.StatusOK)
			ids, last := listed(t, shape, got.body)
			if len(ids) != want || last != wantLast {
				t.Errorf("shape %d, page %d: %d ids, last page %d", shape, page, len(ids), last)
			}
			if shape == ListPagination {
				next := fmt.Sprintf(`"next_page":"%s%s?page=%d\u0026per_page=8"`, r.URL(OnlyFansAPI), exports, page+1)
				if strings.Contains(got.body, next) != (page < 3) {
					t.Errorf("page %d: next page in %s", page, got.body)
				}
			}
		}
	}
	a.SetShape(Shape{})
	if ids, last := listed(t, ListNested, r.send(r.bearer(a, exports)).body); len(ids) != 15 || last != 2 {
		t.Errorf("default page: %d ids, last page %d", len(ids), last)
	}
	a.SetShape(Shape{TrailingPage: true})
	if _, last := listed(t, ListNested, r.send(r.bearer(a, exports+"?per_page=20")).body); last != 2 {
		t.Errorf("trailing page: last page %d, want 2", last)
	}
	a.SetShape(Shape{EndlessPages: true, MaxPage: 15})
	if ids, last := listed(t, ListNested, r.send(r.bearer(a, exports+"?page=9&per_page=100")).body); last != 10 ||
		len(ids) != 5 || ids[4] != "data_export_019" {
		t.Errorf("endless pages: %v, last page %d", ids, last)
	}
}

func TestOnlyFansFiltersAndRefusals(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(OnlyFansAPI, "agency")
	a.SetReports(append(onlyFansReports(4), Report{ID: "data_export_p", Type: "payouts", Status: "pending"}))
	for query, want := range map[string][]string{
		"status=in_progress":                {"data_export_001", "data_export_003"},
		"type=payouts":                      {"data_export_p"},
		"type=payouts&status=completed":     nil,
		"page=2&per_page=4":                 {"data_export_p"},
		"download_url_expires_in=60&page=9": nil,
	} {
		if ids, _ := listed(t, ListNested, r.send(r.bearer(a, exports+"?"+query)).body); !slices.Equal(ids, want) {
			t.Errorf("%s: %v, want %v", query, ids, want)
		}
	}
	for query, field := range map[string]string{
		"per_page=101": "per_page", "per_page=0": "per_page", "page=0": "page", "page=x": "page",
		"status=done": "status", "type=all": "type",
		"download_url_expires_in=0": "download_url_expires_in", "download_url_expires_in=61": "download_url_expires_in",
	} {
		text := "The selected " + field + " is invalid."
		wantBody(t, r.send(r.bearer(a, exports+"?"+query)), http.StatusUnprocessableEntity,
			fmt.Sprintf(`{"errors":{"%s":["%s"]},"message":"%s"}`, field, text, text))
	}
	for _, header := range []string{"", "Bearer x", a.Credentials().Token, "Basic " + a.Credentials().Token} {
		req := request(t, http.MethodGet, r.URL(OnlyFansAPI)+exports, "")
		req.Header.Set("Authorization", header)
		wantBody(t, r.send(req), http.StatusUnauthorized, `{"message":"Unauthenticated."}`)
	}
}

func TestOnlyFansRateLimits(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(OnlyFansAPI, "agency")
	limits := func() string {
		_, rest, _ := strings.Cut(r.send(r.bearer(a, exports)).body, `"_rate_limits":`)
		return rest
	}
	for range 59 {
		wantStatus(t, r.send(r.bearer(a, exports)), http.StatusOK)
	}
	if got := limits(); !strings.Contains(got, `"remaining_minute":0}`) {
		t.Errorf("limits %s", got)
	}
	got := r.send(r.bearer(a, exports))
	wantBody(t, got, http.StatusTooManyRequests, `{"message":"Too Many Attempts."}`)
	if got.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q, want 1", got.header.Get("Retry-After"))
	}
	r.clock.advance(time.Hour)
	a.SetShape(Shape{RateLimits: NumberText, Cached: true})
	if got := limits(); got != `{"limit_day":"10000","limit_minute":"60","notice":"","remaining_day":"9999","remaining_minute":"59"}}}` {
		t.Errorf("limits as text: %s", got)
	}
	if body := r.send(r.bearer(a, exports)).body; !strings.Contains(body, `"is_cached":true`) {
		t.Errorf("not cached: %s", body)
	}
	a.SetShape(Shape{RateLimits: NumberNull})
	if got := limits(); got != `{"limit_day":null,"limit_minute":null,"notice":"","remaining_day":null,"remaining_minute":null}}}` {
		t.Errorf("limits as null: %s", got)
	}
	a.SetShape(Shape{})
	a.SetLimit(0)
	for range 70 {
		wantStatus(t, r.send(r.bearer(a, exports)), http.StatusOK)
	}
	if got := limits(); !strings.Contains(got, `"remaining_minute":60}`) {
		t.Errorf("limits when lifted: %s", got)
	}
}
