package onlyfansapi

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

func TestQuota(t *testing.T) {
	t.Parallel()
	minute := func(most, left provider.Number) provider.RateLimit {
		return provider.RateLimit{Window: "minute", Max: most, Remaining: left}
	}
	day := func(most, left provider.Number) provider.RateLimit {
		return provider.RateLimit{Window: "day", Max: most, Remaining: left}
	}
	num, none := provider.Num, provider.Number{}
	for _, c := range []struct {
		name, meta string
		want       provider.Quota
	}{
		{"as documented", `{"_credits":{"used":0,"balance":9500},"_rate_limits":{"limit_minute":60,"limit_day":null,"remaining_minute":56,"remaining_day":null}}`, provider.Quota{
			CreditsBalance: num(9500), RateLimits: []provider.RateLimit{minute(num(60), num(56))},
		}},
		{"both windows", `{"_rate_limits":{"limit_minute":60,"limit_day":1000,"remaining_minute":0,"remaining_day":999}}`, provider.Quota{
			RateLimits: []provider.RateLimit{minute(num(60), num(0)), day(num(1000), num(999))},
		}},
		{"text", `{"_credits":{"balance":"12.5"},"_rate_limits":{"limit_minute":"60","limit_day":"1000","remaining_minute":"56","remaining_day":"999"}}`, provider.Quota{
			CreditsBalance: num(12.5), RateLimits: []provider.RateLimit{minute(num(60), num(56)), day(num(1000), num(999))},
		}},
		{"half of a window", `{"_rate_limits":{"remaining_day":"5","limit_minute":60}}`, provider.Quota{
			RateLimits: []provider.RateLimit{minute(num(60), none), day(none, num(5))},
		}},
		{"nothing but null", `{"_credits":{"balance":null},"_rate_limits":{"limit_minute":null,"limit_day":null,"remaining_minute":null,"remaining_day":null}}`, provider.Quota{}},
		{"words", `{"_credits":{"balance":"unlimited"},"_rate_limits":{"limit_minute":"unlimited","remaining_minute":""}}`, provider.Quota{}},
		{"no credit at all", `{"_credits":{"balance":0}}`, provider.Quota{CreditsBalance: num(0)}},
		{"less than no credit", `{"_credits":{"balance":-3}}`, provider.Quota{CreditsBalance: num(-3)}},
		{"less than no requests", `{"_rate_limits":{"limit_minute":-1,"remaining_minute":-1}}`, provider.Quota{}},
		{"empty", `{}`, provider.Quota{}},
		{"null", `null`, provider.Quota{}},
		{"of other types", `[]`, provider.Quota{}},
		{"parts of other types", `{"_credits":7,"_cache":[],"_rate_limits":"none"}`, provider.Quota{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for shape, r := range map[string]rig{
				"single": newRig(t, only("A"), body(`{"data":{"id":"A","status":"pending"},"_meta":`+c.meta+`}`)),
				"flat":   newRig(t, nil, body(`{"data":[],"_meta":`+c.meta+`}`)),
				"nested": newRig(t, nil, body(`{"data":{"data":[],"meta":{"last_page":1}},"_meta":`+c.meta+`}`)),
			} {
				if diff := cmp.Diff(c.want, r.must(t).Quota); diff != "" {
					t.Errorf("%s (-want +got):\n%s", shape, diff)
				}
			}
		})
	}
}

// TestLastQuotaCounts checks that a page without numbers keeps those of the previous
// page.
func TestLastQuotaCounts(t *testing.T) {
	t.Parallel()
	got := newRig(t, nil,
		body(`{"data":[{"id":"A"}],"meta":{"last_page":3},"_meta":{"_credits":{"balance":9}}}`),
		body(`{"data":[{"id":"B"}],"meta":{"last_page":3},"_meta":{"_credits":{"balance":8}}}`),
		body(`{"data":[{"id":"C"}],"meta":{"last_page":3}}`),
	).must(t)
	if diff := cmp.Diff(provider.Quota{CreditsBalance: provider.Num(8)}, got.Quota); diff != "" {
		t.Errorf("quota (-want +got):\n%s", diff)
	}
}

func TestCreditsUsedAreCounted(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil,
		body(`{"data":[{"id":"A"}],"meta":{"last_page":5},"_meta":{"_credits":{"used":0}}}`),
		body(`{"data":[{"id":"B"}],"meta":{"last_page":5},"_meta":{"_credits":{"used":2}}}`),
		body(`{"data":[{"id":"C"}],"meta":{"last_page":5},"_meta":{"_credits":{"used":"0.5"}}}`),
		body(`{"data":[{"id":"D"}],"meta":{"last_page":5},"_meta":{"_credits":{"used":-1}}}`),
		body(`{"data":[{"id":"E"}],"meta":{"last_page":5},"_meta":{"_credits":{"used":null}}}`),
	)
	_ = r.must(t)
	if got := r.seen.Seen().Credits; !slices.Equal(got, []float64{2, 0.5}) {
		t.Errorf("credits %v", got)
	}
}

func TestACacheIsWarnedAboutOnce(t *testing.T) {
	t.Parallel()
	const warning = "the provider answers from a cache, so statuses may be old"
	for cached, want := range map[string][]string{
		`true`: {warning}, `"true"`: {warning}, `1`: {warning}, `false`: nil, `null`: nil, `"maybe"`: nil,
	} {
		got := newRig(t, nil,
			body(`{"data":[{"id":"A"}],"meta":{"last_page":2},"_meta":{"_cache":{"is_cached":`+cached+`}}}`),
			body(`{"data":[{"id":"B"}],"meta":{"last_page":2},"_meta":{"_cache":{"is_cached":`+cached+`}}}`),
		).must(t)
		if !slices.Equal(got.Warnings, want) || !got.Complete {
			t.Errorf("%s: warnings %v, listed %t", cached, got.Warnings, got.Complete)
		}
	}
}

func TestExplicitIDs(t *testing.T) {
	t.Parallel()
	r := newRig(t, only("B", "gone", "A"),
		body(`{"data":{"id":"B","status":"in_progress","progress_percentage":25},"_meta":{"_credits":{"balance":9}}}`),
		providertest.Answer{Status: 404, Body: `{"message":"Not found."}`},
		body(`{"data":{"status":"completed"},"_meta":{"_credits":{"balance":7,"used":1}}}`),
	)
	want := provider.Snapshot{
		Reports: []provider.Report{
			{ID: "B", Status: provider.StatusProcessing, Progress: provider.Num(0.25)},
			{ID: "A", Status: provider.StatusReady, Progress: provider.Num(1)},
		},
		Missing: []string{"gone"},
		Quota:   provider.Quota{CreditsBalance: provider.Num(7)},
	}
	if diff := cmp.Diff(want, r.must(t)); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
	seen := r.seen.Seen()
	if !slices.Equal(seen.Failed, []provider.Reason{provider.ReasonNotFound}) || !slices.Equal(seen.Credits, []float64{1}) {
		t.Errorf("counted %+v", seen)
	}
	if r.Types() != nil {
		t.Errorf("types %v", r.Types())
	}
	if url := r.api.Asked()[1].URL; url != "https://api.test/api/data-exports/gone?download_url_expires_in=1" {
		t.Errorf("asked %s", url)
	}
}

// If an export occurs twice, nothing of the first one is left.
func TestExportThatOccursTwice(t *testing.T) {
	t.Parallel()
	r := newRig(t, only("A"), body(`{"data":{"id":"B","status":"failed","type":"fans","total_rows":5},"data":{"id":"A","status":"completed"}}`))
	want := []provider.Report{{ID: "A", Status: provider.StatusReady, Progress: provider.Num(1)}}
	if diff := cmp.Diff(want, r.must(t).Reports); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	_, failed := newRig(t, only("A"), body(`{"data":{"id":"A","status":"completed"},"data":{"type":"fans"}}`)).fetch(t)
	if failed == nil || failed.Reason != provider.ReasonMalformed {
		t.Errorf("an export without an id and a status: %v", failed)
	}
}

func TestAnswersAboutSomethingElse(t *testing.T) {
	t.Parallel()
	const other = "the answer is not about the requested export"
	for answer, detail := range map[string]string{
		`{}`:                                  other,
		`null`:                                other,
		`{"data":null}`:                       other,
		`{"data":{}}`:                         other,
		`{"data":{"id":"B","status":"x"}}`:    other,
		`{"data":{"id":"a","status":"x"}}`:    other,
		`{"data":[{"id":"A","status":"x"}]}`:  "the answer has an unexpected JSON type at byte 9",
		`{"data":{"id":"A","status":"x"}} ok`: "the answer is not one JSON value, from byte 34 on",
	} {
		_, failed := newRig(t, only("A"), body(answer)).fetch(t)
		if failed == nil || failed.Reason != provider.ReasonMalformed || failed.Detail != detail {
			t.Errorf("%s: %v, want %s", answer, failed, detail)
		}
	}
	r := newRig(t, only("A", "B"), providertest.Answer{Status: 429})
	if _, failed := r.fetch(t); failed == nil || failed.Reason != provider.ReasonRateLimited || len(r.api.Asked()) != 1 {
		t.Errorf("%v after %d calls", failed, len(r.api.Asked()))
	}
}
