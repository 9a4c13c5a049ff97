package coinbase

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/provider/providertest"
	"export_status_exporter/secret"
)

type vector struct{ Name, Secret, Timestamp, Target, Signature string }

func vectors(t *testing.T) []vector {
	t.Helper()
	var file struct {
		Coinbase []vector `json:"coinbase_exchange"`
	}
	if err := json.Unmarshal([]byte(providertest.File(t, "../testdata/vectors.json")), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Coinbase) != 3 {
		t.Fatalf("%d vectors, want 3", len(file.Coinbase))
	}
	return file.Coinbase
}

func TestSign(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		got, err := sign(secret.New(v.Secret), v.Timestamp, http.MethodGet, v.Target)
		if err != nil || got != v.Signature {
			t.Errorf("%s: got  %s, %v\nwant %s", v.Name, got, err, v.Signature)
		}
	}
}

func TestSignRefusesABrokenSecret(t *testing.T) {
	t.Parallel()
	got, err := sign(secret.New("not-base64!"+providertest.Key()), "1", http.MethodGet, "/reports")
	if got != "" || err == nil || err.Error() != "api_secret is not standard base64" {
		t.Errorf("signature %q, error %v", got, err)
	}
}

func TestASecretThatCannotSignSendsNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, page(""))
	specs := r.config.Secrets()
	specs[secretSigning] = secret.Spec{Ref: providertest.Ref("not base64")} // unchecked
	source := r.config.Sources(providertest.Deps(r.api), providertest.Secrets(t, specs), r.seen)[0]
	_, err := source.Fetch(t.Context())
	if want := "GET /reports: api_secret is not standard base64"; err == nil || err.Error() != want || len(r.api.Asked()) != 0 {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestRequestIsTheVectors requests the report of the published vector at its timestamp.
func TestRequestIsTheVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		id, ok := strings.CutPrefix(v.Target, "/reports/")
		if !ok {
			continue
		}
		r := newRig(t, func(c *Config) {
			c.ReportIDs, c.APISecret = []string{id}, providertest.Ref(v.Secret)
		}, providertest.Answer{Body: `{"id":"` + id + `","status":"ready"}`})
		r.clock.Set(time.Unix(1700000000, 999999999))
		if _, failed := r.fetch(t); failed != nil {
			t.Fatal(failed)
		}
		got := r.api.Asked()[0]
		if got.URL != "https://api.test"+v.Target || got.Header.Get("CB-ACCESS-TIMESTAMP") != "1700000000" || got.Header.Get("CB-ACCESS-SIGN") != v.Signature {
			t.Errorf("sent %s at %s signed %s", got.URL, got.Header.Get("CB-ACCESS-TIMESTAMP"), got.Header.Get("CB-ACCESS-SIGN"))
		}
		return
	}
	t.Fatal("no vector for the call")
}

// TestQueryIsSignedAsSent recomputes the signature of the request that was sent.
func TestQueryIsSignedAsSent(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(c *Config) { c.ProfileID = "a b&c=d/é" }, page("x+/= y", "A"), page("", "B"))
	if _, failed := r.fetch(t); failed != nil {
		t.Fatal(failed)
	}
	asked := r.api.Asked()
	if len(asked) != 2 {
		t.Fatalf("asked %d times", len(asked))
	}
	for i, got := range asked {
		target := strings.TrimPrefix(got.URL, "https://api.test")
		want, err := sign(r.config.APISecret.Value, "1772366400", http.MethodGet, target)
		if err != nil || got.Header.Get("CB-ACCESS-SIGN") != want {
			t.Errorf("request %d, %s, is not signed as sent: %v", i+1, target, err)
		}
		if got.Header.Get("CB-ACCESS-KEY") != r.config.APIKey.Value.Reveal() ||
			got.Header.Get("CB-ACCESS-PASSPHRASE") != r.config.Passphrase.Value.Reveal() {
			t.Errorf("request %d has another key or passphrase", i+1)
		}
	}
	const second = "https://api.test/reports?after=x%2B%2F%3D+y&limit=100&profile_id=a+b%26c%3Dd%2F%C3%A9"
	if asked[1].URL != second {
		t.Errorf("asked %s\nwant  %s", asked[1].URL, second)
	}
}

func TestEveryRequestHasItsOwnTimestamp(t *testing.T) {
	t.Parallel()
	r := newRig(t, nil, page(""))
	for i := range 3 {
		r.clock.Set(time.Unix(1700000000+int64(i)*60, 0))
		if _, failed := r.fetch(t); failed != nil {
			t.Fatal(failed)
		}
	}
	for i, want := range []string{"1700000000", "1700000060", "1700000120"} {
		if got := r.api.Asked()[i].Header.Get("CB-ACCESS-TIMESTAMP"); got != want {
			t.Errorf("request %d at %s, want %s", i+1, got, want)
		}
	}
}
