package app_test

import (
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"

	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/crypto/bcrypt"
)

// hashed returns the hash of a password, with the minimum cost, which is enough
// for a test.
func hashed(t *testing.T, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

// signedIn adds a user and a password to a request.
func signedIn(user, password string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(user, password) }
}

// TestUsers: only the right password of the right user gets an answer, for
// every address alike.
func TestUsers(t *testing.T) {
	t.Parallel()
	first, second := rand.Text(), rand.Text()
	r, dir := guardedRig(t, "basic_auth_users:\n  prometheus: "+hashed(t, first)+"\n  operator: "+hashed(t, second)+"\n", nil)
	client := tlsClient(nil)
	for name, change := range map[string]func(*http.Request){
		"nobody":                   func(*http.Request) {},
		"a wrong password":         signedIn("prometheus", rand.Text()),
		"another user's password":  signedIn("prometheus", second),
		"no password":              signedIn("prometheus", ""),
		"a user that is not there": signedIn("nobody", first),
		"no user":                  signedIn("", first),
		"the hash as the password": signedIn("prometheus", hashed(t, first)),
		"a token":                  func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+first) },
	} {
		for _, each := range guarded() {
			answer, body, err := rig.Ask(t.Context(), client, each.method, "http://"+r.App.Addr()+each.path, change)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != http.StatusUnauthorized || answer.Header.Get("Www-Authenticate") == "" || strings.TrimSpace(body) != "Unauthorized" {
				t.Errorf("%s: %s %s answered %d %.100s, want 401", name, each.method, each.path, answer.StatusCode, body)
			}
			if answer.Header.Get("Content-Security-Policy") == "" {
				t.Errorf("%s: %s %s: no security headers", name, each.method, each.path)
			}
		}
	}
	// net/http would answer this request itself.
	answer, _, err := rig.Ask(t.Context(), client, http.MethodOptions, "http://"+r.App.Addr(), func(r *http.Request) { r.URL.Opaque = "*" })
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("OPTIONS *: %v %v, want 401", answer, err)
	}
	checkUntouched(t, r)
	checkAnswered(t, r, client, "http", signedIn("prometheus", first))
	checkAnswered(t, r, client, "http", signedIn("operator", second))

	// Users are read again for every request.
	put(t, filepath.Join(dir, "web-config.yml"), []byte("basic_auth_users:\n  prometheus: "+hashed(t, second)+"\n"))
	for password, want := range map[string]int{first: http.StatusUnauthorized, second: http.StatusOK} {
		answer, _, err := rig.Ask(t.Context(), client, http.MethodGet, "http://"+r.App.Addr()+"/metrics", signedIn("prometheus", password))
		if err != nil || answer.StatusCode != want {
			t.Errorf("after a change: %v %v, want %d", answer, err, want)
		}
	}
	for _, text := range []string{first, second, "$2a$"} {
		if strings.Contains(r.Log.String(), text) {
			t.Error("the log holds a password or its hash")
		}
	}
}

// TestRateLimit: requests beyond the limit are refused before they cost
// anything.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	for _, each := range guarded() {
		t.Run(each.method+" "+each.path, func(t *testing.T) {
			r, _ := guardedRig(t, "rate_limit: {interval: 1h, burst: 2}\n", nil)
			client, address := tlsClient(nil), "http://"+r.App.Addr()
			var statuses []int
			for _, path := range []string{"/-/healthy", "/-/healthy", each.path} {
				method := http.MethodGet
				if path == each.path {
					method = each.method
				}
				answer, _, err := rig.Ask(t.Context(), client, method, address+path)
				if err != nil {
					t.Fatal(err)
				}
				statuses = append(statuses, answer.StatusCode)
			}
			if statuses[0] != 200 || statuses[1] != 200 || statuses[2] != http.StatusTooManyRequests {
				t.Errorf("statuses %v, want 200 twice and then 429", statuses)
			}
			checkUntouched(t, r)
		})
	}
}

// TestBadWebConfigurations: each is refused with what is wrong.
func TestBadWebConfigurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"basic_auth_users: {prometheus: not-a-hash}\n":                         "hashedSecret too short",
		"tls_server_config: {cert_file: nowhere.crt, key_file: nowhere.key}\n": "tls_server_config.cert_file: no such file or directory",
		"tls_server_config: {min_version: SSL3}\n":                             "unknown TLS version",
		"tls_server_config: {client_auth_type: RequireAndVerifyClientCert}\n":  "missing one of cert or cert_file",
		"users: {}\n": "users",
		"http_server_config: {headers: {X-Custom: yes}}\n":          "X-Custom",
		"http_server_config: {headers: {X-Frame-Options: allow}}\n": "X-Frame-Options",
	} {
		r := rig.New(t)
		file := filepath.Join(t.TempDir(), "web-config.yml")
		put(t, file, []byte(text))
		r.Options.Web.WebConfigFile = &file
		r.Write("accounts:", r.Account(r.Sandbox.AddAccount("kraken", "treasury")))
		app, err := app.New(r.Options)
		if err != nil {
			t.Fatal(err)
		}
		err = app.Listen()
		if err == nil || !strings.Contains(err.Error(), "web configuration: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", text, err, want)
		}
		if app.Addr() != "" {
			t.Errorf("%s: it listens", text)
		}
		if err := app.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// committed is the web configuration in the repository.
func committed(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "web-config.yml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestCommittedWebConfiguration: the committed file is valid and enables
// nothing.
func TestCommittedWebConfiguration(t *testing.T) {
	t.Parallel()
	if err := web.Validate(filepath.Join("..", "..", "web-config.yml")); err != nil {
		t.Fatal(err)
	}
	r, _ := guardedRig(t, committed(t), nil)
	checkAnswered(t, r, tlsClient(nil), "http")
}

// uncomment makes the examples of the file part of it.
func uncomment(text string) string {
	example := regexp.MustCompile(`^# (tls_server_config|basic_auth_users|rate_limit):$`)
	lines, inside := strings.Split(text, "\n"), false
	for i, line := range lines {
		inside = example.MatchString(line) || inside && strings.HasPrefix(line, "#   ")
		if inside {
			lines[i] = strings.TrimPrefix(line, "# ")
		}
	}
	return strings.Join(lines, "\n")
}

// TestCommittedExamples: everything that the file explains works together.
func TestCommittedExamples(t *testing.T) {
	t.Parallel()
	ours, clients, password := newAuthority(t), newAuthority(t), rand.Text()
	server := ours.server(t, "exporter")
	const placeholder = "<what htpasswd printed>"
	text := uncomment(committed(t))
	for _, setting := range []string{"\ntls_server_config:", "\nbasic_auth_users:", "\nrate_limit:", "\nhttp_server_config:", placeholder} {
		if !strings.Contains(text, setting) {
			t.Fatalf("%q is not in\n%s", setting, text)
		}
	}
	r, _ := guardedRig(t, strings.Replace(text, placeholder, hashed(t, password), 1), map[string][]byte{
		"server.crt": server.certificatePEM, "server.key": server.keyPEM, "client-ca.crt": clients.pem,
	})
	with := func(certificates ...tls.Certificate) *http.Client {
		client := tlsClient(&tls.Config{RootCAs: ours.pool(), Certificates: certificates})
		client.Transport.(*http.Transport).ForceAttemptHTTP2 = true
		return client
	}
	if _, _, err := rig.Ask(t.Context(), with(), http.MethodGet, "https://"+r.App.Addr()+"/", signedIn("prometheus", password)); err == nil {
		t.Error("no certificate is needed")
	}
	right := with(clients.client(t, "prometheus.example.internal").pair)
	if answer, _, err := rig.Ask(t.Context(), right, http.MethodGet, "https://"+r.App.Addr()+"/"); err != nil || answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a password: %v %v, want 401", answer, err)
	}
	checkUntouched(t, r)
	answer, _, err := rig.Ask(t.Context(), right, http.MethodGet, "https://"+r.App.Addr()+"/exports", signedIn("prometheus", password))
	if err != nil || answer.StatusCode != http.StatusOK || answer.ProtoMajor != 2 || answer.Header.Get("X-Frame-Options") != "deny" {
		t.Errorf("with all: %v %v, want 200 by HTTP/2 with the file's headers", answer, err)
	}
	checkAnswered(t, r, right, "https", signedIn("prometheus", password))
}
