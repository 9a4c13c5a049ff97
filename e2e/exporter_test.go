//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// buildExporter builds the binary that users run and returns its path.
func buildExporter(t *testing.T, root string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "export_status_exporter")
	run(t, root, 5*time.Minute, "go", "build", "-buildvcs=false", "-o", binary, ".")
	return binary
}

// exporter is the running binary.
type exporter struct {
	*program
	address string
	client  *http.Client
}

// startExporter starts the binary at the given address.
func startExporter(t *testing.T, k kit, address string, arguments ...string) *exporter {
	t.Helper()
	p := start(t, "exporter", k.binary, append(arguments, "--web.listen-address="+address)...)
	return &exporter{
		program: p, address: p.find(`msg=ready address=http://([^/]+)/`), client: newClient(t),
	}
}

// freePort is an address with any free port.
const freePort = "127.0.0.1:0"

// reload sends a reload request and returns the status.
func (e *exporter) reload(t *testing.T) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	status, _, err := send(ctx, e.client, http.MethodPost, "http://"+e.address+"/-/reload")
	if err != nil {
		t.Fatal(err)
	}
	return status
}

// configuration is the exporter's configuration file and its directory of secrets.
type configuration struct {
	t       *testing.T
	dir     string
	sandbox *sandbox.Sandbox
	text    string
}

func newConfiguration(t *testing.T, s *sandbox.Sandbox) *configuration {
	t.Helper()
	return &configuration{
		t: t, dir: t.TempDir(), sandbox: s, text: "refresh_interval: 1s\ntimeout: 5s\naccounts:\n",
	}
}

// path returns the path of the file.
func (c *configuration) path() string { return filepath.Join(c.dir, "export_status_exporter.yml") }

// add adds an account to the file, and writes its secrets to separate files. The
// settings are general settings of the account.
func (c *configuration) add(a *sandbox.Account, settings ...string) {
	c.t.Helper()
	c.text += fmt.Sprintf("  - name: %s\n", a.Name())
	for _, setting := range settings {
		c.text += fmt.Sprintf("    %s\n", setting)
	}
	c.text += fmt.Sprintf("    %s:\n      base_url: %s\n", a.Provider(), c.sandbox.URL(a.Provider()))
	for name := range secretsOf(a) {
		c.text += fmt.Sprintf("      %s_file: %s.%s\n", name, a.Name(), name)
	}
	c.writeSecrets(a)
}

// set adds a setting to the provider block of the account that was added last.
func (c *configuration) set(setting string) { c.text += "      " + setting + "\n" }

// change replaces one setting with another.
func (c *configuration) change(was, is string) {
	c.t.Helper()
	if strings.Count(c.text, was) != 1 {
		c.t.Fatalf("%q is not once in the configuration", was)
	}
	c.text = strings.Replace(c.text, was, is, 1)
}

// writeSecrets writes the current credentials to the account's files.
func (c *configuration) writeSecrets(a *sandbox.Account) {
	c.t.Helper()
	for name, value := range secretsOf(a) {
		c.writeFile(a.Name()+"."+name, value)
	}
}

// write writes the file, with more text at the end.
func (c *configuration) write(more ...string) {
	c.t.Helper()
	c.writeFile(filepath.Base(c.path()), c.text+strings.Join(more, ""))
}

func (c *configuration) writeFile(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// secretsOf returns an account's credentials by setting.
func secretsOf(a *sandbox.Account) map[string]string {
	secrets := make(map[string]string)
	for _, each := range a.Credentials().Settings() {
		secrets[each.Name] = each.Value
	}
	return secrets
}
