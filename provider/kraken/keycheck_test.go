package kraken

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

const keyInfoAnswer = `{"error":[],"result":{"apiKeyName":"CANARY","apiKey":"CANARY","nonce":"1","nonceWindow":0,` +
	`"permissions":["export-data","query-funds","withdraw-funds","modify-trades","withdraw-funds","CANARY is not a name"],` +
	`"iban":"CANARY","validUntil":"1793534400","ipAllowlist":["CANARY"]}}`

// TestKeyCheck checks that a key is checked after its first success and then every six
// hours, within the same turn, with a new nonce, and once for all sources.
func TestKeyCheck(t *testing.T) {
	t.Parallel()
	c := config()
	c.CheckKey = true
	api := providertest.JSON(nothing, keyInfoAnswer, nothing, nothing, nothing, keyInfoAnswer)
	clock := providertest.NewClock(providertest.Start())
	observer := &providertest.Observer{}
	sources := c.Sources(providertest.DepsAt(api, clock), providertest.Secrets(t, c.Secrets()), observer)
	for i, after := range []time.Duration{0, time.Minute, 5 * time.Hour, 6 * time.Hour} {
		clock.Set(providertest.Start().Add(after))
		snapshot, err := sources[i%2].Fetch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var want []string // warnings come only with the check itself
		if i == 0 || i == 3 {
			want = []string{"the key may do more than the exporter needs: modify-trades, one of an unknown form, withdraw-funds"}
		}
		if !slices.Equal(snapshot.Warnings, want) {
			t.Errorf("warnings %q, want %q", snapshot.Warnings, want)
		}
		if !snapshot.KeyExpires.Equal(time.Unix(1793534400, 0)) {
			t.Errorf("the key ends %s", snapshot.KeyExpires)
		}
	}
	var paths, nonces []string
	for _, asked := range api.Asked() {
		form, err := url.ParseQuery(asked.Body)
		if err != nil {
			t.Fatal(err)
		}
		_, path, _ := strings.Cut(asked.URL, "/0/")
		paths, nonces = append(paths, "/0/"+path), append(nonces, form.Get("nonce"))
	}
	if want := []string{exportStatusPath, keyInfoPath, exportStatusPath, exportStatusPath, exportStatusPath, keyInfoPath}; !slices.Equal(paths, want) {
		t.Errorf("asked %v", paths)
	}
	if !slices.IsSorted(nonces) || len(slices.Compact(nonces)) != 6 {
		t.Errorf("nonces %v", nonces)
	}
}

// TestKeyCheckIsNoFailure checks that the reports are kept whatever the check returns.
func TestKeyCheckIsNoFailure(t *testing.T) {
	t.Parallel()
	const (
		unread   = "the key's permissions could not be requested (check_key)"
		noRights = "the answer about the key has no permissions, so they are unknown (check_key)"
		noEnd    = "the answer about the key has neither validUntil nor valid_until, so the key's expiry is unknown (check_key)"
	)
	for _, c := range []struct {
		name, answer string
		warnings     []string
	}{
		{"an error", `{"error":["EGeneral:Permission denied"]}`, []string{unread}},
		{"no result", `{"error":[]}`, []string{unread}},
		{"another shape", `{"error":[],"result":[1,2]}`, []string{unread}},
		{"no JSON", `<html>`, []string{unread}},
		{"cut in the middle", keyInfoAnswer[:80], []string{unread}},
		{"unlimited", `{"error":[],"result":{"permissions":["export-data","query-funds"],"validUntil":"0"}}`, nil},
		{"unlimited by its schema", `{"error":[],"result":{"permissions":["export_data","Query_Funds"],"valid_until":null}}`, nil},
		{"no permissions at all", `{"error":[],"result":{"permissions":{},"valid_until":""}}`, nil},
		{"odd permissions", `{"error":[],"result":{"permissions":"all","valid_until":0}}`, []string{"the key's permissions could not be read (check_key)"}},
		{"without the end", `{"error":[],"result":{"permissions":["export-data"]}}`, []string{noEnd}},
		{"without the permissions", `{"error":[],"result":{"validUntil":"0"}}`, []string{noRights}},
		{"without anything", `{"error":[],"result":{}}`, []string{noRights, noEnd}},
		{"an end that is none", `{"error":[],"result":{"permissions":[],"validUntil":"never"}}`, []string{"the key's expiry could not be read (check_key)"}},
	} {
		config := config("trades")
		config.CheckKey = true
		api := providertest.JSON(nothing, c.answer, nothing, nothing)
		source := config.Sources(providertest.Deps(api), providertest.Secrets(t, config.Secrets()), &providertest.Observer{})[0]
		snapshot, err := source.Fetch(t.Context())
		if err != nil || !snapshot.Complete || !snapshot.KeyExpires.IsZero() {
			t.Errorf("%s: %v, %v", c.name, snapshot, err)
		}
		if !slices.Equal(snapshot.Warnings, c.warnings) {
			t.Errorf("%s: warnings %q, want %q", c.name, snapshot.Warnings, c.warnings)
		}
		want := uint32(0)
		if c.name == "an end that is none" {
			want = 1
		}
		// The expiry stays unreadable between checks.
		for range 2 {
			if got := snapshot.Unreadable[provider.FieldExpires]; got != want {
				t.Errorf("%s: %d unreadable values, want %d", c.name, got, want)
			}
			if snapshot, err = source.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestKeyCheckInBothSpellings covers camelCase, as in the vendor's example, and
// snake_case, as in its schema.
func TestKeyCheckInBothSpellings(t *testing.T) {
	t.Parallel()
	end := time.Unix(1793534400, 0)
	for _, fields := range []string{
		`"permissions":["export-data","withdraw-funds"],"validUntil":"1793534400"`,
		`"permissions":["export-data","withdraw-funds"],"valid_until":"1793534400"`,
		`"permissions":["export_data","withdraw_funds"],"valid_until":1793534400`,
		`"Permissions":["Export-Data","Withdraw-Funds"],"ValidUntil":1793534400.0`,
		`"PERMISSIONS":{"0":"export-data","4":"withdraw-funds"},"VALID_UNTIL":1793534400000`,
		`"permissions":["export-data","withdraw-funds"],"validUntil":"0","valid_until":"1793534400"`,
		`"permissions":["export-data","withdraw-funds"],"validUntil":"2026-11-01T12:00:00Z","valid_until":null`,
		`"valid_until":"2026-11-01 12:00:00 UTC","permissions":["withdraw-funds"]`,
	} {
		c := config("trades")
		c.CheckKey = true
		api := providertest.JSON(nothing, `{"error":[],"result":{`+fields+`}}`)
		snapshot, err := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0].Fetch(t.Context())
		if err != nil || !snapshot.KeyExpires.Equal(end) || !slices.Equal(snapshot.Warnings, []string{"the key may do more than the exporter needs: withdraw-funds"}) {
			t.Errorf("%s: %v, ends %s, warnings %q", fields, err, snapshot.KeyExpires, snapshot.Warnings)
		}
	}
}

// TestKeyCheckThatHoldsBack checks that a refusal of the key and a wait apply to the
// whole account, even if the key check caused them.
func TestKeyCheckThatHoldsBack(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]provider.Reason{
		"EGeneral:Temporary lockout": provider.ReasonLockout,
		"EAPI:Invalid key":           provider.ReasonAuth,
		"EAPI:Invalid nonce":         provider.ReasonNonce,
		"EAPI:Rate limit exceeded":   provider.ReasonRateLimited,
	} {
		c := config("trades")
		c.CheckKey = true
		api := providertest.JSON(nothing, `{"error":["`+text+`"]}`)
		source := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
		if _, err := source.Fetch(t.Context()); provider.ReasonOf(err) != reason {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestKeyCheckGoesByTheStatus checks that the HTTP status decides about errors that are
// not in the catalogue, as in every other call.
func TestKeyCheckGoesByTheStatus(t *testing.T) {
	t.Parallel()
	for status, reason := range map[int]provider.Reason{
		http.StatusUnauthorized:    provider.ReasonAuth,
		http.StatusTooManyRequests: provider.ReasonRateLimited,
	} {
		c := config("trades")
		c.CheckKey = true
		api := providertest.Answers(providertest.Answer{Body: nothing}, providertest.Answer{Status: status, Body: `{"error":["ENew:Something"]}`})
		source := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})[0]
		if _, err := source.Fetch(t.Context()); provider.ReasonOf(err) != reason {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// TestKeyIsNotCheckedUnasked checks that the call is not on the allow-list without the
// setting.
func TestKeyIsNotCheckedUnasked(t *testing.T) {
	t.Parallel()
	c := config("trades")
	if got := c.Endpoints(); len(got) != 1 || got[0].Path != exportStatusPath {
		t.Errorf("allowed: %v", got)
	}
}
