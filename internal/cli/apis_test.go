package cli

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"export_status_exporter/provider/definition"
)

// listed is what --list-apis prints for a configuration file, as cells by name.
func listed(t *testing.T, file string) map[string][]string {
	t.Helper()
	var out strings.Builder
	if err := ListAPIs(t.Context(), file, false, &out, false); err != nil {
		t.Fatal(err)
	}
	rows := make(map[string][]string)
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		cells := strings.Split(line, "\t")
		rows[cells[0]] = cells
	}
	return rows
}

// TestListAPIs: every definition that comes with the program has all facts, and
// the configuration's own are listed too and override them.
func TestListAPIs(t *testing.T) {
	rows := listed(t, filepath.Join(t.TempDir(), "none.yml"))
	if len(rows) != len(definition.PresetNames())+1 {
		t.Errorf("%d rows", len(rows))
	}
	for _, name := range definition.PresetNames() {
		if row := rows[name]; len(row) != len(rows["NAME"]) || slices.Contains(row, "-") || row[len(row)-1] != "no" {
			t.Errorf("%s: %v", name, row)
		}
	}
	if got := rows["salesforce"][2:5]; !slices.Equal(got, []string{"oauth2 (client_credentials)", "query_jobs (list or ids)", "client_id, client_secret, domain"}) {
		t.Errorf("salesforce: %v", got)
	}

	file := filepath.Join(t.TempDir(), "exporter.yml")
	text := "accounts: [{name: broken}]\napis:\n  stripe:\n    auth: none\n    sources:\n      s:\n        list: {path: /e}\n" +
		"        report: {id: id, status: s}\n        statuses: {ready: [r]}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := listed(t, file)["stripe"], []string{"stripe", "-", "none", "s (list)", "base_url", file + ":3", "-", "no"}; !slices.Equal(got, want) {
		t.Errorf("own definition: %v, want %v", got, want)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(text, "auth: none", "auth: nobody", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	err := ListAPIs(t.Context(), file, false, &strings.Builder{}, false)
	if err == nil || !strings.Contains(err.Error(), file+":4: apis.stripe.auth: must be none, bearer") {
		t.Errorf("a broken definition: %v", err)
	}
}

// TestCheckTellsOfDefinitions: --config.check notes definitions that are
// untested, are overridden or use POST.
func TestCheckTellsOfDefinitions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "exporter.yml")
	text := `
x-common: &common {auth: none, url: https://api.test}
apis:
  jira:
    <<: *common
    sources:
      s:
        list: {path: /search, method: POST, body: {a: 1}}
        get: {path: /one, graphql: "query($i: ID) { one(id: $i) { id } }", variables: {i: "{id}"}}
        report: {id: id, status: s}
        statuses: {ready: [r]}
accounts:
  - {name: a, jira: {}}
  - {name: b, shopify: {params: {shop: x}, api_key: secret-of-this-test}}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr strings.Builder
	if !CheckConfig(file, &stdout, &stderr) {
		t.Fatal(stderr.String())
	}
	for _, want := range []string{
		`note: the API "jira" is defined by the configuration, so the definition that comes with the exporter is not used`,
		`note: the API "jira" calls POST /search; make sure that this request only reads`,
		`note: the API "jira" calls POST /one; make sure that this request only reads`,
		`note: the definition of the API "shopify" was written from the vendor's documentation and never tested`,
	} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("lacks %s:\n%s", want, stderr.String())
		}
	}
	if strings.Contains(stderr.String(), "graphql.json") {
		t.Errorf("names a call of a preset:\n%s", stderr.String())
	}
}

// TestAFileThatIsNamedMustExist: a misspelled --config.file is an error, not an
// empty list of definitions.
func TestAFileThatIsNamedMustExist(t *testing.T) {
	file := filepath.Join(t.TempDir(), "missing.yml")
	for named, want := range map[bool]string{false: `no API definition "depot"`, true: "missing.yml"} {
		err := TryFile(t.Context(), file, named, Saved{Source: "depot/exports"}, strings.NewReader("[]"), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%t: %v, want %s", named, err, want)
		}
		if err := ListAPIs(t.Context(), file, named, io.Discard, false); (err != nil) != named {
			t.Errorf("%t: %v", named, err)
		}
	}
}
