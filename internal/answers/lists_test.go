package answers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestTypesAreComparedWithoutCase: a configured type matches in any case, and a
// type that matches none of the reports is logged once.
func TestTypesAreComparedWithoutCase(t *testing.T) {
	t.Parallel()
	for p, types := range map[sandbox.Provider][2]string{sandbox.CoinbaseExchange: {"fills", "account"}, sandbox.OnlyFansAPI: {"media_vault", "fans"}} {
		d := dialectOf(p)
		r, a := d.rig(t, fmt.Sprintf("types: [%s, %s]", types[0], strings.ToUpper(types[1])))
		d.serve(a,
			d.report("A", d.ready, fmt.Sprintf(`,"type":%q`, strings.ToUpper(types[0]))),
			d.report("B", d.ready, fmt.Sprintf(`,"type":%q`, " "+types[0]+" ")),
			d.report("C", d.ready, fmt.Sprintf(`,"type":%q`, types[1])),
			d.report("D", d.ready, `,"type":"another"`))
		got := r.Scrape()
		got.Want(t, d.of("export_reports", "", "")+`,status="ready",type="`+types[0]+`"}`, 2)
		got.Want(t, d.of("export_reports", "", "")+`,status="ready",type="`+strings.ToUpper(types[1])+`"}`, 1)
		got.Want(t, d.of("export_info", `format="",`, `report_id="A",`)+`,type="`+types[0]+`"}`, 1)
		if found := got.With("export_status{", `report_id="D"`); len(found) > 0 {
			t.Errorf("%s: a report of another type is listed: %v", p, found)
		}
		if log := r.Log.String(); strings.Contains(log, "check the spelling") || strings.Contains(log, "is not a type that the provider documents") {
			t.Errorf("%s: a type that was found is doubted:\n%s", p, r.Log)
		}

		d.serve(a, d.report("A", d.ready, `,"type":"`+types[1]+`"`), d.report("B", d.ready, `,"type":"another"`))
		for range 3 {
			r.Clock.Advance(time.Minute)
			r.Scrape().Want(t, d.of("export_reports", "", "")+`,status="ready",type="`+types[0]+`"}`, 0)
		}
		said := fmt.Sprintf(`types: no export in the list is of type \"%s\", but others are; check the spelling`, types[0])
		if n := strings.Count(r.Log.String(), said); n != 1 {
			t.Errorf("%s: said %d times, want once:\n%s", p, n, r.Log)
		}
		if _, page := r.Request(http.MethodGet, "/exports?format=json", nil); !strings.Contains(page, "check the spelling") {
			t.Errorf("%s: the page does not doubt the type: %s", p, page)
		}
	}
	// An empty list says nothing about types.
	d := dialectOf(sandbox.CoinbaseExchange)
	r, a := d.rig(t, "types: [fills]")
	d.serve(a)
	r.Scrape().Want(t, d.of("export_reports", "", "")+`,status="ready",type="fills"}`, 0)
	if strings.Contains(r.Log.String(), "check the spelling") {
		t.Errorf("an empty list makes doubt:\n%s", r.Log)
	}
}

// TestFailedDownloadsAreShown: an incomplete export is ready, with a series for
// the missing items. There is no series if the provider does not report them.
func TestFailedDownloadsAreShown(t *testing.T) {
	t.Parallel()
	d := dialectOf(sandbox.OnlyFansAPI)
	r, a := d.rig(t)
	d.serve(a,
		d.report("A", "completed", `,"type":"media_vault","failed_downloads":7,"total_rows":100`),
		d.report("B", "completed", `,"type":"media_vault","failed_downloads":"0"`),
		d.report("C", "completed", `,"type":"media_vault"`), d.report("D", "completed", `,"failed_downloads":null`))
	got := r.Scrape()
	got.Want(t, d.ofReport("export_failed_items", "A"), 7)
	got.Want(t, d.ofReport("export_failed_items", "B"), 0)
	if status := d.status(t, got, "A"); status != "ready" {
		t.Errorf("the report is %s", status)
	}
	if found := got.With("export_failed_items{"); len(found) != 2 {
		t.Errorf("series %v, want two", found)
	}
	for path, want := range map[string]string{"/exports?format=json": `"failed_items":7`, "/exports": "7"} {
		if _, page := r.Request(http.MethodGet, path, nil); !strings.Contains(strings.ReplaceAll(page, `": `, `":`), want) {
			t.Errorf("%s does not show %s:\n%s", path, want, page)
		}
	}
}

// TestListsThatComeAsObjects: a list is accepted in every form, and an answer
// that is not a list does not make reports vanish.
func TestListsThatComeAsObjects(t *testing.T) {
	t.Parallel()
	for _, d := range allDialects() {
		r, a := d.rig(t)
		first, second := `{"id":"1","date":"2026-03-01T10:00:00Z"}`, `{"id":"2","date":"2026-03-01T11:00:00Z"}`
		if d.report != nil {
			first, second = d.report("A", d.ready, ""), d.report("B", d.ready, "")
		}
		for list, count := range map[string]float64{
			`[]`: 0, `{}`: 0, `[` + first + `]`: 1, `{"17":` + first + `}`: 1, `{"0":` + first + `,"2":` + second + `}`: 2, `{"0":` + first + `,"1":null}`: 1,
		} {
			r.Clock.Advance(7 * time.Hour)
			a.SetFault(rig.Serves(http.StatusOK, d.list(list)))
			got := r.Scrape()
			got.Want(t, rig.SourceKey("export_source_up", d.provider, "main", d.source), 1)
			switch {
			case d.provider != sandbox.KrakenFutures && count > 0:
				found := got.With("export_status{", `status="ready"`)
				if float64(len(found)) != count {
					t.Errorf("%s: %s lists %v", d.provider, list, found)
				}
			case d.provider == sandbox.KrakenFutures:
				if found := got.With("export_last_entry_timestamp_seconds{"); (len(found) > 0) != (count > 0) {
					t.Errorf("%s: the newest entry of %s: %v", d.provider, list, found)
				}
			}
		}
		for _, list := range []string{`{"reports":[]}`, `{"-1":` + first + `}`, `7`, `"none"`, `["A"]`, `{"0":"A"}`, `{"0":` + first + `,"more":true}`} {
			r.Clock.Advance(7 * time.Hour)
			a.SetFault(rig.Serves(http.StatusOK, d.list(list)))
			reasons := r.Scrape().Reasons("main", d.source)
			if d.provider == sandbox.OnlyFansAPI && strings.Contains(list, "more") {
				continue // the object of its list has members of its own beside the reports
			}
			if len(reasons) != 1 || reasons[0] != "malformed" {
				t.Errorf("%s: %s has reasons %v, want malformed", d.provider, list, reasons)
			}
		}
	}
}

// TestAByteOrderMarkIsSkipped: a byte order mark before valid JSON is ignored,
// in reports and refusals alike.
func TestAByteOrderMarkIsSkipped(t *testing.T) {
	t.Parallel()
	for _, d := range allDialects() {
		for _, space := range []string{"\ufeff", "\ufeff\r\n ", "\n"} {
			r, a := d.rig(t)
			list := `[{"id":"1","date":"2026-03-01T10:00:00Z"}]`
			if d.report != nil {
				list = "[" + d.report("A", d.ready, "") + "]"
			}
			a.SetFault(rig.Serves(http.StatusOK, space+d.list(list)))
			got := r.Scrape()
			got.Want(t, rig.SourceKey("export_source_up", d.provider, "main", d.source), 1)
			if found := got.With("export_status{", `status="ready"`); len(found) != 1 {
				t.Errorf("%s after %q: %v", d.provider, space, found)
			}
			r.Clock.Advance(time.Minute)
			a.SetFault(rig.Serves(http.StatusForbidden, space+d.refuse(`"Tired"`)))
			if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != "permission" {
				t.Errorf("%s after %q: reasons %v, want permission", d.provider, space, reasons)
			}
			if log := r.Log.String(); !strings.Contains(log, `\"Tired\"`) {
				t.Errorf("%s after %q: log\n%s", d.provider, space, log)
			}
		}
	}
}

// TestErrorsWithStatus200: an error in the place of reports is a failure,
// whatever the HTTP status. Nothing vanishes, and the error's word is
// classified.
func TestErrorsWithStatus200(t *testing.T) {
	t.Parallel()
	for _, d := range allDialects() {
		r, a := d.rig(t)
		if d.report != nil {
			d.serve(a, d.report("A", d.ready, ""))
		}
		before := r.Scrape().With("export_status{")
		for text, reason := range map[string]string{
			`"Tired"`: "unknown", `"No such user jo@example.com"`: "unknown", `["Tired","Hungry"]`: "unknown",
			map[sandbox.Provider]string{
				sandbox.Kraken: `"EAPI:Rate limit exceeded"`, sandbox.CoinbaseExchange: `"Private rate limit exceeded"`,
				sandbox.OnlyFansAPI: `"Too Many Attempts."`, sandbox.KrakenFutures: `"apiLimitExceeded"`,
			}[d.provider]: "rate_limited",
		} {
			if d.provider == sandbox.Kraken && text[0] == '[' {
				continue // its list is a list already
			}
			r.Clock.Advance(7 * time.Hour)
			a.SetFault(rig.Serves(http.StatusOK, d.refuse(text)))
			got := r.Scrape()
			if reasons := got.Reasons("main", d.source); len(reasons) != 1 || reasons[0] != reason {
				t.Errorf("%s %s: reasons %v, want %s", d.provider, text, reasons, reason)
			}
			for _, key := range got.With("export_reports_vanished_total") {
				if got[key] != 0 {
					t.Errorf("%s %s: %s = %v", d.provider, text, key, got[key])
				}
			}
			a.ClearFault()
		}
		if len(before) == 0 {
			t.Errorf("%s: nothing was listed", d.provider)
		}
		if log := r.Log.String(); !strings.Contains(log, `\"Tired\"`) || strings.Contains(log, "example.com") {
			t.Errorf("%s: log\n%s", d.provider, log)
		}
	}
}
