package rig

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// Defined is an API of the sandbox with its definition.
type Defined struct {
	sandbox.API

	auth, list, next string
}

// Emulated are APIs with each kind of auth, each kind of paging, and errors in
// answers with status 200.
func Emulated() []Defined {
	const ofToken = "token_path: /oauth/token"
	list := "{path: /exports, items: items}"
	post := "{path: /exports, method: POST, body: {}, items: items}"
	graphql := "{path: /exports, graphql: '{ exports { id } }', items: items}"
	api := func(name string, auth sandbox.Auth, pages sandbox.Pages) sandbox.API {
		return sandbox.API{Name: sandbox.Provider(name), Auth: auth, List: "/exports", Pages: pages, PageSize: 2}
	}
	posted := api("posted", sandbox.AuthBearer, sandbox.PagesOffset)
	posted.Post = true
	queried := api("queried", sandbox.AuthBearer, sandbox.PagesCursor)
	queried.Post = true
	coded := api("coded", sandbox.AuthBearer, sandbox.PagesNone)
	coded.ErrorsIn200 = true
	return []Defined{
		{api("open", sandbox.AuthNone, sandbox.PagesNone), "none", list, ""},
		{api("keyed", sandbox.AuthKey, sandbox.PagesCursor), "{api_key: {header: X-Api-Key}}", list, "{cursor: next, param: cursor}"},
		{api("basic", sandbox.AuthBasic, sandbox.PagesLast), "basic", list, "{last: id, param: starting_after, while: has_more}"},
		{api("granted", sandbox.AuthClient, sandbox.PagesURL), "{oauth2: {grant: client_credentials, " + ofToken + "}}", list, "{url: next_url}"},
		{api("renewed", sandbox.AuthRefresh, sandbox.PagesOffset), "{oauth2: {grant: refresh_token, client_auth: basic, " + ofToken + "}}", list, "{offset: offset}"},
		{api("asserted", sandbox.AuthJWT, sandbox.PagesNumber), "{oauth2: {grant: jwt_bearer, " + ofToken + "}}", list, "{page: page}"},
		{posted, "bearer", post, "{offset: offset}"},
		{queried, "bearer", graphql, "{cursor: next, param: cursor}"},
		{coded, "bearer", list, ""},
	}
}

// apis are the definitions of emulated APIs, as lines of a configuration.
func apis(emulated []Defined) []string {
	lines := []string{"apis:"}
	for _, d := range emulated {
		lines = append(lines,
			"  "+string(d.Name)+":",
			"    auth: "+d.auth,
			"    fail_if: {path: code, unless: [0], reasons: {auth: [40100], rate_limited: [42900], unavailable: [50300]}}",
			"    sources:",
			"      exports:",
			"        list: "+d.list)
		if d.next != "" {
			lines = append(lines, "        next: "+d.next)
		}
		lines = append(lines,
			"        report: {id: id, type: type, status: status, created: created_at, completed: completed_at, rows: total_rows}",
			"        statuses: {queued: [waiting], processing: [working], ready: [done], failed: [broken]}")
	}
	return lines
}

// NewAPIs returns a rig of the emulated APIs with those names, or of all if
// there is none, with an account of each, which lists five exports.
func NewAPIs(t *testing.T, names ...sandbox.Provider) (r *Rig, accounts map[string]*sandbox.Account) {
	t.Helper()
	emulated := slices.DeleteFunc(Emulated(), func(d Defined) bool { return len(names) > 0 && !slices.Contains(names, d.Name) })
	var all []sandbox.API
	for _, d := range emulated {
		all = append(all, d.API)
	}
	r = New(t, all...)
	accounts = make(map[string]*sandbox.Account)
	lines := append(apis(emulated), "accounts:")
	for _, d := range emulated {
		a := r.Sandbox.AddAccount(d.Name, string(d.Name))
		var reports []sandbox.Report
		for i := range 5 {
			at := r.Clock.Now().Add(-time.Duration(i) * time.Hour)
			reports = append(reports, sandbox.Report{ID: fmt.Sprintf("e%d", i), Type: "orders", Status: "done", Created: at, Completed: at.Add(time.Minute)})
		}
		a.SetReports(reports)
		accounts[a.Name()] = a
		credentials := a.Credentials()
		if d.Auth == sandbox.AuthNone {
			credentials = sandbox.Credentials{}
		}
		lines = append(lines, r.AccountWith(a, credentials))
	}
	r.Write(lines...)
	return r, accounts
}
