package definition

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// maxCursorBytes is the maximum length of a cursor or a next URL.
const maxCursorBytes = 8 << 10

// step holds what the request of a page adds to the call: a parameter, or the whole
// query of a next URL.
type step struct {
	param string
	value cursor
	alone bool
	query *string
}

// request builds the request of a call. The client adds its own headers.
func (c *call) request(p params, headers []pair, s step) (apiclient.Request, error) {
	r := apiclient.Request{Method: c.method, Path: p.fill(c.path), Header: http.Header{}}
	for _, each := range headers {
		text := p.of(each.values[0])
		if !headerText(text) {
			return r, errUnfit("a header")
		}
		r.Header[http.CanonicalHeaderKey(each.name)] = []string{text}
	}
	query := p.form(c.query)
	if c.method == methodPost {
		body, err := json.Marshal(c.content(p, s), json.Deterministic(true))
		if err != nil {
			return r, errUnfit("the body")
		}
		r.Body = body
		r.Header.Set("Content-Type", "application/json")
	} else if s.param != "" {
		if s.alone {
			query = url.Values{}
		}
		query.Set(s.param, s.value.text)
	}
	r.Query = query.Encode()
	if s.query != nil {
		r.Query = *s.query
	}
	return r, nil
}

// content returns the body of a POST.
func (c *call) content(p params, s step) map[string]any {
	fields := p.json(c.body)
	if c.graphql != "" {
		fields = p.json(c.variables)
	}
	if s.param != "" {
		if s.alone {
			clear(fields)
		}
		fields[s.param] = s.value.json()
	}
	if c.graphql == "" {
		return fields
	}
	content := map[string]any{"query": c.graphql}
	if len(fields) > 0 {
		content["variables"] = fields
	}
	return content
}

// json returns the value with its original JSON type: a number stays a number.
func (c cursor) json() any {
	if n, err := strconv.ParseInt(c.text, 10, 64); c.number && err == nil {
		return n
	}
	if n, err := strconv.ParseFloat(c.text, 64); c.number && err == nil {
		return n
	}
	return c.text
}

// counted returns a number as a cursor.
func counted(n int) cursor { return cursor{text: strconv.Itoa(n), number: true} }

// nextQuery returns the query of a next URL. Nothing else of the URL is used, so it
// cannot lead to another host, path or method. Some servers separate parameters by ";".
func nextQuery(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || !oneLine(u.RawQuery) {
		return "", false
	}
	var b strings.Builder
	for _, c := range []byte(u.RawQuery) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}#", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	for _, each := range strings.FieldsFunc(u.RawQuery, func(c rune) bool { return c == '&' || c == ';' }) {
		name, text, _ := strings.Cut(each, "=")
		name, badName := url.QueryUnescape(name)
		text, badText := url.QueryUnescape(text)
		if badName != nil || badText != nil || !onlyReads(name, text) {
			return "", false
		}
	}
	return b.String(), true
}

// errUnfit returns the failure for a request that cannot be built from the account's
// values.
func errUnfit(what string) *provider.Error {
	return &provider.Error{
		Reason: provider.ReasonInvalidRequest, Final: true, Detail: what + " of the request could not be built",
		Advice: "check the account's params and the definition",
	}
}
