package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// newDefined returns a started sandbox with one API, and an account with some exports.
func newDefined(t *testing.T, api API, exports int) (*rig, *Account) {
	t.Helper()
	r := &rig{t: t, clock: newClock(), client: &http.Client{Transport: &http.Transport{}}}
	r.Sandbox = New(Options{Now: r.clock.now})
	r.Define(api)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		r.client.CloseIdleConnections()
	})
	a := r.AddAccount(api.Name, "one")
	var reports []Report
	for i := range exports {
		reports = append(reports, Report{ID: fmt.Sprintf("e%d", i), Type: "orders", Status: "done", Created: r.clock.now()})
	}
	a.SetReports(reports)
	return r, a
}

// ask sends a request with optional headers.
func (r *rig) ask(p Provider, method, target, body string, header ...string) response {
	r.t.Helper()
	req := request(r.t, method, r.URL(p)+target, body)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return r.send(req)
}

// TestDefinedPages checks that each kind of pagination returns every export once and
// marks the last page.
func TestDefinedPages(t *testing.T) {
	for pages, targets := range map[Pages][]string{
		PagesNone:   {"/e"},
		PagesCursor: {"/e", "/e?cursor=after_2", "/e?cursor=after_4"},
		PagesLast:   {"/e", "/e?starting_after=e1", "/e?starting_after=e3"},
		PagesURL:    {"/e", "/e?cursor=after_2", "/e?cursor=after_4"},
		PagesOffset: {"/e?offset=0", "/e?offset=2", "/e?offset=4", "/e?offset=5"},
		PagesNumber: {"/e?page=1", "/e?page=2", "/e?page=3", "/e?page=4"},
	} {
		r, _ := newDefined(t, API{Name: "api", List: "/e", Pages: pages, PageSize: 2}, 5)
		var ids []string
		for i, target := range targets {
			got := r.ask("api", http.MethodGet, target, "")
			wantStatus(t, got, http.StatusOK)
			page := decode[struct {
				Items   []struct{ ID string }
				Next    *string `json:"next"`
				HasMore bool    `json:"has_more"`
				NextURL *string `json:"next_url"`
			}](t, got.body)
			for _, each := range page.Items {
				ids = append(ids, each.ID)
			}
			last := i == len(targets)-1
			more := page.Next != nil || page.HasMore || page.NextURL != nil
			if known := pages == PagesCursor || pages == PagesLast || pages == PagesURL; more == last && known || more && !known {
				t.Errorf("%s: page %d of %d says %s", pages, i+1, len(targets), got.body)
			}
		}
		if want := []string{"e0", "e1", "e2", "e3", "e4"}; !slices.Equal(ids, want) {
			t.Errorf("%s: %v", pages, ids)
		}
	}
}

// TestDefinedAuth checks that only current credentials are accepted, and a token only
// until it expires.
func TestDefinedAuth(t *testing.T) {
	for _, auth := range []Auth{AuthBearer, AuthKey, AuthBasic, AuthClient, AuthRefresh} {
		r, a := newDefined(t, API{Name: "api", List: "/e", Auth: auth}, 1)
		sign := func(c Credentials) []string {
			switch auth {
			case AuthKey:
				return []string{"X-Api-Key", c.Key}
			case AuthBasic:
				req := request(t, http.MethodGet, r.URL("api"), "")
				req.SetBasicAuth(c.Username, c.Password)
				return []string{"Authorization", req.Header.Get("Authorization")}
			case AuthBearer:
				return []string{"Authorization", "Bearer " + c.Token}
			case AuthNone, AuthClient, AuthRefresh, AuthJWT:
			}
			grant := map[Auth]string{AuthClient: "client_credentials", AuthRefresh: "refresh_token"}[auth]
			form := url.Values{"grant_type": {grant}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}, "refresh_token": {c.RefreshToken}}
			got := r.ask("api", http.MethodPost, tokenPath, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
			return []string{"Authorization", "Bearer " + decode[struct {
				Token string `json:"access_token"`
			}](t, got.body).Token}
		}
		header := sign(a.Credentials())
		wantStatus(t, r.ask("api", http.MethodGet, "/e", "", header...), http.StatusOK)
		wantStatus(t, r.ask("api", http.MethodGet, "/e", ""), http.StatusUnauthorized)
		if auth.grants() {
			r.clock.advance(tokenLife)
			wantStatus(t, r.ask("api", http.MethodGet, "/e", "", header...), http.StatusUnauthorized)
			header = sign(a.Credentials())
			a.RevokeTokens()
			wantStatus(t, r.ask("api", http.MethodGet, "/e", "", header...), http.StatusUnauthorized)
			header = sign(a.Credentials())
		}
		old := a.Credentials()
		a.Rotate()
		wantStatus(t, r.ask("api", http.MethodGet, "/e", "", header...), http.StatusUnauthorized)
		wantStatus(t, r.ask("api", http.MethodGet, "/e", "", sign(old)...), http.StatusUnauthorized)
		if len(r.Violations()) > 0 {
			t.Errorf("%s: %v", auth, r.Violations())
		}
		for _, secret := range []string{strings.TrimPrefix(header[1], "Bearer "), a.Credentials().identity(), old.identity()} {
			if auth != AuthBasic && !slices.Contains(a.Canaries(), secret) {
				t.Errorf("%s: a secret is no canary", auth)
			}
		}
	}
}

// TestDefinedReadsOnly checks that everything but reads of the list, of one export or
// of a token is recorded as a violation.
func TestDefinedReadsOnly(t *testing.T) {
	r, _ := newDefined(t, API{Name: "api", List: "/e"}, 1)
	wantStatus(t, r.ask("api", http.MethodGet, "/e/e0", ""), http.StatusOK)
	wantStatus(t, r.ask("api", http.MethodGet, "/e/none", ""), http.StatusNotFound)
	for _, wrong := range []string{"DELETE /e/e0", "POST /e", "GET /e/e0/file", "GET /", "POST " + tokenPath} {
		method, target, _ := strings.Cut(wrong, " ")
		before := len(r.Violations())
		r.ask("api", method, target, "")
		if got := r.Violations(); len(got) != before+1 || got[before] != "api: "+wrong {
			t.Errorf("%s: %v", wrong, got)
		}
	}
}

// TestDefinedErrorsIn200 checks errors with status 200 and a code other than 0.
func TestDefinedErrorsIn200(t *testing.T) {
	r, a := newDefined(t, API{Name: "api", List: "/e", Auth: AuthBearer, ErrorsIn200: true}, 1)
	wantBody(t, r.ask("api", http.MethodGet, "/e", ""), http.StatusOK, `{"code":40100,"message":"Unauthorized"}`)
	a.SetLimit(1)
	token := "Bearer " + a.Credentials().Token
	if got := r.ask("api", http.MethodGet, "/e", "", "Authorization", token); !strings.HasPrefix(got.body, `{"code":0,"items":[{`) {
		t.Error(got.body)
	}
	if got := r.ask("api", http.MethodGet, "/e", "", "Authorization", token); got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "42900") {
		t.Error(got.body)
	}
}

// TestStripeAsDocumented checks that the demo's API sends what the vendor documents.
func TestStripeAsDocumented(t *testing.T) {
	r, a := newDefined(t, StripeAPI(), 0)
	at := time.Unix(1762300800, 0)
	a.SetReports([]Report{
		{ID: "frr_1", Type: "balance.summary.1", Status: "succeeded", Created: at, Completed: at.Add(5 * time.Minute), DataStart: at.AddDate(0, -1, 0), DataEnd: at},
		{ID: "frr_2", Type: "payouts.itemized.3", Status: "pending", Created: at},
	})
	got := r.ask(Stripe, http.MethodGet, "/v1/reporting/report_runs?limit=100", "", "Authorization", "Bearer "+a.Credentials().Token)
	wantStatus(t, got, http.StatusOK)
	list := decode[struct {
		Data []struct {
			ID      string
			Created int64
			Status  string
			Type    string `json:"report_type"`
			Ready   *int64 `json:"succeeded_at"`
			Result  *struct{ Type string }
		}
		HasMore *bool `json:"has_more"`
	}](t, got.body)
	if len(list.Data) != 2 || list.HasMore == nil || *list.HasMore || list.Data[0].Created != 1762300800 || *list.Data[0].Ready != 1762301100 ||
		list.Data[0].Result.Type != "csv" || list.Data[1].Result != nil || list.Data[1].Ready != nil || list.Data[1].Type != "payouts.itemized.3" {
		t.Error(got.body)
	}
}
