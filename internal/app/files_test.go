package app_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"
	"export_status_exporter/internal/sandbox"
)

// overTLS serves a provider's emulation by https, and shows each request.
func overTLS(t *testing.T, r *rig.Rig, p sandbox.Provider, change func(*httptest.Server), seen func(*http.Request)) (address string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		seen(request)
		r.Sandbox.Handler(p).ServeHTTP(w, request)
	}))
	change(server)
	server.StartTLS()
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "https://127.0.0.1:" + port
}

// TestPassphraseIsSent: the bytes of a passphrase that a person has chosen
// arrive, by both protocols.
func TestPassphraseIsSent(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"h2", "http/1.1"} {
		for _, passphrase := range []string{"correct horse  battery", "schlüssel", "пароль 鍵 🔑", `a "b" \ ~`, "n\u00a0b"} {
			r := rig.New(t)
			var mu sync.Mutex
			var got []string
			address := overTLS(t, r, sandbox.CoinbaseExchange, func(s *httptest.Server) {
				s.EnableHTTP2 = protocol == "h2"
				s.TLS = &tls.Config{NextProtos: []string{protocol}}
			}, func(request *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, request.TLS.NegotiatedProtocol+" "+request.Header.Get("CB-ACCESS-PASSPHRASE"))
			})
			fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
			c := fund.Credentials()
			c.Passphrase = passphrase
			text := r.AccountWith(fund, c, "tls_config: {insecure_skip_verify: true}")
			r.Write("accounts:", strings.Replace(text, r.Sandbox.URL(sandbox.CoinbaseExchange), address, 1))
			r.Start()
			r.Scrape()
			mu.Lock()
			if len(got) == 0 || got[0] != protocol+" "+passphrase {
				t.Errorf("%s, %q: sent %q", protocol, passphrase, got)
			}
			mu.Unlock()
		}
	}
}

// TestClientCertificate: a renewed one is used for the next connection; while
// its files cannot be used, the last good one is.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	ours, clients := newAuthority(t), newAuthority(t)
	server, first, second := ours.server(t, "provider"), clients.client(t, "first"), clients.client(t, "second")
	var mu sync.Mutex
	var last string
	address := overTLS(t, r, sandbox.CoinbaseExchange, func(s *httptest.Server) {
		s.Config.SetKeepAlivesEnabled(false)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{server.pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.pool(), SessionTicketsDisabled: true}
	}, func(request *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		last = request.TLS.PeerCertificates[0].Subject.CommonName
	})
	dir := filepath.Dir(r.File)
	give := func(i issued) {
		put(t, filepath.Join(dir, "client.crt"), i.certificatePEM)
		put(t, filepath.Join(dir, "client.key"), i.keyPEM)
	}
	give(first)
	put(t, filepath.Join(dir, "ca.crt"), ours.pem)
	fund := r.Sandbox.AddAccount(sandbox.CoinbaseExchange, "fund")
	text := r.Account(fund, "tls_config: {ca_file: ca.crt, cert_file: client.crt, key_file: client.key}")
	r.Write("accounts:", strings.Replace(text, r.Sandbox.URL(sandbox.CoinbaseExchange), address, 1))
	r.Start()
	wants := func(when, name string) {
		t.Helper()
		mu.Lock()
		last = ""
		mu.Unlock()
		r.Clock.Advance(2 * time.Minute)
		r.Scrape().Want(t, rig.SourceKey("export_source_up", sandbox.CoinbaseExchange, "fund", "reports"), 1)
		mu.Lock()
		defer mu.Unlock()
		if last != name {
			t.Errorf("%s: the certificate is of %q, want %q", when, last, name)
		}
	}
	wants("at the start", "first")
	give(second)
	wants("renewed", "second")
	put(t, filepath.Join(dir, "client.key"), first.keyPEM)
	wants("with the key of another", "second")
	put(t, filepath.Join(dir, "client.crt"), nil)
	wants("emptied", "second")
	give(first)
	wants("whole again", "first")
}

// TestAccountsThatWent: a file cut off at the end of an account is valid, so
// the answer and the log of the reload have the number of missing accounts.
func TestAccountsThatWent(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	var lines []string
	for _, name := range []string{"a", "b", "c", "d"} {
		lines = append(lines, r.Account(r.Sandbox.AddAccount(sandbox.CoinbaseExchange, name)))
	}
	reload := func(want string, lines ...string) {
		t.Helper()
		r.Write(append([]string{"accounts:"}, lines...)...)
		if status, body := r.Request(http.MethodPost, "/-/reload", nil); status != http.StatusOK || body != "reloaded, "+want+"\n" {
			t.Errorf("reload answered %d %s, want %s", status, body, want)
		}
		logged := strings.NewReplacer(": ", "=", ",", "").Replace(want)
		if !strings.Contains(r.Log.String(), `msg="configuration loaded" `+logged+"\n") {
			t.Errorf("no line with %s:\n%s", logged, r.Log.String())
		}
	}
	r.Write(append([]string{"accounts:"}, lines...)...)
	r.Start()
	reload("accounts: 4, gone: 0", lines...)
	reload("accounts: 1, gone: 3", lines[0])
	reload("accounts: 3, gone: 0", lines[:3]...)
	reload("accounts: 2, gone: 2", lines[2], lines[3]) // one is new
	changed := strings.Replace(lines[3], "coinbase_exchange:", "coinbase_exchange:\n      types: [fills]", 1)
	reload("accounts: 2, gone: 0", lines[2], changed)
}

// TestNothingPastedIsTold: a key, token or proxy password pasted in the wrong
// place appears in no answer, page or log line.
func TestNothingPastedIsTold(t *testing.T) {
	t.Parallel()
	client := newAuthority(t).client(t, "client")
	key := strings.TrimSpace(string(client.keyPEM))
	body := strings.Split(key, "\n")[1]
	token := rand.Text() + rand.Text()
	r := rig.New(t)
	fund := r.Sandbox.AddAccount(sandbox.OnlyFansAPI, "fund")
	good := r.Account(fund, "proxy_url: 'http://"+token+":"+token+"@127.0.0.1:1/?t="+token+"'")
	r.Write("accounts:", good)
	r.Start()
	clean := func(what, text string) {
		t.Helper()
		for _, secret := range []string{body, body[:40], token, token[:20]} {
			if strings.Contains(text, secret) {
				t.Errorf("%s tells what was pasted:\n%s", what, text)
				return
			}
		}
	}
	_, page := r.Request(http.MethodGet, "/config?format=yaml", nil)
	if !strings.Contains(page, "proxy_url: http://<secret>@127.0.0.1:1/?<secret>\n") {
		t.Errorf("page:\n%s", page)
	}
	clean("the YAML", page)
	_, page = r.Request(http.MethodGet, "/config", nil)
	clean("the page", page)
	quoted := `"` + strings.ReplaceAll(key, "\n", `\n`) + `"`
	for _, setting := range []string{
		"tls_config: {cert_file: nowhere, key_file: " + quoted + "}", "tls_config: {cert_file: " + quoted + ", key_file: nowhere}",
		"tls_config: {ca_file: " + quoted + "}", "tls_config: {ca_file: " + token + "}", "tls_config: {" + token + ": 1}", "tls_config: {min_version: " + token + "}",
		"tls_config: {insecure_skip_verify: " + token + "}", "tls_config: " + token, "tls_config: {ca: " + quoted[:60] + `"}`,
		token + ": 1", token + ":", "types: [" + token + ", " + token + "]", "types: " + token, "types: {" + token + ": 1}", "export_ids: [" + token + "/]",
		"export_ids: [" + token + "!, " + token + "!]", "token_file: " + token, "token_file: " + quoted, "token_env: " + token, "base_url: " + token, "proxy_url: " + token,
		"base_url: https://" + token + ":x@host", "? " + token, "<<: " + token, "<<: *" + token, "&" + token + " x: 1", "!" + token + " x: 1", "- " + token,
		"x: !!" + token + " 1", `x: "\` + token + `"`, "x: %" + token, "x: @" + token, "types: !!int " + token, "%" + token, "x: [" + token, "x: {" + token, token,
	} {
		r.Write("accounts:", good, "      "+setting)
		status, answer := r.Request(http.MethodPost, "/-/reload", nil)
		clean(setting[:4]+": the answer", answer)
		if status == http.StatusOK && !strings.HasPrefix(setting, "types: ") && !strings.HasPrefix(setting, "token") {
			t.Errorf("accepted %s", setting)
		}
	}
	for _, setting := range []string{
		"timeout: " + token, "refresh_interval: [" + token + "]", "max_reports: " + token, token + ": 1", "accounts: " + token, token, "- " + token,
		"accounts: [" + token + "]", "accounts: [{name: " + token + "/}]", "accounts: [{" + token + ": {}}]",
		"accounts: [{name: a, kraken: {reports: [" + token + "]}}]", "accounts: [{name: a, kraken: {nonce_unit: " + token + "}}]",
		"accounts: [{name: a, kraken: {check_key: " + token + "}}]", "accounts: [{name: a, kraken_futures: {streams: [" + token + ", " + token + "]}}]",
		"accounts: [{name: a, coinbase_exchange: {profile_id: " + strings.Repeat(token, 3) + "}}]", "accounts: [{name: a, coinbase_exchange: " + token + "}]",
	} {
		r.Write(setting)
		status, answer := r.Request(http.MethodPost, "/-/reload", nil)
		if clean(setting[:4]+": the answer", answer); status == http.StatusOK {
			t.Errorf("accepted %s", setting)
		}
	}
	clean("the log", r.Log.String())
}

// TestNothingPastedIntoTheWebConfigurationIsTold: the same goes for the web
// configuration.
func TestNothingPastedIntoTheWebConfigurationIsTold(t *testing.T) {
	t.Parallel()
	token := rand.Text() + rand.Text()
	for _, text := range []string{
		token + ": 1", token, "tls_server_config: {cert_file: x, key_file: " + token + "}", "tls_server_config: {cert_file: " + token + ", key_file: x}",
		"tls_server_config: {" + token + ": 1}", "tls_server_config: " + token, "tls_server_config: {min_version: " + token + "}",
		"tls_server_config: {client_auth_type: " + token + "}", "tls_server_config: {cipher_suites: [" + token + "]}", "tls_server_config: {cert: " + token + ", key: " + token + "}",
		"basic_auth_users: {a: " + token + "}", "basic_auth_users: " + token, "http_server_config: {http2: " + token + "}",
		"http_server_config: {headers: {" + token + ": a}}", "rate_limit: {interval: " + token + "}", "*" + token, "x: *" + token, "!" + token + "!x y: 1",
	} {
		file := filepath.Join(t.TempDir(), "web-config.yml")
		put(t, file, []byte(text+"\n"))
		r := rig.New(t)
		r.Options.Web.WebConfigFile = &file
		r.Write("accounts:", r.Account(r.Sandbox.AddAccount(sandbox.Kraken, "treasury")))
		app, err := app.New(r.Options)
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Listen(); err == nil || strings.Contains(err.Error()+r.Log.String(), token[:20]) {
			t.Errorf("%s: %v", strings.ReplaceAll(text, token, "TOKEN"), err)
		}
		if err := app.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}
}
