package krakenfutures

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

type vector struct{ Name, Secret, Query, Nonce, Path, Signature string }

func vectors(t *testing.T) []vector {
	t.Helper()
	var file struct {
		Futures []vector `json:"kraken_futures"`
	}
	if err := json.Unmarshal([]byte(providertest.File(t, "../testdata/vectors.json")), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Futures) != 6 {
		t.Fatalf("%d vectors, want 6", len(file.Futures))
	}
	return file.Futures
}

func TestSign(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		got, err := sign(secret.New(v.Secret), v.Path, v.Query, v.Nonce)
		if err != nil || got != v.Signature {
			t.Errorf("%s: got  %s, %v\nwant %s", v.Name, got, err, v.Signature)
		}
	}
}

func TestOnlyTheLeadingPrefixIsStripped(t *testing.T) {
	t.Parallel()
	key := secret.New(providertest.Key())
	of := func(path string) string {
		t.Helper()
		signature, err := sign(key, path, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
	if of("/derivatives/api/v3/accounts") != of("/api/v3/accounts") {
		t.Error("the prefix counts")
	}
	if of("/api/history/v3/orders") == of("/api/v3/orders") || of("/x/derivatives/api") == of("/x/api") {
		t.Error("something else was stripped")
	}
}

func TestSignRefusesABrokenSecret(t *testing.T) {
	t.Parallel()
	got, err := sign(secret.New("not-base64!"+providertest.Key()), "/", "", "")
	if got != "" || err == nil || err.Error() != "api_secret is not standard base64" {
		t.Errorf("signature %q, error %v", got, err)
	}
}

func TestASecretThatCannotSignSendsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, "accounts", body("{}"))
	specs := r.config.Secrets()
	specs[secretSigning] = secret.Spec{Ref: providertest.Ref("not base64")} // unchecked
	source := r.config.Sources(providertest.Deps(r.api), providertest.Secrets(t, specs), r.seen)[0]
	_, err := source.Fetch(t.Context())
	want := "GET /derivatives/api/v3/accounts: api_secret is not standard base64"
	if err == nil || err.Error() != want || len(r.api.Asked()) != 0 {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestRequestsAreTheVectors sends the two calls with published vectors, without a
// nonce, and checks the requests.
func TestRequestsAreTheVectors(t *testing.T) {
	t.Parallel()
	found := 0
	for _, v := range vectors(t) {
		name := map[string]string{"/derivatives/api/v3/accounts": "accounts", "/api/history/v3/account-log": "account_log"}[v.Path]
		if v.Nonce != "" || name == "" {
			continue
		}
		found++
		r := newRig(t, name, body("{}"))
		r.config.APISecret = providertest.Ref(v.Secret)
		set := providertest.Secrets(t, r.config.Secrets())
		for _, source := range r.config.Sources(providertest.Deps(r.api), set, r.seen) {
			if source.Name() == name {
				_, _ = source.Fetch(t.Context())
			}
		}
		got := r.api.Asked()[0]
		if got.Header.Get("Authent") != v.Signature {
			t.Errorf("%s: signed %s, want %s", v.Name, got.Header.Get("Authent"), v.Signature)
		}
	}
	if found != 2 {
		t.Errorf("%d vectors", found)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"accounts":    "https://api.test/derivatives/api/v3/accounts",
		"api_key":     "https://api.test/api/auth/v1/api-keys/v3/check",
		"account_log": "https://api.test/api/history/v3/account-log?count=1&sort=desc",
		"executions":  "https://api.test/api/history/v3/executions?count=1&sort=desc",
		"orders":      "https://api.test/api/history/v3/orders?count=1&sort=desc",
		"triggers":    "https://api.test/api/history/v3/triggers?count=1&sort=desc",
	} {
		r := newRig(t, name, body("{}"))
		_, _ = r.Fetch(t.Context())
		asked := r.api.Asked()
		if len(asked) != 1 {
			t.Fatalf("%s: asked %d times", name, len(asked))
		}
		got := asked[0]
		if got.Method != http.MethodGet || got.URL != want || got.Body != "" {
			t.Errorf("%s: asked %s %s with %q", name, got.Method, got.URL, got.Body)
		}
		u, err := url.Parse(got.URL)
		if err != nil {
			t.Fatal(err)
		}
		authent, err := sign(r.config.APISecret.Value, u.Path, u.RawQuery, "")
		if err != nil || got.Header.Get("Authent") != authent || got.Header.Get("APIKey") != r.config.APIKey.Value.Reveal() {
			t.Errorf("%s: not signed as sent", name)
		}
		if len(got.Header.Values("Nonce")) != 0 {
			t.Errorf("%s: a nonce was sent", name)
		}
		if strings.HasSuffix(got.URL, "account-log") {
			t.Errorf("%s: asked without count", name)
		}
	}
}
