package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// API is an API that a Sandbox emulates in addition to the built-in ones. The exporter
// accesses it by an API definition. The zero value of each field is the simplest
// variant.
type API struct {
	Name Provider
	Auth Auth
	// List is the path of the list. List/ID is the path of a single export. With
	// NoList, only single exports can be requested.
	List   string
	NoList bool
	// Post selects POST requests with parameters in a JSON body. If the body contains a
	// query, the parameters are in its variables.
	Post bool
	// Pages is the kind of pagination, and PageSize the number of items per page.
	Pages    Pages
	PageSize int
	// Items is the key of the list in an answer. The default is "items".
	Items string
	// Object returns the JSON object of an export. The default uses names such as
	// "created_at" and times in RFC 3339.
	Object func(Report) map[string]any
	// ErrorsIn200 sends errors with status 200 and a code other than 0.
	ErrorsIn200 bool

	// words, account and jobs define the demo account. It exists only if it has a name.
	words   [3]string
	account demoAccount
	jobs    func(demo, time.Time) []Report
}

// Pages is a kind of pagination.
type Pages string

// The kinds of pagination.
const (
	PagesNone   Pages = ""
	PagesCursor Pages = "cursor" // next contains the parameter cursor of the next page, and is absent on the last
	PagesLast   Pages = "last"   // the parameter starting_after is the id of the last item, as long as has_more is set
	PagesURL    Pages = "url"    // next_url is the complete address of the next page
	PagesOffset Pages = "offset" // the parameter offset
	PagesNumber Pages = "page"   // the parameter page, from 1
)

// Define adds an API. It must be called before Start, and only once per name.
func (s *Sandbox) Define(a API) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started || s.hosts[a.Name] != nil {
		panic("sandbox: an API is defined twice, or too late")
	}
	s.hosts[a.Name] = newHost(s, a.Name, definedAPI{a})
	s.order = append(s.order, a.Name)
}

// definedAPI implements api for an API.
type definedAPI struct{ API }

// is returns what a request asks for: the list, a token, or the export with an id.
func (d definedAPI) is(c *call) (list, token bool, id string) {
	path := c.path()
	if path == tokenPath && d.Auth.grants() {
		return false, true, ""
	}
	if path == d.List {
		return !d.NoList, false, ""
	}
	escaped, ok := strings.CutPrefix(path, d.List+"/")
	plain, err := url.PathUnescape(escaped)
	if !ok || err != nil || strings.Contains(escaped, "/") {
		return false, false, ""
	}
	return false, false, plain
}

func (d definedAPI) facts() Facts {
	return Facts{Sources: []string{"exports"}, Words: d.words, period: time.Minute, demo: d.account}
}

func (definedAPI) personal(source) personal { return nil }

func (d definedAPI) demo(schedule demo, now time.Time) []Report { return d.jobs(schedule, now) }

func (d definedAPI) source(c *call) string {
	switch list, token, id := d.is(c); {
	case token:
		return "token"
	case list || id != "":
		return "exports"
	default:
		return ""
	}
}

func (d definedAPI) answer(c *call) reply {
	list, token, id := d.is(c)
	method := http.MethodGet
	if d.Post || token {
		method = http.MethodPost
	}
	switch {
	case !list && !token && id == "", c.request.Method != method:
		r := d.failure(c, http.StatusNotFound, []string{"Not Found"})
		r.violation = true
		return r
	case token:
		return d.token(c)
	case d.Auth != AuthNone && !d.accepts(c):
		return d.failure(c, http.StatusUnauthorized, []string{"Unauthorized"})
	}
	if c.account == nil {
		c.account = d.only(c)
	}
	if wait, ok := c.account.spend(c.arrived, 1); !ok {
		return d.failure(c, http.StatusTooManyRequests, []string{"Too Many Requests"}).
			with("Retry-After", strconv.Itoa(int(wait.Seconds())))
	}
	if list {
		return d.list(c)
	}
	for _, r := range c.account.list(c.now) {
		if r.ID == id {
			return rawReply(http.StatusOK, r.object(d.object(r)), verdictOK)
		}
	}
	return d.failure(c, http.StatusNotFound, []string{"Not Found"})
}

// only returns the account of an API without authentication.
func (definedAPI) only(c *call) *Account {
	if accounts := c.host.accounts(); len(accounts) > 0 {
		return accounts[0]
	}
	return &Account{host: c.host, reports: func(time.Time) []Report { return nil }}
}

func (d definedAPI) failure(_ *call, status int, texts []string) reply {
	status = cmp.Or(status, http.StatusBadRequest)
	text := cmp.Or(append(texts, "Bad Request")...)
	answer := map[string]any{"code": 100 * status, "message": text}
	if d.ErrorsIn200 {
		status = http.StatusOK
	}
	return jsonReply(status, answer, text)
}

func (d definedAPI) wrongTypes(*call) []byte {
	return encode(map[string]any{d.items(): "none", "next": []any{}, "has_more": map[string]any{}})
}

func (d definedAPI) items() string { return cmp.Or(d.Items, "items") }

// object returns an export before its overrides.
func (d definedAPI) object(r Report) map[string]any {
	if d.Object != nil {
		return d.Object(r)
	}
	return map[string]any{
		"id": r.ID, "type": r.Type, "status": r.Status, "format": r.Format,
		"created_at": isoMoment(r.Created), "started_at": isoMoment(r.Started), "completed_at": isoMoment(r.Completed),
		"failed_at": isoMoment(r.Failed), "expires_at": isoMoment(r.Expires),
		"data_start": isoMoment(r.DataStart), "data_end": isoMoment(r.DataEnd),
		"total_rows": r.TotalRows, "processed_rows": r.Processed, "percentage": r.Percentage, "cost": r.CreditCost,
	}
}

// isoMoment formats a time as RFC 3339.
var isoMoment = momentIn(time.RFC3339)

// unixMoment returns a time in Unix seconds, or null.
func unixMoment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// param returns a request parameter from the query or the body.
func (d definedAPI) param(c *call, name string) string {
	if !d.Post {
		query, _ := url.ParseQuery(c.query())
		return query.Get(name)
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(c.body, &body) != nil {
		return ""
	}
	if _, graphQL := body["query"]; graphQL {
		variables := body["variables"]
		body = nil
		_ = json.Unmarshal(variables, &body) // without variables there are no parameters
	}
	var text string
	if json.Unmarshal(body[name], &text) != nil {
		text = string(body[name])
	}
	return text
}

// list returns one page.
func (d definedAPI) list(c *call) reply {
	reports := c.account.list(c.now)
	shape, _, _ := c.account.state(c.now)
	size := len(reports)
	if d.Pages != PagesNone {
		size = shape.pageSize(cmp.Or(d.PageSize, 100))
	}
	begin := d.begin(c, reports, size)
	end := min(begin+size, len(reports))
	more := end < len(reports) || shape.EndlessPages || shape.TrailingPage && begin < len(reports)
	if shape.EndlessPages && begin >= len(reports) {
		begin = max(0, len(reports)-size)
		end = len(reports)
	}
	var objects [][]byte
	for _, r := range reports[min(begin, end):end] {
		objects = append(objects, r.object(d.object(r)))
	}
	parts := []any{"code", 0, d.items(), array(objects)}
	switch d.Pages {
	case PagesCursor:
		if more {
			parts = append(parts, "next", "after_"+strconv.Itoa(begin+size))
		}
	case PagesLast:
		parts = append(parts, "has_more", more)
	case PagesURL:
		var next any
		if more {
			next = c.host.baseURL() + d.List + "?cursor=after_" + strconv.Itoa(begin+size)
		}
		parts = append(parts, "next_url", next)
	case PagesNone, PagesOffset, PagesNumber:
	}
	return rawReply(http.StatusOK, envelope(parts...), verdictOK)
}

// begin returns the index of the first item of a page.
func (d definedAPI) begin(c *call, reports []Report, size int) int {
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0
		}
		return max(n, 0)
	}
	begin := 0
	switch d.Pages {
	case PagesCursor, PagesURL:
		begin = number(strings.TrimPrefix(d.param(c, "cursor"), "after_"))
	case PagesLast:
		after := d.param(c, "starting_after")
		for i, r := range reports {
			if after != "" && r.ID == after {
				begin = i + 1
			}
		}
	case PagesOffset:
		begin = number(d.param(c, "offset"))
	case PagesNumber:
		begin = (max(number(d.param(c, "page")), 1) - 1) * size
	case PagesNone:
	}
	return min(begin, len(reports))
}
