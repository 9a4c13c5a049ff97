package sandbox

import (
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	historyPrefix  = "/api/history/v3/"
	accountsPath   = "/derivatives/api/v3/accounts"
	keyCheckPath   = "/api/auth/v1/api-keys/v3/check"
	derivativesAPI = "/derivatives/"
	futuresTime    = "2006-01-02T15:04:05.000Z"
)

// futuresAPI is Kraken Futures: the history streams, the key check and the accounts
// call, with four error formats.
type futuresAPI struct{}

func (futuresAPI) facts() Facts {
	return Facts{
		Sources: []string{"account_log"},
		list:    "/api/history/v3/account-log?count=1&sort=desc",
		Types:   [2]string{"account_log", "account_log"},
		Errors:  []string{"apiLimitExceeded", "Server Error", "authenticationError"},
		Lasting: []string{"nonceBelowThreshold"},
		// A pool of 100 tokens that refills in 10 minutes.
		period: 10 * time.Minute, size: 100,
		permissions: []string{"READ_ONLY", "NO_ACCESS"},
		demo: demoAccount{
			name: "derivatives",
			// Two streams every 15 seconds use 80 of the 100 tokens.
			general: "refresh_interval: 15s",
			// Kraken ends the API of accounts on 1 March 2027.
			own: []string{"streams: [account_log, executions]", "check_key: true", "accounts: true"},
		},
	}
}

func (futuresAPI) credentials(random func(int) []byte) Credentials { return signingKey(random) }

func (futuresAPI) personal(s source) personal {
	return personal{
		"account_uid": s.uuid(), "amount": s.digits(6) + "." + s.digits(8), "iban": s.iban(), "address": s.address(),
	}
}

func (futuresAPI) key(r *http.Request) string { return r.Header.Get("APIKey") }

func (futuresAPI) source(c *call) string {
	switch c.path() {
	case accountsPath:
		return "accounts"
	case keyCheckPath:
		return "api_key"
	}
	switch name, _ := strings.CutPrefix(c.path(), historyPrefix); name {
	case "account-log":
		return "account_log"
	case "executions", "orders", "triggers":
		return name
	}
	return ""
}

func (f futuresAPI) answer(c *call) reply {
	source := f.source(c)
	if source == "" || c.request.Method != http.MethodGet {
		r := f.failure(c, http.StatusNotFound, []string{"notFound"})
		r.violation = true
		return r
	}
	if code := futuresCheck(c); code != "" {
		// For a refused key, the derivatives API sends status 200, the others 401.
		if source == "accounts" {
			return f.failure(c, http.StatusOK, []string{code})
		}
		return f.failure(c, http.StatusUnauthorized, []string{code})
	}
	switch source {
	case "accounts":
		return futuresAccounts(c)
	case "api_key":
		return futuresKeyCheck(c)
	}
	query, err := url.ParseQuery(c.query())
	if err != nil {
		return f.invalid(c, "query")
	}
	window, wrong := parseWindow(source, query)
	if wrong != "" {
		return f.invalid(c, wrong)
	}
	if wait, ok := c.account.spend(c.arrived, window.cost()); !ok {
		return f.failure(c, http.StatusTooManyRequests, []string{"apiLimitExceeded"}).
			with("rate-limit-reset", strconv.Itoa(int(wait.Seconds())))
	}
	if source == "account_log" {
		return accountLog(c, window)
	}
	return historyEvents(c, window)
}

func (f futuresAPI) invalid(c *call, argument string) reply {
	return f.failure(c, http.StatusBadRequest, []string{"invalidArgument: " + argument})
}

// futuresCheck returns the error code for a signed request, or "". The nonce is
// optional. If it is present, it is part of the signature and must increase.
func futuresCheck(c *call) string {
	if c.account == nil || !c.current {
		return "authenticationError"
	}
	c.nonce = c.request.Header.Get("Nonce")
	want := futuresSignature(c.creds.secret(), c.query()+string(c.body), c.nonce, c.path())
	if !sameSignature(want, c.request.Header.Get("Authent")) {
		return "authenticationError"
	}
	if c.nonce == "" {
		return ""
	}
	nonce, err := strconv.ParseUint(c.nonce, 10, 64)
	if err != nil {
		return "nonceBelowThreshold"
	}
	switch c.account.useNonce(c.creds.Key, nonce) {
	case nonceBelow:
		return "nonceBelowThreshold"
	case nonceSame:
		return "nonceDuplicate"
	case nonceRotated:
		return "authenticationError"
	case nonceGood:
	}
	return ""
}

// failure returns an error in one of four formats: text for status 429, the key API's
// own for 401, a list of errors for 400 and 404 of the history API, and result and
// error for the rest.
func (futuresAPI) failure(c *call, status int, texts []string) reply {
	status = cmp.Or(status, http.StatusOK)
	code := cmp.Or(append(texts, "unknownError")...)
	now := c.now.UTC().Format(futuresTime)
	history := !strings.HasPrefix(c.path(), derivativesAPI)
	switch {
	case status == http.StatusTooManyRequests:
		r := rawReply(status, []byte("API rate limit exceeded: "+code+"\n"), code)
		return r.with("Content-Type", "text/plain; charset=utf-8")
	case status == http.StatusUnauthorized && c.path() == keyCheckPath:
		return jsonReply(status, map[string]any{"error": code, "message": "the key is refused", "suberror": nil}, code)
	case status == http.StatusUnauthorized && history:
		return jsonReply(status, map[string]any{"status": "unauthorized", "reason": code}, code)
	case status == http.StatusBadRequest, status == http.StatusNotFound && history:
		word := strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))
		return jsonReply(status, map[string]any{
			"status": word, "result": "error", "serverTime": now,
			"errors": []any{map[string]any{"code": 0, "message": code}},
		}, code)
	}
	return jsonReply(status, map[string]any{"result": "error", "error": code, "serverTime": now}, code)
}

func (futuresAPI) wrongTypes(*call) []byte {
	return []byte(`{"result":1,"serverTime":[],"permissions":"none","createdAt":{"x":1},"accounts":"none","accountUid":{},"len":true,` +
		`"logs":{"id":"x"},"elements":"none"}`)
}

// futuresAccounts answers the accounts call with balances, and with words that look
// like the call's result but are about something else.
func futuresAccounts(c *call) reply {
	amount := number(c.account.personal["amount"])
	return jsonReply(http.StatusOK, map[string]any{
		"result":     "success",
		"serverTime": c.now.UTC().Format(futuresTime),
		"accounts": map[string]any{
			"cash": map[string]any{"type": "cashAccount", "balances": map[string]any{"xbt": amount}},
			"fi_xbtusd": map[string]any{
				"type": "marginAccount", "currency": "xbt", "status": "insufficientAvailableFunds",
				"balances":          map[string]any{"xbt": amount, "FI_XBTUSD_171215": 0},
				"auxiliary":         map[string]any{"usd": 0, "pv": amount, "pnl": amount, "af": amount},
				"marginRequirement": map[string]any{"im": 0, "mm": 0, "lt": 0, "tt": 0},
			},
		},
	}, verdictOK)
}

// futuresKeyCheck answers with the key's access to each area.
func futuresKeyCheck(c *call) reply {
	_, _, access := c.account.state(c.now)
	p := c.account.personal
	return jsonReply(http.StatusOK, map[string]any{
		"apiKey": c.creds.Key, "accountUid": p["account_uid"], "iiban": p["iban"],
		"createdAt":         c.now.AddDate(0, -1, 0).UTC().Format(futuresTime),
		"permissions":       map[string]any{"general": access[0], "transfer": access[1]},
		"allowedCidrBlocks": []string{p["address"]},
	}, verdictOK)
}

// historyMoment formats the time of an account log row.
func historyMoment(t time.Time) string { return t.UTC().Format(futuresTime) }

// futuresSignature returns Authent: the HMAC-SHA512 of the SHA-256 of query, nonce and
// path. A leading /derivatives is removed from the path.
func futuresSignature(secret []byte, query, nonce, path string) string {
	digest := sha256.Sum256([]byte(query + nonce + strings.TrimPrefix(path, "/derivatives")))
	return authenticate(sha512.New, secret, digest[:])
}

// demo returns an account log that gets eight rows per pace, executions and orders that
// grow at half and a quarter of that rate, and no triggers.
func (futuresAPI) demo(d demo, now time.Time) []Report {
	const firstRow = 184220
	var reports []Report
	for _, stream := range []struct {
		source string
		every  time.Duration
	}{
		{"account_log", d.pace / 8}, {"executions", d.pace / 4}, {"orders", d.pace / 2},
	} {
		for _, j := range d.series(now, stream.every, 0, 50) {
			r := Report{Type: stream.source, Created: j.created, ID: derivedUUID(stream.source, j.n, d.epoch)}
			if stream.source == "account_log" {
				r.ID = strconv.FormatInt(firstRow+j.n, 10)
				if j.n%10 == 0 {
					r.Info = "funding rate change"
				}
			}
			reports = append(reports, r)
		}
	}
	return reports
}
