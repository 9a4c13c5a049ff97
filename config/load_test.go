package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/config"
	"export_status_exporter/internal/files"
)

// write makes a file with its folders.
func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSecretsFromEverywhere: secrets come from inline values, files and
// variables, without surrounding whitespace. Paths are relative to the
// configuration file.
func TestSecretsFromEverywhere(t *testing.T) {
	values := setSecrets(t)
	folder := t.TempDir()
	absolute := filepath.Join(t.TempDir(), "signing")
	write(t, filepath.Join(folder, "secrets", "key"), "\n  "+values["KRAKEN_KEY"]+"\r\n")
	write(t, absolute, values["SIGNING_SECRET"]+"\n")
	if err := os.Symlink(filepath.Join(folder, "secrets"), filepath.Join(folder, "linked")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "exporter.yml")
	write(t, file, `
accounts:
  - name: files
    kraken: {api_key_file: secrets/key, api_secret_file: `+absolute+`}
  - name: mixed
    coinbase_exchange:
      api_key_file: linked/../linked/key
      api_secret: `+values["SIGNING_SECRET"]+`
      passphrase_env: PASSPHRASE
`)
	t.Chdir(t.TempDir()) // whence the exporter is started does not matter
	c, err := config.Load(t.Context(), files.New(), file)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []map[string]string{
		{"api_key": values["KRAKEN_KEY"], "api_secret": values["SIGNING_SECRET"]},
		{"api_key": values["KRAKEN_KEY"], "api_secret": values["SIGNING_SECRET"], "passphrase": values["PASSPHRASE"]},
	} {
		for setting, value := range want {
			if got := c.Accounts[i].Secrets.Values()[setting].Reveal(); got != value {
				t.Errorf("account %d: %s is not as it was written", i, setting)
			}
		}
	}
}

// TestRelativeTLSFiles: the files of tls_config are relative to the config file
// as well.
func TestRelativeTLSFiles(t *testing.T) {
	setSecrets(t)
	got := texts(problems(t, "accounts:\n  - {name: a, onlyfansapi: {token_env: TOKEN, tls_config: {ca_file: tls/ca.pem, ca: text}}}\n"))
	if want := "only one of ca and ca_file can be set; remove one of the two"; !strings.Contains(got, want) {
		t.Errorf("problems:\n%s", got)
	}
	folder := t.TempDir()
	text := "accounts:\n  - {name: a, onlyfansapi: {token_env: TOKEN, tls_config: {ca_file: tls/ca.pem}}}\n"
	_, err := config.Parse([]byte(text), filepath.Join(folder, "exporter.yml"))
	if err == nil || !strings.HasSuffix(err.Error(), "tls_config.ca_file: no such file or directory; give the path of a file, relative to the configuration file, not the content of the file") {
		t.Errorf("error %v does not tell what is missing", err)
	}
}

// TestUnreadableFiles: an unreadable configuration file is reported as such.
func TestUnreadableFiles(t *testing.T) {
	folder := t.TempDir()
	large := filepath.Join(folder, "large.yml")
	write(t, large, "")
	if err := os.Truncate(large, 8<<20+1); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		filepath.Join(folder, "nowhere.yml"): "no such file",
		folder:                               "is a folder and not a regular file",
		large:                                "is larger than 8 MiB",
	} {
		c, err := config.Load(t.Context(), files.New(), file)
		if err == nil || c != nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file) || !strings.HasPrefix(err.Error(), "configuration file") {
			t.Errorf("loaded %v with error %v, want %q", c, err, want)
		}
		var wrong *config.Error
		if errors.As(err, &wrong) {
			t.Errorf("%v is said to be a problem of the content", err)
		}
	}
	if _, err := config.Load(t.Context(), files.New(), filepath.Join(folder, "nowhere.yml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v does not wrap its cause", err)
	}
}

// TestErrorText: one line for each problem, with what is known of its place.
func TestErrorText(t *testing.T) {
	err := &config.Error{File: "exporter.yml", Problems: []config.Problem{
		{Text: "must be YAML"}, {Line: 3, Text: "unknown key"}, {Path: "timeout", Text: "must be short"}, {Line: 7, Path: "accounts[0]", Text: "must have a name"},
	}}
	want := "exporter.yml: must be YAML\nexporter.yml:3: unknown key\nexporter.yml: timeout: must be short\nexporter.yml:7: accounts[0]: must have a name"
	if got := err.Error(); got != want {
		t.Errorf("error\n%s\nwant\n%s", got, want)
	}
}

// TestBaseURLs that are allowed: https anywhere, plain http on this machine.
func TestBaseURLs(t *testing.T) {
	setSecrets(t)
	for base, want := range map[string]string{
		"https://gateway.example":              "https://gateway.example",
		"https://gateway.example:8443/kraken/": "https://gateway.example:8443/kraken",
		"https://gateway.example/0/kraken":     "https://gateway.example/0/kraken",
		"http://127.0.0.1:1":                   "http://127.0.0.1:1",
		"http://127.8.8.8":                     "http://127.8.8.8",
		"http://[::1]":                         "http://[::1]",
		"http://localhost/":                    "http://localhost",
		"http://LOCALHOST:1":                   "http://LOCALHOST:1",
		spaced("https://gateway.example"):      "https://gateway.example",
		"HTTPS://gateway.example":              "https://gateway.example",
	} {
		c := valid(t, "accounts:"+strings.Replace(spot, "{", "{base_url: '"+base+"', ", 1))
		if got := c.Accounts[0].Connection.BaseURL.String(); got != want {
			t.Errorf("%s is taken for %s, want %s", base, got, want)
		}
	}
	for _, base := range []string{
		"http://10.0.0.1", "http://localhost.example", "http://[::2]", "http://0.0.0.0", "https://", "//host", "https://a b",
		"https://gateway.example/" + strings.Repeat("a", 2048), "https://api.kraken.com/0", "https://api.kraken.com/0/", "https://api.kraken.com/0/private/ExportStatus", "file:///etc", "https://host?",
	} {
		list := problems(t, "accounts:"+strings.Replace(spot, "{", "{base_url: '"+base+"', ", 1))
		if len(list) != 1 || list[0].Path != "accounts[0] (treasury).kraken.base_url" || list[0].Line != 3 {
			t.Errorf("%s: problems %+v", base, list)
		}
	}
}

// spaced is an address as it looks after a careless paste.
func spaced(address string) string { return " " + address + " " }
