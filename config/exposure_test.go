package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// exposed writes a configuration and secret files into a folder and returns the
// warnings about their permissions.
func exposed(t *testing.T, text string, mode fs.FileMode, modes map[string]fs.FileMode) []string {
	t.Helper()
	dir := t.TempDir()
	secrets := setSecrets(t)
	write := func(name, content string, mode fs.FileMode) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // the umask does not count
			t.Fatal(err)
		}
	}
	for name, mode := range modes {
		write(name, base64.StdEncoding.EncodeToString([]byte(rand.Text())), mode)
	}
	inline := rand.Text()
	write("exporter.yml", strings.ReplaceAll(text, "INLINE", inline), mode)
	c, err := config.Load(t.Context(), files.New(), filepath.Join(dir, "exporter.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, warning := range warningTexts(c) {
		for _, value := range append([]string{inline}, secrets["KRAKEN_KEY"], secrets["TOKEN"]) {
			if strings.Contains(warning, value) {
				t.Error("a warning holds a secret")
			}
		}
		found = append(found, strings.ReplaceAll(warning, dir+string(filepath.Separator), "DIR/"))
	}
	return found
}

func TestExposedSecretsAreWarnedAbout(t *testing.T) {
	const (
		files  = "accounts:\n  - name: treasury\n    kraken: {api_key_file: key, api_secret_file: secret}\n"
		apart  = "; a separate file keeps a secret out of copies of the configuration and can be changed without a reload"
		rights = "; remove that permission (chmod o-r)"
	)
	for name, c := range map[string]struct {
		text  string
		mode  fs.FileMode
		files map[string]fs.FileMode
		want  []string
	}{
		"files that only the owner and the group read": {files, 0o644, map[string]fs.FileMode{"key": 0o400, "secret": 0o640}, nil},
		"a file that everyone reads": {
			files, 0o600,
			map[string]fs.FileMode{"key": 0o600, "secret": 0o644},
			[]string{"account treasury: kraken.api_secret_file: mode 0644 lets everyone on this machine read DIR/secret" + rights},
		},
		"two of them": {
			files, 0o600,
			map[string]fs.FileMode{"key": 0o604, "secret": 0o444},
			[]string{
				"account treasury: kraken.api_key_file: mode 0604 lets everyone on this machine read DIR/key" + rights,
				"account treasury: kraken.api_secret_file: mode 0444 lets everyone on this machine read DIR/secret" + rights,
			},
		},
		"variables": {"accounts:\n  - name: treasury\n    kraken: {api_key_env: KRAKEN_KEY, api_secret_env: SIGNING_SECRET}\n", 0o644, nil, nil},
		"a value": {
			"accounts:\n  - name: agency\n    onlyfansapi: {token: INLINE}\n", 0o640, nil,
			[]string{"account agency: onlyfansapi.token: is set in the configuration itself" + apart},
		},
		"values that everyone reads": {
			"accounts:\n  - name: fund\n    coinbase_exchange: {api_key: INLINE, api_secret_env: SIGNING_SECRET, passphrase: INLINE}\n", 0o644, nil,
			[]string{"account fund: coinbase_exchange.api_key, coinbase_exchange.passphrase: are set in the configuration itself, whose mode 0644 lets everyone on this machine read it" + apart},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := exposed(t, c.text, c.mode, c.files); !slices.Equal(got, c.want) {
				t.Errorf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestALinkIsFollowed: the mode of the link's target counts.
func TestALinkIsFollowed(t *testing.T) {
	dir := t.TempDir()
	setSecrets(t)
	target := filepath.Join(dir, "held")
	if err := os.WriteFile(target, []byte(rand.Text()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(dir, "token")); err != nil {
		t.Fatal(err)
	}
	text := []byte("accounts:\n  - name: agency\n    onlyfansapi: {token_file: token}\n")
	for mode, want := range map[fs.FileMode]int{0o600: 0, 0o644: 1} {
		if err := os.Chmod(target, mode); err != nil {
			t.Fatal(err)
		}
		c, err := config.Parse(text, filepath.Join(dir, "exporter.yml"))
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Warnings) != want {
			t.Errorf("mode %04o: %q, want %d warnings", mode, c.Warnings, want)
		}
	}
}

// TestKeysOfCertificatesAreSecrets: private keys of certificates are checked
// too.
func TestKeysOfCertificatesAreSecrets(t *testing.T) {
	certificate, key := pair(t)
	dir := t.TempDir()
	for name, content := range map[string][]byte{"client.crt": certificate, "client.key": key, "token": []byte(rand.Text())} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "token"), 0o600); err != nil {
		t.Fatal(err)
	}
	indented := strings.ReplaceAll(strings.TrimSpace(string(key)), "\n", "\n          ")
	for settings, want := range map[string]string{
		"key_file: client.key":          "onlyfansapi.tls_config.key_file: mode 0644 lets everyone",
		"key: |\n          " + indented: "onlyfansapi.tls_config.key: is set in the configuration itself",
	} {
		file := filepath.Join(dir, "exporter.yml")
		text := "accounts:\n  - name: agency\n    onlyfansapi:\n      token_file: token\n      tls_config:\n        cert_file: client.crt\n        " + settings + "\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(t.Context(), files.New(), file)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0].Text, "account agency: "+want) {
			t.Errorf("%.20s: warnings %q, want %q", settings, c.Warnings, want)
		}
	}
}

// pair is a certificate with its key, made for this test.
func pair(t *testing.T) (certificatePEM, keyPEM []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
}

// TestWhatIsInNoFileIsNotExposed: the demo's configuration is not in a file, so
// its secrets are not exposed.
func TestWhatIsInNoFileIsNotExposed(t *testing.T) {
	if got := valid(t, "accounts:\n  - name: agency\n    onlyfansapi: {token: "+rand.Text()+"}\n").Warnings; len(got) > 0 {
		t.Errorf("warnings %q", got)
	}
}
