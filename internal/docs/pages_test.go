package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/docs/markdown"
	"export_status_exporter/provider"
)

// titles returns the headings in docs/providers.md by provider, from the page's first
// table.
func titles(t *testing.T) map[string]string {
	t.Helper()
	_, table, _ := strings.Cut(read(t, providersPage), "\n| |")
	lines := strings.SplitN(table, "\n", 4)
	heads, blocks := strings.Split(lines[0], "|"), strings.Split(strings.TrimPrefix(lines[2], "| block |"), "|")
	names := make(map[string]string)
	for i, block := range blocks[:min(len(blocks), len(heads))] {
		if name := strings.Trim(block, " `"); name != "" {
			names[name] = strings.TrimSpace(heads[i])
		}
	}
	if diff := cmp.Diff(kinds(t), slices.Sorted(maps.Keys(names))); diff != "" {
		t.Fatalf("blocks (-program +first table of %s):\n%s", providersPage, diff)
	}
	return names
}

// TestCallsAreDocumented compares the calls in docs/providers.md with the allow-lists.
func TestCallsAreDocumented(t *testing.T) {
	const file = "docs/providers.md"
	call := regexp.MustCompile(`^(?:GET|POST) /[^?\s]+`)
	optional := map[string][]string{"kraken": {"check_key: true"}, "kraken_futures": {"check_key: true", "accounts: true"}}
	for _, kind := range kinds(t) {
		section := page(t, file).Section(titles(t)[kind])
		if len(section.Section("Key").Text()) == 0 || len(section.Section("Not known").Text()) == 0 {
			t.Errorf("%s: %s has no section about the key, or about what is not known", file, kind)
		}
		var documented, allowed []string
		for _, row := range section.Section("Calls").Rows() {
			for _, quoted := range markdown.Quoted(row[0]) {
				if found := call.FindString(quoted); found != "" && !slices.Contains(documented, found) {
					documented = append(documented, found)
				}
			}
		}
		c, err := account(t, kind, optional[kind]...)
		if err != nil {
			t.Fatal(err)
		}
		for _, endpoint := range c.Accounts[0].Provider.Endpoints() {
			allowed = append(allowed, endpoint.Method+" "+endpoint.Path)
		}
		slices.Sort(documented)
		slices.Sort(allowed)
		if diff := cmp.Diff(allowed, documented); diff != "" {
			t.Errorf("%s: calls (-program +%s):\n%s", kind, file, diff)
		}
	}
}

// TestReasonsAreDocumented checks that docs/operations.md lists every reason with its
// advice, in the program's order.
func TestReasonsAreDocumented(t *testing.T) {
	const file = "docs/operations.md"
	var want, got []string
	for _, each := range provider.Reasons() {
		want = append(want, string(each))
	}
	for _, row := range page(t, file).Section("What does each reason mean?").Rows() {
		got = append(got, strings.Trim(row[0], "`"))
		if slices.Contains(row, "") {
			t.Errorf("%s: the line about %s is not whole: %v", file, row[0], row)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons (-program +%s):\n%s", file, diff)
	}
}

// TestStatusesAreDocumented checks that each provider's table in docs/providers.md uses
// the program's statuses only, and says what happens to unknown words.
func TestStatusesAreDocumented(t *testing.T) {
	const file = "docs/providers.md"
	var known []string
	for _, each := range provider.Statuses() {
		known = append(known, each.String())
	}
	for kind, title := range titles(t) {
		rows := page(t, file).Section(title).Section("Statuses").Rows()
		if kind == "kraken_futures" { // has no jobs
			if len(rows) > 0 {
				t.Errorf("%s: %s has a table of statuses", file, title)
			}
			continue
		}
		unknown := false
		for _, row := range rows {
			for _, name := range markdown.Quoted(row[1]) {
				if strings.Contains(name, "_") && !slices.Contains(known, name) && name != "expires_at" {
					t.Errorf("%s: %s: %s is no status", file, title, name)
				}
				unknown = unknown || name == "unknown"
			}
			if !slices.ContainsFunc(markdown.Quoted(row[1]), func(name string) bool { return slices.Contains(known, name) }) {
				t.Errorf("%s: %s: no status in %v", file, title, row)
			}
		}
		if !unknown {
			t.Errorf("%s: %s does not say what is unknown", file, title)
		}
	}
}

// TestCommandsExist checks that the Makefile has every make target mentioned on a page.
func TestCommandsExist(t *testing.T) {
	targets := regexp.MustCompile(`(?m)^([a-z0-9-]+):.*## `)
	var known []string
	for _, found := range targets.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		known = append(known, found[1])
	}
	for _, file := range []string{"README.md", "CONTRIBUTING.md", "examples/grafana/README.md", "examples/compose/README.md"} {
		for _, text := range append(markdown.Quoted(page(t, file).Text()), page(t, file).Code("sh")...) {
			for _, found := range regexp.MustCompile(`(?m)^make ([a-z0-9-]+)`).FindAllStringSubmatch(text, -1) {
				if !slices.Contains(known, found[1]) {
					t.Errorf("%s names make %s; the Makefile has %v", file, found[1], known)
				}
			}
		}
	}
}

// TestChangelog checks that every entry has one of the listed kinds, in the listed
// order.
func TestChangelog(t *testing.T) {
	changelog := page(t, "CHANGELOG.md")
	head, _, _ := strings.Cut(changelog.Text(), "\n## ")
	kinds := markdown.Quoted(head)
	entry := regexp.MustCompile(`^- (\[[A-Z]+\]) [A-Z` + "`" + `].*`)
	for _, release := range changelog.Headings(2) {
		last := 0
		for _, line := range strings.Split(changelog.Section(release).Text(), "\n") {
			if !strings.HasPrefix(line, "- ") {
				continue
			}
			found := entry.FindStringSubmatch(line)
			if found == nil || !slices.Contains(kinds, found[1]) {
				t.Errorf("CHANGELOG.md: %s: %q is not of a kind of %v", release, line, kinds)
				continue
			}
			at := slices.Index(kinds, found[1])
			if at < last {
				t.Errorf("CHANGELOG.md: %s: %q is out of order", release, line)
			}
			last = at
		}
	}
}
