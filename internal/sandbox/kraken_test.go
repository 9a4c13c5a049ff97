package sandbox

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const formType = "application/x-www-form-urlencoded"

func TestKrakenAnswersInStringsWithRecordedOddities(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(Kraken, "treasury")
	a.SetReports([]Report{
		{
			ID: "AAAA", Type: "trades", Status: "Queued", Description: "mine",
			Created: time.Unix(1700000100, 0), DataStart: time.Unix(1690000000, 0), DataEnd: time.Unix(1700000000, 0),
		},
		{
			ID: "BBBB", Type: "trades", Status: "Processed", Format: "TSV", Delete: true,
			Created: time.Unix(1700000200, 0), Started: time.Unix(1700000210, 0),
			Completed: time.Unix(1700000300, 0), Expires: time.Unix(1700009999, 0),
		},
		{ID: "CCCC", Type: "ledgers", Status: "Processing", Error: "EExport:Unexpected error"},
	})
	got := r.send(r.kraken(a, "ExportStatus", "trades"))
	wantStatus(t, got, http.StatusOK)
	list := decode[struct {
		Error  []string         `json:"error"`
		Result []map[string]any `json:"result"`
	}](t, got.body)
	if list.Error == nil || len(list.Error) != 0 || len(list.Result) != 2 {
		t.Fatalf("unexpected list: %s", got.body)
	}
	want := map[string]any{
		"id": "AAAA", "descr": "mine", "format": "CSV", "report": "trades", "subtype": "all",
		"status": "Queued", "flags": "0", "fields": "all", "createdtm": "1700000100",
		"expiretm": "1701209700", "starttm": "1690000000", "completedtm": "0",
		"datastarttm": "1690000000", "dataendtm": "1700000000", "aclass": "forex",
		"asset": "all", "asset_classes": []any{"currency"}, "endtm": "1700000100",
	}
	if !reflect.DeepEqual(list.Result[0], want) {
		t.Errorf("queued report: %v\nwant %v", list.Result[0], want)
	}
	done := list.Result[1]
	if done["delete"] != true || done["starttm"] != "1700000210" || done["completedtm"] != "1700000300" ||
		done["expiretm"] != "1700009999" || done["descr"] != a.personal["description"] {
		t.Errorf("processed report: %v", done)
	}
	if other := r.send(r.kraken(a, "ExportStatus", "ledgers")); !strings.Contains(other.body, `"error":"EExport:Unexpected error"`) ||
		strings.Contains(other.body, "AAAA") {
		t.Errorf("ledgers: %s", other.body)
	}
}

func TestKrakenAcceptsBothEncodings(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(Kraken, "treasury")
	for _, body := range []string{
		`{"nonce":11,"report":"trades"}`, `{ "report": "ledgers", "nonce": "12" }`, "report=trades&nonce=13",
	} {
		kind := "application/json"
		if body[0] != '{' {
			kind = formType
		}
		_, tail, _ := strings.Cut(body, "1")
		nonce := "1" + tail[:1]
		wantBody(t, r.send(r.krakenBody(a, "ExportStatus", kind, nonce, body)),
			http.StatusOK, `{"error":[],"result":[]}`)
	}
	var nonces, sources []string
	for _, request := range a.Requests() {
		nonces, sources = append(nonces, request.Nonce), append(sources, request.Source)
	}
	if !slices.Equal(nonces, []string{"11", "12", "13"}) ||
		!slices.Equal(sources, []string{"trades", "ledgers", "trades"}) {
		t.Errorf("log has nonces %v, sources %v", nonces, sources)
	}
}

func TestKrakenRefusesWithItsErrorsOnStatus200(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(Kraken, "treasury")
	wantStatus(t, r.send(r.krakenBody(a, "ExportStatus", formType, "1000", "nonce=1000&report=trades")), http.StatusOK)
	spoilt := func(name, value string) func(*http.Request) {
		return func(req *http.Request) { req.Header.Set(name, value) }
	}
	for _, tc := range []struct {
		name, kind, nonce, body string
		spoil                   func(*http.Request)
		want                    string
	}{
		{"unknown key", formType, "1001", "nonce=1001&report=trades", spoilt("API-Key", "x"), "EAPI:Invalid key"},
		{"no key", formType, "1001", "nonce=1001&report=trades", spoilt("API-Key", ""), "EAPI:Invalid key"},
		{"signature", formType, "1001", "nonce=1001&report=trades", spoilt("API-Sign", "eA=="), "EAPI:Invalid signature"},
		{"nonce of another body", formType, "1002", "nonce=1001&report=trades", nil, "EAPI:Invalid signature"},
		{"same nonce", formType, "1000", "nonce=1000&report=trades", nil, "EAPI:Invalid nonce"},
		{"lower nonce", formType, "999", "nonce=999&report=trades", nil, "EAPI:Invalid nonce"},
		{"no nonce", formType, "", "report=trades", nil, "EAPI:Invalid nonce"},
		{"negative nonce", formType, "-5", "nonce=-5&report=trades", nil, "EAPI:Invalid nonce"},
		{"fractional nonce", "application/json", "1.5e9", `{"nonce":1.5e9,"report":"trades"}`, nil, "EAPI:Invalid nonce"},
		{"report", formType, "1001", "nonce=1001&report=orders", nil, "EGeneral:Invalid arguments"},
		{"no report", formType, "1002", "nonce=1002", nil, "EGeneral:Invalid arguments"},
		{"content type", "text/plain", "1003", "nonce=1003&report=trades", nil, "EAPI:Bad request"},
		{"broken JSON", "application/json", "1003", `{"nonce":1003`, nil, "EAPI:Bad request"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			req := r.krakenBody(a, "ExportStatus", tc.kind, tc.nonce, tc.body)
			if tc.spoil != nil {
				tc.spoil(req)
			}
			wantBody(t, r.send(req), http.StatusOK, `{"error":["`+tc.want+`"]}`)
			requests := r.Requests(Kraken)
			if got := requests[len(requests)-1].Verdict; got != tc.want {
				t.Errorf("verdict %q, want %q", got, tc.want)
			}
		})
	}
	// A forged request must not have advanced the nonce, but one with a bad argument
	// must.
	wantBody(t, r.send(r.krakenBody(a, "ExportStatus", formType, "1003", "nonce=1003&report=trades")),
		http.StatusOK, `{"error":[],"result":[]}`)
	if v := r.Violations(); len(v) != 0 {
		t.Errorf("violations %v", v)
	}
}

func TestKrakenKeyInfoAndPermissions(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(Kraken, "treasury")
	a.SetPermissions("query-funds", "withdraw-funds")
	wantBody(t, r.send(r.kraken(a, "ExportStatus", "trades")),
		http.StatusOK, `{"error":["EGeneral:Permission denied"]}`)
	got := r.send(r.kraken(a, "GetApiKeyInfo", ""))
	info := decode[struct {
		Result struct {
			Permissions []string `json:"permissions"`
			Key         string   `json:"apiKey"`
			IBAN        string   `json:"iban"`
			ValidUntil  string   `json:"validUntil"`
		} `json:"result"`
	}](t, got.body).Result
	if !slices.Equal(info.Permissions, []string{"query-funds", "withdraw-funds"}) ||
		info.Key != a.Credentials().Key || info.IBAN != a.personal["iban"] || info.ValidUntil != "0" {
		t.Errorf("key info: %s", got.body)
	}
}

func TestKrakenKeyInfoInBothSpellings(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(Kraken, "treasury")
	a.SetKeyEnd(time.Unix(1793534400, 0))
	if got := r.send(r.kraken(a, "GetApiKeyInfo", "")).body; !strings.Contains(got, `"validUntil":"1793534400"`) {
		t.Errorf("as in the example: %s", got)
	}
	a.SetShape(Shape{SnakeCase: true})
	got := decode[struct {
		Result map[string]any `json:"result"`
	}](t, r.send(r.kraken(a, "GetApiKeyInfo", "")).body).Result
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{
		"api_key", "api_key_name", "created_time", "iban", "ip_allowlist", "last_used", "modified_time",
		"nonce", "nonce_window", "permissions", "query_from", "query_to", "valid_until",
	}
	if !slices.Equal(names, want) || got["valid_until"] != "1793534400" {
		t.Errorf("by the schema: %v", got)
	}
}

func TestKrakenPublicReads(t *testing.T) {
	r := newRig(t)
	got := r.send(request(t, http.MethodGet, r.URL(Kraken)+"/0/public/Time", ""))
	wantBody(t, got, http.StatusOK,
		`{"error":[],"result":{"rfc1123":"Sun, 01 Mar 26 12:00:00 +0000","unixtime":1772366400}}`)
	if date := got.header.Get("Date"); date != "Sun, 01 Mar 2026 12:00:00 GMT" {
		t.Errorf("Date header %q", date)
	}
	got = r.send(request(t, http.MethodGet, r.URL(Kraken)+"/0/public/SystemStatus", ""))
	if !strings.Contains(got.body, `"status":"online"`) {
		t.Errorf("system status: %s", got.body)
	}
}

func TestReportsCanBeAwkward(t *testing.T) {
	r := newRig(t)
	a := r.AddAccount(Kraken, "treasury")
	a.SetReports([]Report{
		{Type: "trades", Raw: json.RawMessage(`{ "id":"RAWR", "createdtm": 17 }`)},
		{
			ID: "OVER", Type: "trades", Status: "Queued",
			Override: map[string]json.RawMessage{"createdtm": json.RawMessage("12"), "descr": nil, "x": json.RawMessage("[{}]")},
		},
		{Type: "trades", Raw: json.RawMessage(`not json`)},
	})
	got := r.send(r.kraken(a, "ExportStatus", "trades")).body
	for _, part := range []string{`[{ "id":"RAWR", "createdtm": 17 },`, `"createdtm":12,`, `"x":[{}]`, `,not json]}`} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is not in %s", part, got)
		}
	}
	if strings.Contains(got, "descr") {
		t.Errorf("descr was not removed: %s", got)
	}
}
