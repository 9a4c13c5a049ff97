package answers

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestWordsAreShown: an error's word is classified, is shown if it has the form
// of a code, and comes with advice. Other text is not shown, and the advice
// does not mention it.
func TestWordsAreShown(t *testing.T) {
	t.Parallel()
	const withheld = "its text is withheld"
	type word struct {
		status              int
		message             string // JSON
		reason, shown, says string
	}
	common := []word{
		{400, `"BadCursor"`, "invalid_request", `\"BadCursor\"`, "look up the error in the provider's documentation"},
		{400, `"insufficient_scope"`, "invalid_request", `\"insufficient_scope\"`, "look up the error"},
		{422, `"The selected type is invalid for jo@example.com."`, "invalid_request", withheld, "send the same call by hand"},
		{409, `"AlreadyRunning"`, "unknown", `\"AlreadyRunning\"`, "look up the error"},
		{409, `"Export of jo@example.com is running"`, "unknown", withheld, "send the same call by hand"},
		{404, `"ReportNotFound"`, "not_found", `\"ReportNotFound\"`, "check base_url, the configured ids and, in an API definition, the path"},
		{500, `"ServerError"`, "unavailable", `\"ServerError\"`, "wait"},
		{503, `"Down for jo@example.com"`, "unavailable", "HTTP 503 Service Unavailable", "wait"},
		{400, `["BadCursor","Other"]`, "invalid_request", `\"BadCursor\"`, "look up the error"},
		{400, `{"0":"jo@example.com","1":"BadCursor"}`, "invalid_request", `\"BadCursor\"`, "look up the error"},
		{400, `{"text":"jo@example.com"}`, "invalid_request", withheld, "send the same call by hand"},
		{400, `"` + strings.Repeat("a", 41) + `"`, "invalid_request", withheld, "send the same call by hand"},
		{400, `""`, "invalid_request", "HTTP 400 Bad Request", "check the account's settings"},
		{402, `"PlanEnded"`, "payment_required", `\"PlanEnded\"`, "renew the plan"},
		{429, `"SlowDown"`, "rate_limited", `\"SlowDown\"`, "refresh_interval"},
		{401, `"TokenRevoked"`, "auth", `\"TokenRevoked\"`, "check "},
		{451, `"Sanctions"`, "permission", `\"Sanctions\"`, ""},
	}
	for p, own := range map[sandbox.Provider][]word{
		sandbox.CoinbaseExchange: {
			{401, `"Invalid API Key"`, "auth", "the key is refused", "all three must belong to one Coinbase Exchange key"},
			{401, `"invalid signature"`, "auth", "the signature is refused", "check api_secret"},
			{403, `"Invalid Signature."`, "auth", "the signature is refused", "check api_secret"},
			{400, `"INVALID PASSPHRASE"`, "auth", "the passphrase is refused", "check passphrase"},
			{400, `"request timestamp expired"`, "clock_skew", "the request's timestamp is refused", "synchronize this machine's clock"},
			{401, `"CB-ACCESS-SIGN header is required"`, "invalid_request", "a header of the request did not arrive", "no proxy removes"},
			{403, `"Forbidden"`, "permission", "the key may not read this", "give the key the permission View"},
			{403, `"Private rate limit exceeded"`, "rate_limited", "rate limit exceeded", "refresh_interval"},
			{400, `"The system is under maintenance"`, "unavailable", "under maintenance", "wait"},
			{429, `"Private rate limit exceeded"`, "rate_limited", "HTTP 429 Too Many Requests", "refresh_interval"},
		},
		sandbox.OnlyFansAPI: {
			{401, `"Unauthenticated."`, "auth", "Unauthenticated", "check token"},
			{403, `"Unauthenticated."`, "auth", "Unauthenticated", "check token"},
			{403, `"You do not have enough credits."`, "payment_required", "there are not enough credits", "buy credits"},
			{400, `"Insufficient Credits"`, "payment_required", "there are not enough credits", "buy credits"},
			{403, `"Too Many Attempts."`, "rate_limited", "Too Many Attempts", "refresh_interval"},
			{403, `"This action is unauthorized."`, "permission", "HTTP 403 Forbidden", "ask the provider"},
			{400, `"We are under maintenance, jo@example.com"`, "unavailable", "under maintenance", "wait"},
			{500, `"Server Error"`, "unavailable", "HTTP 500", "wait"},
		},
	} {
		d := dialectOf(p)
		for _, c := range append(own, common...) {
			t.Run(fmt.Sprintf("%s/%d %s", p, c.status, c.message), func(t *testing.T) {
				t.Parallel()
				if p == sandbox.CoinbaseExchange && c.status == 402 {
					c.says = "renew the plan at the provider"
				}
				r, a := d.rig(t)
				a.SetFault(rig.Serves(c.status, d.refuse(c.message)))
				if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != c.reason {
					t.Errorf("reasons %v, want %s", reasons, c.reason)
				}
				log := r.Log.String()
				_, page := r.Request(http.MethodGet, "/exports?format=json", nil)
				for _, part := range []string{c.shown, c.says, `msg="refresh failed"`} {
					if !strings.Contains(log, part) {
						t.Errorf("the log does not say %q:\n%s", part, log)
					}
				}
				if !strings.Contains(page, c.shown) {
					t.Errorf("the page does not say %q:\n%s", c.shown, page)
				}
				if strings.Contains(log+page, "example.com") || c.shown == withheld && strings.Contains(log, "look the") {
					t.Errorf("log\n%s", log)
				}
			})
		}
	}
}

// TestAWordThatIsASecretIsNotShown: a code is not shown if it contains, or is
// part of, a secret of the account.
func TestAWordThatIsASecretIsNotShown(t *testing.T) {
	t.Parallel()
	for _, p := range []sandbox.Provider{sandbox.CoinbaseExchange, sandbox.OnlyFansAPI} {
		d := dialectOf(p)
		for name, word := range map[string]string{"the secret": "hushhushhush", "a part of it": "hushhush", "around it": "xhushhushhushx", "in another case": "HushHushHush"} {
			r := rig.New(t)
			a := r.Sandbox.AddAccount(p, "main")
			credentials := a.Credentials()
			for _, each := range []*string{&credentials.Key, &credentials.Token, &credentials.Passphrase} {
				if *each != "" {
					*each = "hushhushhush"
				}
			}
			r.Sandbox.SetFault(p, rig.Serves(http.StatusBadRequest, d.refuse(`"`+word+`"`)))
			r.Write("accounts:", r.AccountWith(a, credentials))
			r.Start()
			r.Scrape()
			_, page := r.Request(http.MethodGet, "/exports", nil)
			if log := r.Log.String(); strings.Contains(strings.ToLower(log+page), "hushhush") || !strings.Contains(log, "its text is withheld") {
				t.Errorf("%s: %s is told:\n%s", p, name, log)
			}
		}
	}
}

// TestAdviceIsTheProvidersOwn: the advice for one provider mentions nothing of
// another.
func TestAdviceIsTheProvidersOwn(t *testing.T) {
	t.Parallel()
	own := map[sandbox.Provider][]string{
		sandbox.Kraken:           {"nonce_unit", "Data - Export data"},
		sandbox.CoinbaseExchange: {"passphrase", "Coinbase", "CB-ACCESS", "profile_id"},
		sandbox.OnlyFansAPI:      {"token", "credits", "OnlyFansAPI console"},
		sandbox.KrakenFutures:    {"general access"},
	}
	check := func(each speaker, status int, log string) {
		for p, words := range own {
			for _, word := range words {
				shared := word == "credits" && status == 402 ||
					slices.ContainsFunc(each.Credentials().Settings(), func(setting sandbox.Setting) bool { return setting.Name == word })
				if p != each.provider && strings.Contains(log, word) && !shared {
					t.Errorf("%s %d: speaks of %s:\n%s", each.provider, status, word, log)
				}
			}
		}
		if !strings.Contains(log, "advice=") {
			t.Errorf("%s %d: no advice:\n%s", each.provider, status, log)
		}
	}
	r, all := rigOfAll(t)
	for _, status := range []int{304, 400, 401, 402, 403, 404, 409, 422, 429, 451, 500, 503, 511} {
		for _, body := range []func(speaker) string{
			func(each speaker) string { return each.refuse(`"Tired"`) },
			func(speaker) string { return "" },
			func(speaker) string { return "<html>" },
		} {
			r.Clock.Advance(7 * time.Hour)
			mark := len(r.Log.String())
			for _, each := range all {
				each.SetFault(rig.Serves(status, body(each)))
			}
			r.Scrape()
			for _, each := range all {
				check(each, status, rig.LinesOf(r.Log.String()[mark:], each.Name()))
			}
		}
	}
}

// TestAReasonIsToldOnce: the reason is a field of its own and not repeated in
// the message, and a 304 is not reported as a redirect.
func TestAReasonIsToldOnce(t *testing.T) {
	t.Parallel()
	message := regexp.MustCompile(`err="([^"\\]|\\.)*"`)
	for _, d := range allDialects() {
		for status, reason := range map[int]string{304: "malformed", 302: "malformed", 401: "auth", 429: "rate_limited", 503: "unavailable"} {
			r, a := d.rig(t)
			a.SetFault(rig.Serves(status, ""))
			if reasons := r.Scrape().Reasons("main", d.source); len(reasons) != 1 || reasons[0] != reason {
				t.Errorf("%s %d: reasons %v, want %s", d.provider, status, reasons, reason)
			}
			said := message.FindString(r.Log.String())
			if said == "" || strings.Contains(said, "["+reason) || strings.Contains(said, "("+reason) || strings.Contains(said, reason+":") {
				t.Errorf("%s %d: %s", d.provider, status, said)
			}
			if redirect := strings.Contains(said, "redirect"); redirect != (status == 302) {
				t.Errorf("%s %d: %s", d.provider, status, said)
			}
			if n := strings.Count(r.Log.String(), "reason="+reason); n != 1 {
				t.Errorf("%s %d: the reason is logged %d times:\n%s", d.provider, status, n, r.Log)
			}
			if _, page := r.Request(http.MethodGet, "/exports", nil); strings.Contains(page, "["+reason+"]") {
				t.Errorf("%s %d: the page tells it in brackets", d.provider, status)
			}
		}
	}
}

// TestAPageIsNoAnswerAboutAReport: an id is not gone if a web page with status
// 404 is in its place, however often.
func TestAPageIsNoAnswerAboutAReport(t *testing.T) {
	t.Parallel()
	for p, setting := range map[sandbox.Provider]string{sandbox.CoinbaseExchange: "report_ids: [A]", sandbox.OnlyFansAPI: "export_ids: [A]"} {
		d := dialectOf(p)
		r, a := d.rig(t, setting)
		one := d.report("A", d.ready, "")
		if p == sandbox.OnlyFansAPI {
			one = `{"data":` + one + `}`
		}
		a.SetFault(rig.Serves(http.StatusOK, one))
		got := r.Scrape()
		if status := d.status(t, got, "A"); status != "ready" {
			t.Fatalf("%s: the report is %s", p, status)
		}
		for _, body := range []string{"<html>404</html>", "Not here", `{"ray_id":"1"}`, "404"} {
			r.Clock.Advance(20 * time.Minute)
			a.SetFault(rig.Serves(http.StatusNotFound, body))
			got = r.Scrape()
			if reasons := got.Reasons("main", d.source); len(reasons) != 1 || reasons[0] != "not_found" {
				t.Errorf("%s: %s has reasons %v, want not_found", p, body, reasons)
			}
			if status := d.status(t, got, "A"); status != "ready" {
				t.Errorf("%s: after %s the report is %s", p, body, status)
			}
			a.SetFault(rig.Serves(http.StatusOK, one))
			r.Clock.Advance(20 * time.Minute)
			r.Scrape()
		}
		for _, body := range []string{d.refuse(`"NotFound"`), ""} {
			r.Clock.Advance(20 * time.Minute)
			a.SetFault(rig.Serves(http.StatusNotFound, body))
			got = r.Scrape()
			got.Want(t, rig.SourceKey("export_source_up", p, "main", d.source), 1)
			if status := d.status(t, got, "A"); status != "expired" {
				t.Errorf("%s: after %q the report is %s", p, body, status)
			}
		}
	}
}
