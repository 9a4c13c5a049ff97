package sandbox

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	permissionExport = "export-data"
	krakenFileLife   = 14 * 24 * time.Hour // until expiretm of a recorded report
)

// krakenAPI is Kraken Spot: always status 200, with errors in an array.
type krakenAPI struct{}

func (krakenAPI) facts() Facts {
	return Facts{
		Sources: []string{"trades", "ledgers"},
		list:    "trades", // the body selects it
		Words:   [3]string{"Queued", "Processing", "Processed"},
		Types:   [2]string{"trades", "ledgers"},
		Errors:  []string{"EAPI:Rate limit exceeded", "EService:Unavailable", "EAPI:Invalid key", "EGeneral:Permission denied"},
		Lasting: []string{"EGeneral:Temporary lockout", "EAPI:Invalid nonce"},
		Wait:    func(until time.Time) string { return fmt.Sprint("EService:Throttled: ", until.Unix()) },
		// A counter of 15 points that decreases by 0.33 per second.
		period:      45 * time.Second,
		permissions: []string{permissionExport},
		demo:        demoAccount{name: "treasury", own: []string{"reports: [trades, ledgers]"}},
	}
}

func (krakenAPI) credentials(random func(int) []byte) Credentials { return signingKey(random) }

func (krakenAPI) personal(s source) personal {
	return personal{"description": "descr-" + s.word(), "key_name": "keyname-" + s.word(), "iban": s.iban(), "address": s.address()}
}

func (krakenAPI) key(r *http.Request) string { return r.Header.Get("API-Key") }

func (krakenAPI) source(c *call) string {
	if c.path() != "/0/private/ExportStatus" {
		return ""
	}
	arguments, _ := krakenArguments(c)
	return arguments.report
}

func (k krakenAPI) answer(c *call) reply {
	switch c.request.Method + " " + c.path() {
	case "GET /0/public/Time":
		return jsonReply(http.StatusOK, map[string]any{
			"error": []string{},
			"result": map[string]any{
				"unixtime": c.now.Unix(),
				"rfc1123":  c.now.UTC().Format("Mon, 02 Jan 06 15:04:05 -0700"),
			},
		}, verdictOK)
	case "GET /0/public/SystemStatus":
		return jsonReply(http.StatusOK, map[string]any{
			"error": []string{},
			"result": map[string]any{
				"status": "online", "timestamp": c.now.UTC().Format(time.RFC3339),
			},
		}, verdictOK)
	case "POST /0/private/ExportStatus", "POST /0/private/GetApiKeyInfo":
		return k.private(c)
	}
	r := k.failure(c, 0, []string{"EGeneral:Unknown method"})
	r.violation = true
	return r
}

// private checks a private call, in an order in which a forged request cannot advance
// the nonce.
func (k krakenAPI) private(c *call) reply {
	refuse := func(text string) reply { return k.failure(c, 0, []string{text}) }
	if c.account == nil || !c.current {
		return refuse("EAPI:Invalid key")
	}
	arguments, ok := krakenArguments(c)
	if !ok {
		return refuse("EAPI:Bad request")
	}
	c.nonce = arguments.nonce
	want := krakenSignature(c.creds.secret(), c.target(), arguments.nonce, c.body)
	if !sameSignature(want, c.request.Header.Get("API-Sign")) {
		return refuse("EAPI:Invalid signature")
	}
	nonce, err := strconv.ParseUint(arguments.nonce, 10, 64)
	if err != nil {
		return refuse("EAPI:Invalid nonce")
	}
	switch c.account.useNonce(c.creds.Key, nonce) {
	case nonceGood:
	case nonceRotated:
		return refuse("EAPI:Invalid key")
	default:
		return refuse("EAPI:Invalid nonce")
	}
	if _, ok := c.account.spend(c.arrived, 1); !ok {
		return refuse("EAPI:Rate limit exceeded")
	}
	shape, _, permissions := c.account.state(c.now)
	if c.path() == "/0/private/GetApiKeyInfo" {
		return k.keyInfo(c, arguments.nonce, permissions, shape.SnakeCase)
	}
	if !slices.Contains(permissions, permissionExport) {
		return refuse("EGeneral:Permission denied")
	}
	if arguments.report != "trades" && arguments.report != "ledgers" {
		return refuse("EGeneral:Invalid arguments")
	}
	var objects [][]byte
	for _, report := range c.account.list(c.now) {
		if report.Type == arguments.report {
			objects = append(objects, krakenReport(c.account, report))
		}
	}
	return rawReply(http.StatusOK, envelope("error", []string{}, "result", array(objects)), verdictOK)
}

// keyInfo answers with the names of the vendor's example or, with snakeCase, of its
// schema.
func (krakenAPI) keyInfo(c *call, nonce string, permissions []string, snakeCase bool) reply {
	p, ends := c.account.personal, c.account.keyEnd()
	fields := map[string]any{
		"apiKeyName": p["key_name"], "apiKey": c.creds.Key, "nonce": nonce, "nonceWindow": 0,
		"permissions": permissions, "iban": p["iban"], "ipAllowlist": []string{p["address"]},
		"validUntil": unix(ends), "queryFrom": "0", "queryTo": "0", "modifiedTime": "0",
		"createdTime": unix(c.now.AddDate(0, -1, 0)), "lastUsed": unix(c.now),
	}
	if snakeCase {
		for name, value := range fields {
			delete(fields, name)
			fields[snake(name)] = value
		}
	}
	return jsonReply(http.StatusOK, map[string]any{"error": []string{}, "result": fields}, verdictOK)
}

// snake converts apiKeyName to api_key_name.
func snake(name string) string {
	var b strings.Builder
	for _, c := range name {
		if unicode.IsUpper(c) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

func (krakenAPI) failure(_ *call, status int, texts []string) reply {
	return jsonReply(cmp.Or(status, http.StatusOK), map[string]any{"error": append([]string{}, texts...)}, cmp.Or(texts...))
}

func (krakenAPI) wrongTypes(*call) []byte {
	return []byte(`{"error":[],"result":"none"}`)
}

// krakenReport returns one entry of ExportStatus. All values except delete are texts.
// It reproduces recorded oddities: starttm equals datastarttm until the work begins,
// and completedtm is "0" until it ends.
func krakenReport(a *Account, r Report) []byte {
	started, expires := r.Started, r.Expires
	if started.IsZero() {
		started = r.DataStart
	}
	if expires.IsZero() && !r.Created.IsZero() {
		expires = r.Created.Add(krakenFileLife)
	}
	fields := map[string]any{
		"id": r.ID, "descr": cmp.Or(r.Description, a.personal["description"]),
		"format": cmp.Or(r.Format, "CSV"), "report": r.Type, "subtype": "all", "status": r.Status,
		"flags": "0", "fields": "all", "createdtm": unix(r.Created), "expiretm": unix(expires),
		"starttm": unix(started), "completedtm": unix(r.Completed),
		"datastarttm": unix(r.DataStart), "dataendtm": unix(r.DataEnd),
		"aclass": "forex", "asset": "all", "asset_classes": []string{"currency"},
		"endtm": unix(r.Created),
	}
	if r.Delete {
		fields["delete"] = true
	}
	if r.Error != "" {
		fields["error"] = r.Error
	}
	return r.object(fields)
}

// unix formats a time in Unix seconds, or "0" if it is not set.
func unix(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

type krakenArgs struct{ nonce, report string }

// krakenArguments parses a body in either of the official encodings. It returns the
// nonce as the original text, because the signature covers it.
func krakenArguments(c *call) (krakenArgs, bool) {
	kind, _, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if err != nil {
		return krakenArgs{}, false
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(c.body))
		return krakenArgs{nonce: form.Get("nonce"), report: form.Get("report")}, err == nil
	case "application/json":
		var fields struct {
			Nonce  json.RawMessage `json:"nonce"`
			Report json.RawMessage `json:"report"`
		}
		err := json.Unmarshal(c.body, &fields)
		return krakenArgs{nonce: jsonText(fields.Nonce), report: jsonText(fields.Report)}, err == nil
	}
	return krakenArgs{}, false
}

// jsonText returns the text of a JSON string, or the literal of any other value.
func jsonText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(bytes.TrimSpace(raw))
}

// krakenSignature returns API-Sign: the HMAC-SHA512 of the path and the SHA-256 of
// nonce and body.
func krakenSignature(secret []byte, path, nonce string, body []byte) string {
	digest := sha256.New()
	digest.Write([]byte(nonce))
	digest.Write(body)
	return authenticate(sha512.New, secret, []byte(path), digest.Sum(nil))
}

// demo returns trades and ledgers that progress, a ledger stuck in processing, one that
// was processed but has an error, and one that is pending deletion.
func (krakenAPI) demo(d demo, now time.Time) []Report {
	words := krakenAPI{}.facts().Words
	reports := append(d.moving(now, "trades", 0, words), d.moving(now, "ledgers", -d.pace/2, words)...)

	stuck := d.still("ledgers", "stuck", "Processing", demoStuckAge)
	stuck.Started = stuck.Created.Add(30 * time.Second)

	failed := d.still("trades", "failed", "Processed", demoFailedAge)
	failed.Started = failed.Created.Add(20 * time.Second)
	failed.Completed = failed.Created.Add(2 * time.Minute)
	failed.Error = "EExport:Exported size too big"

	deleted := d.still("trades", "deleted", "Processed", 5*24*time.Hour)
	deleted.Started = deleted.Created.Add(20 * time.Second)
	deleted.Completed = deleted.Created.Add(3 * time.Minute)
	deleted.Delete = true

	reports = append(reports, stuck, failed, deleted)
	for i := range reports {
		reports[i].ID = letters(reports[i].ID)
	}
	return reports
}
