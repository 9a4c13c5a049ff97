package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

func document(t *testing.T, f Fleet, query string) *Document {
	t.Helper()
	answer := get(t, pagesOf(f).Exports, "/exports?format=json&"+query)
	if got := answer.Header().Get("Content-Type"); answer.Code != http.StatusOK || got != "application/json" {
		t.Fatalf("%d %s", answer.Code, got)
	}
	decoder := json.NewDecoder(answer.Body)
	decoder.DisallowUnknownFields()
	var d Document
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func TestJSONSaysWhatThePageSays(t *testing.T) {
	for _, query := range []string{"", "status=ready", "provider=kraken&type=trades", "account=nobody", "sort=-age&limit=4", "urgency=ready&limit=3&page=2", "search=TR", "id=LDGR"} {
		d := document(t, richFleet(), query)
		page := open(t, richFleet(), "/exports?"+query)
		fromJSON := []string{}
		for _, r := range d.Reports {
			fromJSON = append(fromJSON, r.ID)
			tr := rowOf(t, page, r.ID)
			if bars := tr.all("progress"); r.ProgressRatio == nil != (len(bars) == 0) || len(bars) == 1 && bars[0].attr["value"] != fmt.Sprint(*r.ProgressRatio) {
				t.Errorf("%s: progress differs", r.ID)
			}
			mustContain(t, tr.text(), humanize(r.Status), r.Account, r.Provider+" · "+r.Source)
			expires := tr.one(t, "td", class("expires")).all("time")
			if meaningful := r.Expires != nil && (r.Status == "ready" || r.Status == "expired"); meaningful == (len(expires) == 0) || len(expires) == 1 && expires[0].attr["datetime"] != r.Expires.Format(time.RFC3339) {
				t.Errorf("%s: expiry differs", r.ID)
			}
		}
		if diff := cmp.Diff(fromJSON, ids(page)); diff != "" {
			t.Errorf("?%s: %s", query, diff)
		}
		for _, a := range d.Accounts {
			text := card(t, page, a.Name).text()
			for _, s := range a.Sources {
				mustContain(t, text, s.Name, humanizeState(s.State))
				if s.Failure != nil {
					mustContain(t, text, humanize(s.Failure.Reason))
					mustContain(t, page.one(t, "ul", class("problems")).text(), s.Failure.Message, s.Failure.Advice)
				}
			}
		}
		if len(page.all("article")) != len(d.Accounts) {
			t.Errorf("?%s: accounts differ", query)
		}
	}
}

func TestJSONOfTheRichFleet(t *testing.T) {
	d := document(t, richFleet(), "")
	data := before(12 * time.Second)
	wantSummary := Summary{
		DataAt:   &data,
		Accounts: AccountCounts{Total: 6, Trouble: 2, Shown: 6},
		Sources:  SourceCounts{Total: 9, Up: 5, Failing: 1, HeldBack: 1, NotRefreshed: 2, Stale: 1},
		Reports: ReportCounts{
			ByStatus: map[string]int{
				"queued": 1, "processing": 3, "awaiting_start": 1, "ready": 6,
				"failed": 2, "cancelled": 1, "expired": 1, "unknown": 1,
			},
			ByUrgency: map[string]int{
				"failed": 1, "stuck": 1, "awaiting_start": 1, "unknown": 1, "expiring": 1, "under_way": 3, "ready": 4, "over": 3,
			},
			Total: new(16), Listed: new(15), Shown: 15,
		},
	}
	if diff := cmp.Diff(wantSummary, d.Summary); diff != "" {
		t.Error(diff)
	}
	held := d.Accounts[0].Sources[1]
	until := after(12 * time.Minute)
	if held.State != "held_back" || !held.BackoffUntil.Equal(until) || held.Failure.Reason != "rate_limited" {
		t.Errorf("%+v", held)
	}
	stale := d.Accounts[1].Sources[0]
	if stale.State != "failing" || !stale.Stale || stale.Reports != nil || stale.Omitted != nil {
		t.Errorf("%+v", stale)
	}
	fresh := d.Accounts[2]
	if fresh.State != "not_refreshed" || fresh.Sources[0].LastSuccess != nil || fresh.Sources[0].RefreshDurationSeconds != nil {
		t.Errorf("%+v", fresh)
	}
}

func TestFilterNarrowsTheCounts(t *testing.T) {
	d := document(t, richFleet(), "account=treasury&type=ledgers&status=ready")
	if got := d.Summary.Reports; *got.Total != 2 || *got.Listed != 1 || got.ByStatus["processing"] != 1 || got.ByStatus["failed"] != 0 {
		t.Errorf("%+v", got)
	}
	if *d.Filter.Type != "ledgers" || d.Filter.Provider != nil {
		t.Errorf("%+v", d.Filter)
	}
}

func TestUnknownNumbersAreNull(t *testing.T) {
	r := report("a", "", provider.StatusProcessing, -time.Minute) // our clock is behind
	r.Format = ""
	r.Rows, r.ProcessedRows = provider.Num(math.NaN()), provider.Num(math.Inf(1))
	r.PendingDeletion = provider.Num(0)
	source := up("trades", r)
	source.Snapshot.Quota.RateLimits = []provider.RateLimit{{Window: "day"}, {Window: "minute", Max: provider.Num(5)}}
	d := document(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "kraken", source)}}, "")
	got := d.Reports[0]
	if got.Rows != nil || got.ProcessedRows != nil || got.Type != nil || got.Format != nil || got.ProgressRatio != nil || got.CostCredits != nil {
		t.Errorf("%+v", got)
	}
	if *got.AgeSeconds != 0 || *got.PendingDeletion {
		t.Errorf("age %v, pending deletion %v", *got.AgeSeconds, *got.PendingDeletion)
	}
	if limits := d.Accounts[0].RateLimits; len(limits) != 1 || limits[0].Remaining != nil || *limits[0].Max != 5 {
		t.Errorf("%+v", limits)
	}
}

func TestListsAreNeverNull(t *testing.T) {
	body := get(t, pagesOf(Fleet{Now: moment0()}).Exports, "/exports?format=json").Body.Bytes()
	if !bytes.Contains(body, []byte(`"accounts": []`)) || !bytes.Contains(body, []byte(`"reports": []`)) {
		t.Errorf("%s", body)
	}
}

func TestQuotaOfTheFirstSourceThatTellsWins(t *testing.T) {
	quota := func(n float64) provider.Quota {
		return provider.Quota{
			CreditsBalance: provider.Num(n),
			RateLimits:     []provider.RateLimit{{Window: "day", Max: provider.Num(n), Remaining: provider.Num(n)}},
		}
	}
	silent, first, second := up("a"), up("b"), up("c")
	first.Snapshot.Quota, second.Snapshot.Quota = quota(1), quota(2)
	d := document(t, Fleet{Now: moment0(), Accounts: []account.View{view("a", "onlyfansapi", silent, first, second)}}, "")
	if a := d.Accounts[0]; *a.CreditsBalance != 1 || len(a.RateLimits) != 1 || *a.RateLimits[0].Remaining != 1 {
		t.Errorf("%+v", a)
	}
}
