package definition

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

func granted(grant string) string {
	return strings.Replace(listed("{path: /e}", simple), "auth: none", "auth: {oauth2: {"+grant+"}}", 1)
}

func client(c *Config) {
	c.ClientID, c.ClientSecret, c.RefreshToken = providertest.Ref("the id"), providertest.Ref("s&cret"), providertest.Ref("renew")
}

const (
	oneItem  = `[{"id":1,"status":"r"}]`
	granting = `{"access_token":"tok-1","expires_in":"3600"}`
)

func form(tb testing.TB, text string) url.Values {
	tb.Helper()
	values, err := url.ParseQuery(text)
	if err != nil {
		tb.Fatal(err)
	}
	return values
}

func TestClientCredentials(t *testing.T) {
	d := must(t, granted("grant: client_credentials, token_path: /token, scopes: [a, b], params: {audience: x}"))
	r := newRig(t, d, client, body(granting), body(oneItem), body(oneItem), body(`{"access_token":"tok-2"}`), body(oneItem))
	r.must(t)
	asked := r.api.Asked()
	if got := form(t, asked[0].Body); asked[0].URL != "https://api.test/token" || asked[0].Method != methodPost || got.Get("grant_type") != "client_credentials" ||
		got.Get("scope") != "a b" || got.Get("audience") != "x" || got.Get("client_id") != "the id" || got.Get("client_secret") != "s&cret" {
		t.Errorf("%+v", asked[0])
	}
	if got := asked[1].Header.Get("Authorization"); got != "Bearer tok-1" {
		t.Error(got)
	}
	r.clock.Advance(59*time.Minute - time.Second)
	r.must(t)
	r.clock.Advance(time.Second)
	r.must(t)
	equal(t, "asked", r.urls(), []string{"/token", "/e", "/e", "/token", "/e"})
}

func TestRefreshTokenAndHeader(t *testing.T) {
	d := must(t, strings.Replace(granted("grant: refresh_token, token_url: 'https://login.test/{tenant}/token', client_auth: basic, header: x-amz-access-token"), "    auth:", "    params: [tenant]\n    auth:", 1))
	r := newRig(t, d, func(c *Config) { client(c); c.Params = map[string]string{"tenant": "a b"} }, body(granting), body(oneItem))
	r.must(t)
	asked := r.api.Asked()
	if got := form(t, asked[0].Body); asked[0].URL != "https://login.test/a%20b/token" || got.Get("refresh_token") != "renew" || got.Has("client_secret") ||
		asked[0].Header.Get("Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte("the+id:s%26cret")) {
		t.Errorf("%+v", asked[0])
	}
	if asked[1].Header.Get("X-Amz-Access-Token") != "tok-1" || asked[1].Header.Get("Authorization") != "" {
		t.Errorf("%+v", asked[1].Header)
	}
}

func TestJWTBearer(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	file, err := json.Marshal(map[string]string{"client_email": "svc@p.test", "private_key": text, "private_key_id": "kid1"})
	if err != nil {
		t.Fatal(err)
	}
	d := must(t, granted("grant: jwt_bearer, token_url: 'https://login.test/token', scopes: [read], claims: {sub: someone}"))
	r := newRig(t, d, func(c *Config) { c.PrivateKey = providertest.Ref(string(file)) }, body(granting), body(oneItem))
	r.must(t)
	got := form(t, r.api.Asked()[0].Body)
	parts := strings.Split(got.Get("assertion"), ".")
	if len(parts) != 3 || got.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || got.Get("scope") != "read" || got.Has("client_id") {
		t.Fatalf("%v", got)
	}
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		t.Error(err)
	}
	header, _ := base64.RawURLEncoding.DecodeString(parts[0])
	claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if string(header) != `{"alg":"RS256","kid":"kid1","typ":"JWT"}` ||
		string(claims) != `{"aud":"https://login.test/token","exp":1772366580,"iat":1772366400,"iss":"svc@p.test","scope":"read","sub":"someone"}` {
		t.Errorf("%s %s", header, claims)
	}
	c := NewConfig(d)
	c.PrivateKey = providertest.Ref(text)
	if _, err := secret.NewSet(t.Context(), files.New(), c.Secrets()); err == nil || strings.Contains(err.Error(), "BEGIN") {
		t.Error(err)
	}
	c.PrivateKey = providertest.Ref("not a key")
	if _, err := secret.NewSet(t.Context(), files.New(), c.Secrets()); err == nil || strings.Contains(err.Error(), "not a key") {
		t.Error(err)
	}
}

func TestTokenIsFetchedAnewOnce(t *testing.T) {
	d := must(t, granted("grant: client_credentials, token_path: /token"))
	r := newRig(t, d, client, body(`{"access_token":"tok-1"}`), body(oneItem), code(401, "{}"), body(`{"access_token":"tok-2"}`), body(oneItem))
	r.must(t)
	r.must(t)
	equal(t, "asked", r.urls(), []string{"/token", "/e", "/e", "/token", "/e"})
	if got := r.api.Asked()[4].Header.Get("Authorization"); got != "Bearer tok-2" {
		t.Error(got)
	}
	r = newRig(t, d, client, body(`{"access_token":"tok-1"}`), code(401, "{}"))
	if failed := r.fails(t); failed.Reason != provider.ReasonAuth || len(r.urls()) != 2 {
		t.Error(failed.Reason, r.urls())
	}
}

func TestTokenIsRefused(t *testing.T) {
	d := must(t, granted("grant: refresh_token, token_path: /token"))
	for _, test := range []struct {
		answer providertest.Answer
		reason provider.Reason
	}{
		{code(400, `{"error":"invalid_grant","error_description":"for a person"}`), provider.ReasonAuth},
		{code(401, `{}`), provider.ReasonAuth},
		{code(401, ``), provider.ReasonAuth},
		{code(400, `{"error":"invalid_client"}`), provider.ReasonAuth},
		{code(400, `{"error":"unauthorized_client"}`), provider.ReasonAuth},
		{code(403, `{"error":"access_denied"}`), provider.ReasonAuth},
		{code(400, `{"error":"interaction_required"}`), provider.ReasonAuth},
		{code(400, `{"error":"login_required"}`), provider.ReasonAuth},
		{code(400, `{"error":"consent_required"}`), provider.ReasonAuth},
		{code(400, `{"error":"account_selection_required"}`), provider.ReasonAuth},
		{body(`{"error":"Unauthorized_Client"}`), provider.ReasonAuth},
		{code(400, `{"error":"temporarily_unavailable"}`), provider.ReasonUnavailable},
		{code(400, `{"error":"server_error"}`), provider.ReasonUnavailable},
		{code(400, `{"error":"slow_down"}`), provider.ReasonRateLimited},
		{code(400, `{"error":"invalid_request"}`), provider.ReasonInvalidRequest},
		{code(400, `{"error":"unsupported_grant_type"}`), provider.ReasonInvalidRequest},
		{code(400, `{"error":"invalid_scope"}`), provider.ReasonInvalidRequest},
		{code(503, ``), provider.ReasonUnavailable},
		{code(302, ``), provider.ReasonMalformed},
		{body(`{}`), provider.ReasonMalformed},
		{body(`{"access_token":"a\r\nX: y"}`), provider.ReasonMalformed},
		{body(`<html>`), provider.ReasonMalformed},
	} {
		r := newRig(t, d, client, test.answer)
		failed := r.fails(t)
		refused := strings.Contains(failed.Error(), "token is refused")
		if failed.Reason != test.reason || refused && test.reason != provider.ReasonAuth || len(r.urls()) != 1 || strings.Contains(failed.Error(), "person") {
			t.Errorf("%+v: %s %s %v", test.answer, failed.Reason, failed, r.urls())
		}
	}
}

func TestOneTokenForAllSources(t *testing.T) {
	text := granted("grant: client_credentials, token_path: /token")
	_, source, _ := strings.Cut(text, "      s:\n")
	text += "      s2:\n" + source
	d := must(t, text)
	c := NewConfig(d)
	client(c)
	api := providertest.Answers(body(granting), body(oneItem))
	sources := c.Sources(providertest.Deps(api), providertest.Secrets(t, c.Secrets()), &providertest.Observer{})
	var all sync.WaitGroup
	for _, each := range sources {
		all.Go(func() { _, _ = each.Fetch(t.Context()) })
	}
	all.Wait()
	tokens := 0
	for _, each := range api.Asked() {
		if strings.HasSuffix(each.URL, "/token") {
			tokens++
		}
	}
	if len(sources) != 2 || tokens != 1 || len(api.Asked()) != 3 {
		t.Error(len(sources), tokens, len(api.Asked()))
	}
}

// TestTokensNeverShow echoes the token in every part of an answer that could be shown.
func TestTokensNeverShow(t *testing.T) {
	text := granted("grant: client_credentials, token_path: /token")
	d := must(t, strings.Replace(text, "    sources:", "    fail_if: {present: error}\n    sources:", 1))
	for _, answer := range []providertest.Answer{body(`{"error":"secretword"}`), code(500, `{"error":"secretword"}`), body(`secretword`)} {
		r := newRig(t, d, client, body(`{"access_token":"secretword"}`), answer)
		failed := r.fails(t)
		if strings.Contains(failed.Error()+failed.Advise(), "secretword") {
			t.Error(failed)
		}
	}
}

// TestTokensAreNoLabels echoes the access token, or the credentials as sent, in the texts
// of exports.
func TestTokensAreNoLabels(t *testing.T) {
	user := func(c *Config) { c.Username, c.Password = providertest.Ref("jo"), providertest.Ref("word") }
	sent := base64.StdEncoding.EncodeToString([]byte("jo:word"))
	for _, c := range []struct {
		auth, word string
		change     func(*Config)
		before     []providertest.Answer
	}{
		{"{oauth2: {grant: client_credentials, token_path: /token}}", "secretword", client, []providertest.Answer{body(`{"access_token":"secretword"}`)}},
		{"basic", sent, user, nil},
	} {
		d := must(t, strings.Replace(listed("{path: /e}", simple), "auth: none", "auth: "+c.auth, 1))
		answer := strings.ReplaceAll(`[{"id":"WORD","status":"WORD"},{"id":"a-WORD-1","status":"r"},{"id":"a-WORD-2","status":"r"}]`, "WORD", c.word)
		snapshot := newRig(t, d, c.change, append(c.before, body(answer))...).must(t)
		var shown []string
		for _, each := range snapshot.Reports {
			shown = append(shown, each.ID, each.ProviderStatus)
		}
		if want := []string{"<secret>", "<secret>", "a-<secret>-1", "", "a-<secret>-2", ""}; !slices.Equal(shown, want) {
			t.Errorf("%s: shown %q, want %q", c.auth, shown, want)
		}
		if len(snapshot.Warnings) != 1 || !strings.Contains(snapshot.Warnings[0], "repeats a secret") {
			t.Errorf("%s: warnings %q", c.auth, snapshot.Warnings)
		}
	}
}

// TestEncodedClientSecretIsHidden repeats the encoded form of a secret with many special
// characters, which is the content of the header before base64.
func TestEncodedClientSecretIsHidden(t *testing.T) {
	text := `zQ9+/x=Ab&c d%e"f\g<h>'i-JKLMNOPQRSTUVWXYZ012345`
	for _, by := range []string{"body", "basic"} {
		d := must(t, strings.Replace(listed("{path: /e}", simple), "auth: none", "auth: {oauth2: {grant: client_credentials, token_path: /token, client_auth: "+by+"}}", 1))
		answer := `[{"id":"` + url.QueryEscape(text) + `","status":"r"}]`
		r := newRig(t, d, func(c *Config) { c.ClientID, c.ClientSecret = providertest.Ref("the-client"), providertest.Ref(text) }, body(granting), body(answer))
		if got := told(r.must(t)); got != "<secret>:ready" {
			t.Errorf("%s: %s", by, got)
		}
	}
}
