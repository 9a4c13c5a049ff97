package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func coinbaseReports(from time.Time, count int) []Report {
	var reports []Report
	for i := range count {
		reports = append(reports, Report{
			ID: derivedUUID("test", int64(i), from), Type: "fills", Status: "ready",
			Created: from.Add(time.Duration(i) * time.Minute),
		})
	}
	return reports
}

func ids(t *testing.T, body string) []string {
	t.Helper()
	var got []string
	for _, report := range decode[[]struct{ ID string }](t, body) {
		got = append(got, report.ID)
	}
	return got
}

func TestCoinbaseReportCarriesWhatMustNotLeak(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(CoinbaseExchange, "fund")
	created := time.Date(2026, 2, 25, 22, 14, 0, 410e6, time.UTC)
	a.SetReports([]Report{{
		ID: "66e2dc58-a11b-4ae7-af08-1b42cf8031ad", Type: "account", Status: "creating", Created: created,
		Expires: created.AddDate(0, 0, 7), DataStart: created.AddDate(0, -1, 0), DataEnd: created, FileCount: "2",
	}})
	for _, id := range []string{"66e2dc58-a11b-4ae7-af08-1b42cf8031ad", "66e2dc58a11b4ae7af081b42cf8031ad"} {
		got := r.send(r.coinbase(a, "/reports/"+id))
		wantStatus(t, got, http.StatusOK)
		report := decode[map[string]any](t, got.body)
		params, _ := report["params"].(map[string]any)
		user, _ := params["user"].(map[string]any)
		for name, pair := range map[string][2]any{
			"created_at":   {report["created_at"], "2026-02-25T22:14:00.410Z"},
			"expires_at":   {report["expires_at"], "2026-03-04T22:14:00.410Z"},
			"completed_at": {report["completed_at"], nil},
			"status":       {report["status"], "creating"},
			"file_count":   {report["file_count"], "2"},
			"user_id":      {report["user_id"], a.personal["user_id"]},
			"file_url": {
				report["file_url"], r.URL(CoinbaseExchange) + "/files/" + a.personal["link"] +
					"/66e2dc58-a11b-4ae7-af08-1b42cf8031ad",
			},
			"format": {params["format"], "pdf"},
			"start":  {params["start_date"], "2026-01-25T22:14:00.410Z"},
			"email":  {params["email"], a.personal["email"]},
			"name":   {user["name"], a.personal["user_name"]},
		} {
			if !reflect.DeepEqual(pair[0], pair[1]) {
				t.Errorf("%s is %v, want %v", name, pair[0], pair[1])
			}
		}
	}
	wantBody(t, r.send(r.coinbase(a, "/reports/00000000-0000-0000-0000-000000000000")),
		http.StatusNotFound, `{"message":"NotFound"}`)
}

func TestCoinbasePagesNewestFirst(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(CoinbaseExchange, "fund")
	reports := coinbaseReports(r.clock.now().Add(-time.Hour), 7)
	a.SetReports(reports)
	want := make([]string, 0, len(reports))
	for _, report := range reports {
		want = append(want, report.ID)
	}
	slices.Reverse(want)
	// walk follows the cursors for up to ten pages.
	walk := func() (got []string, pages int) {
		target := "/reports?limit=3"
		for pages = 1; pages <= 10; pages++ {
			res := r.send(r.coinbase(a, target))
			wantStatus(t, res, http.StatusOK)
			got = append(got, ids(t, res.body)...)
			cursor := res.header.Get("CB-AFTER")
			if cursor == "" {
				return got, pages
			}
			target = "/reports?limit=3&after=" + url.QueryEscape(cursor)
		}
		return got, pages
	}
	if got, pages := walk(); pages != 3 || !slices.Equal(got, want) {
		t.Errorf("%d pages: %v\nwant %v", pages, got, want)
	}
	a.SetReports(reports[1:])
	if _, pages := walk(); pages != 2 {
		t.Errorf("two full pages took %d", pages)
	}
	a.SetShape(Shape{TrailingPage: true})
	if got, pages := walk(); pages != 3 || len(got) != 6 {
		t.Errorf("with a trailing page: %d pages, %d reports", pages, len(got))
	}
	a.SetShape(Shape{EndlessPages: true, MaxPage: 2})
	if got, pages := walk(); pages != 11 || len(got) != 20 || got[19] != got[17] {
		t.Errorf("with endless pages: %d pages, %d reports", pages, len(got))
	}
}

func TestCoinbaseCursorNeedsEscaping(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(CoinbaseExchange, "fund")
	a.SetReports(coinbaseReports(r.clock.now(), 2))
	cursor := r.send(r.coinbase(a, "/reports?limit=1")).header.Get("CB-AFTER")
	for _, char := range []string{"+", "/", "="} {
		if !strings.Contains(cursor, char) {
			t.Errorf("cursor %q has no %s", cursor, char)
		}
	}
	wantStatus(t, r.send(r.coinbase(a, "/reports?limit=1&after="+cursor)), http.StatusBadRequest)
	// The signature covers the bytes that are sent, not their meaning.
	req := r.coinbase(a, "/reports?after="+cursor)
	req.URL.RawQuery = "after=" + url.QueryEscape(cursor)
	wantBody(t, r.send(req), http.StatusUnauthorized, `{"message":"invalid signature"}`)
}

func TestCoinbaseFilters(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(CoinbaseExchange, "fund")
	now := r.clock.now()
	a.SetReports([]Report{
		{ID: "old", Type: "fills", Created: now.Add(-48 * time.Hour), Expires: now.Add(-time.Hour)},
		{ID: "new", Type: "account", Created: now.Add(-time.Hour), Expires: now.Add(time.Hour)},
		{ID: "else", Type: "account", Created: now.Add(-2 * time.Hour), ProfileID: "p-1"},
	})
	for query, want := range map[string][]string{
		"":                    {"new", "else", "old"},
		"type=account":        {"new", "else"},
		"profile_id=p-1":      {"else"},
		"ignore_expired=true": {"new", "else"},
		"type=otc-fills":      nil,
		"limit=2":             {"new", "else"},
		"after=" + url.QueryEscape(now.Add(-90*time.Minute).Format(time.RFC3339)): {"else", "old"},
		"profile_id=" + a.personal["profile"]:                                     {"new", "old"},
	} {
		got := r.send(r.coinbase(a, "/reports?"+query))
		wantStatus(t, got, http.StatusOK)
		if got := ids(t, got.body); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{"limit=0", "limit=x", "after=%21"} {
		wantStatus(t, r.send(r.coinbase(a, "/reports?"+query)), http.StatusBadRequest)
	}
}

func TestCoinbaseChecksCredentialsAndTimestamp(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(CoinbaseExchange, "fund")
	now := r.clock.now().Unix()
	for _, tc := range []struct {
		timestamp string
		status    int
		want      string
	}{
		{fmt.Sprint(now - 30), http.StatusOK, `[]`},
		{fmt.Sprint(now+30) + ".0", http.StatusOK, `[]`},
		{fmt.Sprint(now-30) + ".5", http.StatusOK, `[]`},
		{fmt.Sprint(now - 31), http.StatusBadRequest, `{"message":"request timestamp expired"}`},
		{fmt.Sprint(now + 31), http.StatusBadRequest, `{"message":"request timestamp expired"}`},
		{"NaN", http.StatusBadRequest, `{"message":"request timestamp expired"}`},
		{"soon", http.StatusBadRequest, `{"message":"invalid timestamp"}`},
		{"", http.StatusUnauthorized, `{"message":"CB-ACCESS-TIMESTAMP header is required"}`},
	} {
		t.Run("timestamp "+tc.timestamp, func(t *testing.T) {
			wantBody(t, r.send(r.coinbaseAt(a, "/reports", tc.timestamp)), tc.status, tc.want)
		})
	}
	for header, want := range map[string]string{
		"CB-ACCESS-KEY":        "Invalid API Key",
		"CB-ACCESS-PASSPHRASE": "Invalid Passphrase",
		"CB-ACCESS-SIGN":       "invalid signature",
	} {
		req := r.coinbase(a, "/reports")
		req.Header.Set(header, "wrong")
		wantBody(t, r.send(req), http.StatusUnauthorized, `{"message":"`+want+`"}`)
	}
	wantBody(t, r.send(request(t, http.MethodGet, r.URL(CoinbaseExchange)+"/time", "")),
		http.StatusOK, `{"epoch":1772366400,"iso":"2026-03-01T12:00:00.000Z"}`)
}

func TestCoinbaseBudget(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(CoinbaseExchange, "fund")
	a.SetLimit(30)
	for range 30 {
		wantStatus(t, r.send(r.coinbase(a, "/reports")), http.StatusOK)
	}
	wantBody(t, r.send(r.coinbase(a, "/reports")),
		http.StatusTooManyRequests, `{"message":"Private rate limit exceeded"}`)
	r.clock.advance(time.Second)
	for range 15 {
		wantStatus(t, r.send(r.coinbase(a, "/reports")), http.StatusOK)
	}
	wantStatus(t, r.send(r.coinbase(a, "/reports")), http.StatusTooManyRequests)
}
