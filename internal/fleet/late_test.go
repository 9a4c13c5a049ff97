package fleet

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"export_status_exporter/config"
)

// TestALateRefusalIsOfTheOldSecrets: if a reload replaces a secret, but not the key,
// while a request is in flight, its refusal does not pause the new account.
func TestALateRefusalIsOfTheOldSecrets(t *testing.T) {
	t.Parallel()
	arrived, finish := make(chan struct{}), make(chan struct{})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("CB-ACCESS-PASSPHRASE") == "old" {
			close(arrived)
			<-finish
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"message":"invalid passphrase"}`)
			return
		}
		_, _ = io.WriteString(w, `[]`)
	}))
	t.Cleanup(api.Close)
	runner := newRunner(t, prometheus.NewRegistry())
	load := func(passphrase string) {
		t.Helper()
		parsed, err := config.Parse(fmt.Appendf(nil, "accounts: [{name: a, coinbase_exchange: {base_url: '%s', api_key: key-1, api_secret: c2VjcmV0, passphrase: %s}}]", api.URL, passphrase), "exporter.yml")
		if err != nil {
			t.Fatal(err)
		}
		if err := runner.Load(parsed); err != nil {
			t.Fatal(err)
		}
	}
	load("old")
	refreshed := make(chan struct{})
	go func() {
		defer close(refreshed)
		Refresh(t.Context(), runner.Current().Members, time.Now())
	}()
	<-arrived
	load("new")
	close(finish)
	<-refreshed
	Refresh(t.Context(), runner.Current().Members, time.Now())
	for _, source := range runner.Current().Views(time.Now())[0].Sources {
		if !source.Up {
			t.Errorf("%s: %v", source.Name, source.Failure)
		}
	}
}

// TestAReloadForgetsNoSecret: a provider that repeats the secret from before a reload is
// not shown to have done so, even if the reload changed something else, too, the account
// was gone for a while, or it has another name.
func TestAReloadForgetsNoSecret(t *testing.T) {
	t.Parallel()
	const old = "former-secret-of-this-account"
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":[{"id":"x-`+old+`","status":"completed"}]}`)
	}))
	t.Cleanup(api.Close)
	first, next := "a, onlyfansapi: {token: "+old+", ", "a, onlyfansapi: {token: another-word-altogether, "
	other := "b, coinbase_exchange: {api_key: key-of-the-other, api_secret: c2VjcmV0, passphrase: x, "
	for name, accounts := range map[string][]string{
		"changed": {first, next, "a, max_reports: 7, onlyfansapi: {token: another-word-altogether, "},
		"gone":    {first, other, next},
		"renamed": {first, "c, onlyfansapi: {token: another-word-altogether, "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runner := newRunner(t, prometheus.NewRegistry())
			for _, each := range accounts {
				parsed, err := config.Parse(fmt.Appendf(nil, "accounts: [{name: %s base_url: '%s'}}]", each, api.URL), "exporter.yml")
				if err != nil {
					t.Fatal(err)
				}
				if err := runner.Load(parsed); err != nil {
					t.Fatal(err)
				}
				Refresh(t.Context(), runner.Current().Members, time.Now())
				snapshot := runner.Current().Views(time.Now())[0].Sources[0].Snapshot
				if each != other && (snapshot == nil || len(snapshot.Reports) != 1 || strings.Contains(snapshot.Reports[0].ID, old)) {
					t.Errorf("%s: %+v", each, snapshot)
				}
			}
		})
	}
}
