package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// defined is an API of the sandbox with its definition.
type defined struct {
	sandbox.API

	auth, list, next string
}

// emulated are APIs with each kind of auth, each kind of paging, and errors in
// answers with status 200.
func emulated() []defined {
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
	return []defined{
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

// apis are the definitions of the emulated APIs, as lines of a configuration.
func apis() []string {
	lines := []string{"apis:"}
	for _, d := range emulated() {
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

// newAPIs returns a rig of the emulated APIs with an account of each, which
// lists five exports.
func newAPIs(t *testing.T) (r *Rig, accounts map[string]*sandbox.Account) {
	t.Helper()
	var all []sandbox.API
	for _, d := range emulated() {
		all = append(all, d.API)
	}
	r = New(t, all...)
	accounts = make(map[string]*sandbox.Account)
	lines := append(apis(), "accounts:")
	for _, d := range emulated() {
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

// TestEveryAuthAndPaging refreshes an API of each kind, with all pages.
func TestEveryAuthAndPaging(t *testing.T) {
	r, accounts := newAPIs(t)
	r.Start()
	got := r.Scrape()
	for name, a := range accounts {
		if reasons := got.Reasons(name, "exports"); len(reasons) > 0 {
			t.Errorf("%s fails: %v\n%s", name, reasons, r.Log)
		}
		got.Want(t, fmt.Sprintf(`export_reports{account=%q,provider=%[1]q,source="exports",status="ready",type="orders"}`, name), 5)
		for _, request := range a.Requests() {
			if request.Verdict != "ok" {
				t.Errorf("%s: %s %s: %s", name, request.Method, request.Path, request.Verdict)
			}
		}
	}
	for name, calls := range map[string]float64{"open": 1, "keyed": 3, "granted": 4, "renewed": 5, "asserted": 5, "posted": 4, "queried": 3} {
		// A token request and three pages; one page more if only an empty page
		// marks the end.
		got.Want(t, fmt.Sprintf(`export_api_requests_total{account=%q,code="200",provider=%[1]q}`, name), calls)
	}
	for _, name := range []string{"granted", "renewed", "asserted"} {
		accounts[name].RevokeTokens()
	}
	r.Clock.Advance(time.Minute)
	again := r.Scrape()
	for name := range accounts {
		again.Want(t, fmt.Sprintf(`export_source_up{account=%q,provider=%[1]q,source="exports"}`, name), 1)
	}
	r.checkQuiet()
}

// TestAWrongTokenHoldsTheAccount: a refused token pauses the whole account.
func TestAWrongTokenHoldsTheAccount(t *testing.T) {
	r, accounts := newAPIs(t)
	for _, a := range accounts {
		a.Rotate()
	}
	r.Start()
	for range 3 {
		got := r.Scrape()
		for name := range accounts {
			want := []string{"auth"}
			if name == "open" {
				want = nil
			}
			if reasons := got.Reasons(name, "exports"); !slices.Equal(reasons, want) {
				t.Errorf("%s: %v, want %v", name, reasons, want)
			}
		}
		r.Clock.Advance(2 * time.Minute)
	}
	for name := range accounts {
		if got := r.Sandbox.Count(sandbox.Provider(name)); name != "open" && got != 1 {
			t.Errorf("%s was asked %d times", name, got)
		}
	}
	r.checkQuiet()
}

// TestAReloadSeesAChangedDefinition: a reload applies a changed definition,
// wherever it is, and keeps the accounts of unchanged ones.
func TestAReloadSeesAChangedDefinition(t *testing.T) {
	r, _ := newAPIs(t)
	main, err := os.ReadFile(r.File)
	if err != nil {
		t.Fatal(err)
	}
	definitions, accounts, _ := strings.Cut(string(main), "accounts:")
	folder := filepath.Join(filepath.Dir(r.File), "apis")
	put := func(text string) {
		t.Helper()
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "all.yml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(definitions)
	r.Write("api_files: [apis/*.yml]", "accounts:"+accounts)
	r.Start()
	r.Scrape()
	before := r.Scrape()
	put("# a remark\n" + strings.Replace(definitions, "auth: {api_key", "refresh_interval: 5m\n    auth: {api_key", 1))
	if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK {
		t.Fatal(body)
	}
	asked := make(map[sandbox.Provider]int64)
	for _, d := range emulated() {
		asked[d.Name] = r.Sandbox.Count(d.Name)
	}
	after := r.Scrape()
	for _, d := range emulated() {
		want := int64(0)
		if d.Name == "keyed" {
			want = 3 // pages
		}
		if got := r.Sandbox.Count(d.Name) - asked[d.Name]; got != want {
			t.Errorf("%s was asked %d times after the reload, want %d", d.Name, got, want)
		}
	}
	const interval = `export_source_refresh_interval_seconds{account="keyed",provider="keyed",source="exports"}`
	before.Want(t, interval, 60)
	after.Want(t, interval, 300)
	const hash = "export_status_exporter_config_hash"
	if before[hash] == after[hash] {
		t.Error("the hash of the configuration did not change")
	}
}
