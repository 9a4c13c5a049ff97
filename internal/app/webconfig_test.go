package app_test

import (
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/files"
	"export_status_exporter/internal/rig"
)

// TestWebConfigurationOpensNothing: an update that is cut off, or wrong, neither
// lets everybody in nor keeps everybody out, and no secret of it is told.
func TestWebConfigurationOpensNothing(t *testing.T) {
	t.Parallel()
	ours, password, pasted := newAuthority(t), rand.Text(), rand.Text()
	server := ours.server(t, "exporter")
	encrypted := "tls_server_config: {cert_file: server.crt, key_file: server.key}\n"
	good := encrypted + "basic_auth_users: {prometheus: " + hashed(t, password) + "}\n"
	r, dir := guardedRig(t, good, map[string][]byte{"server.crt": server.certificatePEM, "server.key": server.keyPEM})
	client, address := tlsClient(&tls.Config{RootCAs: ours.pool()}), "https://"+r.App.Addr()+"/-/healthy"
	check := func(what string) {
		t.Helper()
		for given, want := range map[string]int{password: http.StatusOK, "": http.StatusUnauthorized} {
			if answer, _, err := rig.Ask(t.Context(), client, http.MethodGet, address, signedIn("prometheus", given)); err != nil || answer.StatusCode != want {
				t.Errorf("%s: %v %v, want %d", what, answer, err, want)
			}
		}
	}
	check("at first")
	for _, c := range []struct{ text, want string }{
		{"", "turning TLS on or off needs a restart"},
		{encrypted, "removing all users needs a restart"},
		{good[:len(good)-40], "did not find expected"},
		{"basic_auth_users: {prometheus: " + hashed(t, password) + "}\n", "turning TLS on or off needs a restart"},
		{strings.Replace(good, "server.key", "nowhere.key", 1), "tls_server_config.key_file: no such file"},
		{strings.Replace(good, "server.key", "server.crt", 1), "failed to load X509KeyPair"},
		{good + pasted + ": 1\n", "not found in type"},
		{good + "---\n" + good, "must be a single YAML document"},
		{good + "---\n: [", "must be a single YAML document"},
		{good + "rate_limit: {burst: " + pasted + "}\n", "cannot unmarshal"},
		{"tls_server_config: &a {cert_file: server.crt, key_file: server.key, <<: *a}\n", "contains itself"},
	} {
		put(t, filepath.Join(dir, "web-config.yml"), []byte(c.text))
		check(c.want)
		if !strings.Contains(r.Log.String(), c.want) {
			t.Errorf("no %q in\n%s", c.want, r.Log.String())
		}
	}
	put(t, filepath.Join(dir, "web-config.yml"), []byte(good))
	check("in the end")
	if !strings.Contains(r.Log.String(), "web configuration can be used again") || strings.Contains(r.Log.String(), pasted) {
		t.Errorf("the log says\n%s", r.Log.String())
	}
}

// TestWebConfigurationIsBounded: a few bytes of aliases do not become gigabytes.
func TestWebConfigurationIsBounded(t *testing.T) {
	t.Parallel()
	ours := newAuthority(t)
	server, dir := ours.server(t, "exporter"), t.TempDir()
	put(t, filepath.Join(dir, "server.crt"), server.certificatePEM)
	put(t, filepath.Join(dir, "server.key"), server.keyPEM)
	file := filepath.Join(dir, "web.yml")
	users := strings.Repeat("x", 1<<19) + "\n"
	for range 50 {
		users += "  " + rand.Text() + ": *a\n"
	}
	put(t, file, []byte("tls_server_config: {cert_file: server.crt, key_file: server.key}\nbasic_auth_users:\n  first: &a "+users))
	if err := app.ReadWebFiles(t.Context(), files.New(), file); err == nil || !strings.Contains(err.Error(), "larger than 8 MiB with all aliases expanded") {
		t.Errorf("error %v", err)
	}
}
