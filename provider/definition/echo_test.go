package definition

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

const echoed = `
report: {id: id, type: type, format: format, status: status}
statuses: {ready: [r]}
next: {cursor: next, param: cursor}
`

// kinds are all kinds of authentication, with settings of an account.
func kinds(t *testing.T) map[string]func(*Config) {
	t.Helper()
	odd := func() secret.Ref { return providertest.Ref("+/=&% " + providertest.Key()) }
	clients := func(c *Config) {
		c.ClientID, c.ClientSecret, c.RefreshToken = providertest.Ref("the client"), odd(), odd()
	}
	return map[string]func(*Config){
		"bearer": func(c *Config) { c.Token = providertest.Ref("") },
		"{api_key: {header: X-Key, prefix: 'Token '}}": func(c *Config) { c.APIKey = providertest.Ref("") },
		"basic": func(c *Config) { c.Username, c.Password = providertest.Ref("the-user"), odd() },
		"{oauth2: {grant: client_credentials, token_path: /token, client_auth: basic}}":         clients,
		"{oauth2: {grant: client_credentials, token_path: /token, header: x-amz-access-token}}": clients,
		"{oauth2: {grant: refresh_token, token_path: /token}}":                                  clients,
		"{oauth2: {grant: jwt_bearer, token_path: /token}}": func(c *Config) {
			c.ClientID, c.PrivateKey = providertest.Ref("the client"), providertest.Ref(privateKey(t))
		},
	}
}

// echoing returns a definition with this authentication, and an API that grants tokens
// and repeats what it was sent on two pages.
func echoing(t *testing.T, auth string) (*Definition, *providertest.Echo) {
	t.Helper()
	d := must(t, strings.Replace(listed("{path: /e, items: exports}", echoed+"get: {path: '/e/{id}'}"), "auth: none", "auth: "+auth, 1))
	token := providertest.Key()
	var echo *providertest.Echo
	echo = &providertest.Echo{Answer: func(request *http.Request, texts []string) providertest.Answer {
		switch request.URL.Path {
		case "/token":
			return providertest.Answer{Body: `{"access_token":"` + token + `","expires_in":3600}`}
		case "/e/one":
			return providertest.Answer{Body: `{"id":"one","type":"` + texts[len(texts)-3] + `"}`} // with a slash
		}
		sample := map[string]string{"id": request.URL.RawQuery, "type": "k", "status": "r"}
		items, next := echo.Items(texts, sample, "id", "type", "format", "status"), `,"next":"2"`
		if request.URL.Query().Has("cursor") {
			next = ""
		}
		return providertest.Answer{Body: `{"exports":` + items + next + `}`}
	}}
	return d, echo
}

// TestEcho repeats everything that is sent for each kind of authentication.
func TestEcho(t *testing.T) {
	t.Parallel()
	for auth, change := range kinds(t) {
		for _, single := range []bool{false, true} {
			t.Run(fmt.Sprint(auth, single), func(t *testing.T) {
				t.Parallel()
				d, echo := echoing(t, auth)
				c := NewConfig(d)
				change(c)
				if single {
					c.IDs = map[string][]string{"s": {"one"}}
				}
				echo.Check(t, c, nil, false)
			})
		}
	}
}

// TestEchoAfterRotation changes the token between the pages.
func TestEchoAfterRotation(t *testing.T) {
	t.Parallel()
	d, echo := echoing(t, "bearer")
	c := NewConfig(d)
	token, rotate := providertest.Rotating(t)
	c.Token = token
	echo.Check(t, c, rotate, false)
}

// TestEchoInAnError repeats secrets that look like error words, from both endpoints.
func TestEchoInAnError(t *testing.T) {
	t.Parallel()
	client, access := providertest.Letters(32), providertest.Letters(32)
	for i, word := range append(providertest.Words(client), providertest.Words(access)...) {
		d, echo := echoing(t, "{oauth2: {grant: client_credentials, token_path: /token}}")
		echo.Answer = func(request *http.Request, _ []string) providertest.Answer {
			if request.URL.Path == "/token" && i%2 == 0 {
				return providertest.Answer{Body: `{"access_token":"` + access + `"}`}
			}
			return providertest.Answer{Status: http.StatusBadRequest, Body: `{"error":"` + word + `"}`}
		}
		c := NewConfig(d)
		c.ClientID, c.ClientSecret = providertest.Ref("the client"), providertest.Ref(client)
		echo.Check(t, c, nil, true)
	}
}

// TestEchoAndDetails: the detail of an export that is called like a secret is not
// requested, and a secret in a detail is hidden.
func TestEchoAndDetails(t *testing.T) {
	t.Parallel()
	d := must(t, strings.Replace(listed("{path: /e}", "report: {id: id, type: type, status: status}\nstatuses: {ready: [r]}\nget: {path: '/e/{id}', after_list: all}"), "auth: none", "auth: bearer", 1))
	token := providertest.Key()
	for name, c := range map[string]struct{ list, detail, want, kind string }{
		"list":   {`[{"id":"1","status":"r"},{"id":"` + token + `","status":"r"}]`, `{"id":"1","type":"k","status":"r"}`, "1:ready <secret>:ready", "k"},
		"detail": {`[{"id":"1","status":"r"}]`, `{"id":"1","type":"of ` + token + `","status":"r"}`, "1:ready", "of <secret>"},
	} {
		r := newRig(t, d, func(c *Config) { c.Token = providertest.Ref(token) }, body(c.list), body(c.detail))
		snapshot := r.must(t)
		equal(t, name, r.urls(), []string{"/e", "/e/1"})
		if told(snapshot) != c.want || snapshot.Reports[0].Type != c.kind || len(snapshot.Warnings) != 1 {
			t.Errorf("%s: %+v", name, snapshot)
		}
	}
}
