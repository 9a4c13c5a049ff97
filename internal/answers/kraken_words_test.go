package answers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// TestKrakenWordsAreShown: every error word is classified, is shown if it has
// the form of a code, and comes with advice.
func TestKrakenWordsAreShown(t *testing.T) {
	t.Parallel()
	const unlisted, withheld = "look up the error in the provider's documentation", "send the same call by hand"
	for _, c := range []struct{ word, reason, shown, advice string }{
		{"EAPI:Key expired", "auth", "EAPI:Key expired", "create a new key"},
		{"EAPI:Invalid key", "auth", "EAPI:Invalid key", "a Kraken Futures key works only under kraken_futures"},
		{"eapi : invalid KEY", "auth", "EAPI:Invalid key", "a Kraken Futures key works only under kraken_futures"},
		{"EAPI:Invalid signature", "auth", "EAPI:Invalid signature", "api_secret"},
		{"EAuth:Failed", "auth", "EAuth:Failed", "api_key"},
		{"ETrade:User Locked", "auth", "ETrade:User Locked", "suspended"},
		{"EAccount:Restricted", "permission", "EAccount:Restricted", "restricted"},
		{"EAPI:Feature disabled", "permission", "EAPI:Feature disabled", "disabled"},
		{"EGeneral:Permission denied", "permission", "EGeneral:Permission denied", "Data - Export data"},
		{"EAccount:Invalid permissions", "permission", "EAccount:Invalid permissions", "Data - Export data"},
		{"EDatabase:Internal error", "unavailable", "EDatabase:Internal error", "wait"},
		{"EExport:Not ready", "unavailable", "EExport:Not ready", "wait"},
		{"EExport:Something new", "unavailable", "EExport:Something new", "wait"},
		{"EService:Market in cancel_only mode", "unavailable", "EService", "wait"},
		{"EGeneral:Temporary lockout", "lockout", "EGeneral:Temporary lockout", "wait"},
		{"EService: Throttled: 1772366500000", "rate_limited", "EService:Throttled", "refresh_interval"},
		{"EQuery:Unknown asset pair", "unknown", `the API answers \"EQuery:Unknown asset pair\"`, unlisted},
		{"ENew:Thing", "unknown", `the API answers \"ENew:Thing\"`, unlisted},
		{"EFunding:Max fee exceeded", "unknown", `the API answers \"EFunding:Max fee exceeded\"`, unlisted},
		{"maintenance", "unknown", `the API answers \"maintenance\"`, unlisted},
		{"No such user jo@example.com", "unknown", "its text is withheld", withheld},
		{"EUser:jo@example.com is locked", "unknown", "its text is withheld", withheld},
	} {
		t.Run(c.word, func(t *testing.T) {
			t.Parallel()
			r, treasury := krakenRig(t)
			treasury.SetFault(sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{c.word}})
			got := r.Scrape()
			if reasons := got.Reasons("treasury", "trades"); len(reasons) != 1 || reasons[0] != c.reason {
				t.Errorf("reasons %v, want %s", reasons, c.reason)
			}
			log := r.Log.String()
			for _, part := range []string{c.shown, c.advice, `msg="refresh failed"`} {
				if !strings.Contains(log, part) {
					t.Errorf("the log does not say %q:\n%s", part, log)
				}
			}
			_, page := r.Request(http.MethodGet, "/exports?format=json", nil)
			if !strings.Contains(page, c.shown) {
				t.Errorf("the page does not say %q:\n%s", c.shown, page)
			}
			for _, stranger := range []string{"passphrase", "example.com", "Coinbase"} {
				if strings.Contains(log+page, stranger) {
					t.Errorf("Kraken's failure speaks of %s:\n%s", stranger, log)
				}
			}
			if c.advice == withheld && strings.Contains(log, "look the") {
				t.Errorf("a text that is withheld is to be looked up:\n%s", log)
			}
		})
	}
}

// TestKrakenWordThatIsASecretIsNotShown: a code is not shown if it contains, or
// is part of, a secret of the account.
func TestKrakenWordThatIsASecretIsNotShown(t *testing.T) {
	t.Parallel()
	for name, word := range map[string]string{
		"the key": "hushhushhush", "a part of it": "hushhush", "more than it": "EKey:hushhushhush", "around it": "xhushhushhushx",
	} {
		r := rig.New(t)
		treasury := r.Sandbox.AddAccount(sandbox.Kraken, "treasury")
		credentials := treasury.Credentials()
		credentials.Key = "hushhushhush"
		r.Sandbox.SetFault(sandbox.Kraken, sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{word}})
		r.Write("accounts:", r.AccountWith(treasury, credentials, "reports: [trades]"))
		r.Start()
		r.Scrape()
		_, page := r.Request(http.MethodGet, "/exports", nil)
		if log := r.Log.String(); strings.Contains(log+page, "hushhush") || !strings.Contains(log, "its text is withheld") {
			t.Errorf("%s is told:\n%s", name, log)
		}
	}
}

// TestKrakenNonceRetryIsItsOwn: a nonce overtaken during an outage is retried
// all the same, but only once.
func TestKrakenNonceRetryIsItsOwn(t *testing.T) {
	t.Parallel()
	nonce := sandbox.Fault{Kind: sandbox.FaultError, Errors: []string{"EAPI:Invalid nonce"}, Times: 1}
	outage := sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, Times: 1}
	reset := sandbox.Fault{Kind: sandbox.FaultReset, Times: 1}
	for _, c := range []struct {
		name   string
		faults []sandbox.Fault
		calls  int64
		reason string
	}{
		{"after a 503", []sandbox.Fault{outage, nonce}, 3, ""},
		{"before a 503", []sandbox.Fault{nonce, outage}, 3, ""},
		{"after a dropped connection", []sandbox.Fault{reset, nonce}, 3, ""},
		{"before a dropped connection", []sandbox.Fault{nonce, reset}, 3, ""},
		{"twice", []sandbox.Fault{nonce, nonce}, 2, "nonce"},
		{"two outages", []sandbox.Fault{outage, reset}, 2, "network"},
		{"twice around an outage", []sandbox.Fault{nonce, outage, nonce}, 3, "nonce"},
	} {
		r, treasury := krakenRig(t)
		treasury.SetFault(c.faults...)
		got := r.Scrape()
		reasons := strings.Join(got.Reasons("treasury", "trades"), ",")
		if treasury.Count() != c.calls || reasons != c.reason {
			t.Errorf("%s: %d calls and reason %q, want %d and %q", c.name, treasury.Count(), reasons, c.calls, c.reason)
		}
		if refused := treasury.Verdicts()["EAPI:Invalid nonce"]; refused > 0 {
			t.Errorf("%s: %d nonces were not fresh", c.name, refused)
		}
	}
}

// TestKrakenKeyInBothSpellings: the expiry of a key is read in both spellings,
// and a missing one is logged.
func TestKrakenKeyInBothSpellings(t *testing.T) {
	t.Parallel()
	for _, snakeCase := range []bool{false, true} {
		r, treasury := krakenRig(t, "check_key: true")
		treasury.SetKeyEnd(time.Unix(1793534400, 0))
		treasury.SetShape(sandbox.Shape{SnakeCase: snakeCase})
		treasury.SetPermissions("export-data", "withdraw-funds")
		r.Scrape().Want(t, `export_api_key_expires_timestamp_seconds{account="treasury",provider="kraken"}`, 1793534400)
		if log := r.Log.String(); !strings.Contains(log, "the key may do more than the exporter needs: withdraw-funds") {
			t.Errorf("snake case %t: the log does not warn:\n%s", snakeCase, log)
		}
		r.CheckQuiet()
	}
	for fields, warning := range map[string]string{
		`"permissions":["export-data"]`:                    "neither validUntil nor valid_until",
		`"valid_until":"0"`:                                "has no permissions",
		`"permissions":["export-data"],"validUntil":"x"`:   "the key's expiry could not be read",
		`"permissions":"export-data","valid_until":"0"`:    "permissions could not be read",
		`"permissions":["export-data"],"validUntil":null`:  "",
		`"permissions":["export_data"],"VALID_UNTIL":"0"`:  "",
		`"permissions":{"0":"export-data"},"validUntil":0`: "",
	} {
		r, treasury := krakenRig(t, "check_key: true")
		treasury.SetFault(sandbox.Fault{Kind: sandbox.FaultLatency, Source: "trades"}, rig.Serves(http.StatusOK, `{"error":[],"result":{`+fields+`}}`))
		got := r.Scrape()
		got.Want(t, rig.SourceKey("export_source_up", sandbox.Kraken, "treasury", "trades"), 1)
		if found := got.With("export_api_key_expires_timestamp_seconds"); len(found) > 0 {
			t.Errorf("%s: %v", fields, found)
		}
		log := r.Log.String()
		if warned := strings.Contains(log, "answer is unusual"); warned != (warning != "") || !strings.Contains(log, warning) {
			t.Errorf("%s: want the warning %q:\n%s", fields, warning, log)
		}
	}
}
