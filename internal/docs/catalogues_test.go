package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/docs/markdown"
	"export_status_exporter/provider"
)

const providersPage = "docs/providers.md"

// worded is a provider with tables of words.
type worded interface {
	StatusWords() provider.StatusMap
	ErrorWords() []provider.CatalogueEntry
}

// wordedKinds returns all providers. Each must have tables of words.
func wordedKinds(t *testing.T) map[string]worded {
	t.Helper()
	found := make(map[string]worded)
	for _, kind := range kinds(t) {
		c, err := account(t, kind)
		if err != nil {
			t.Fatal(err)
		}
		each, ok := c.Accounts[0].Provider.(worded)
		if !ok {
			t.Errorf("%s tells no tables of words", kind)
			continue
		}
		found[kind] = each
	}
	return found
}

// TestStatusWordsAreDocumented compares the words on the page with those of the
// program. Rows with conditions are ignored.
func TestStatusWordsAreDocumented(t *testing.T) {
	for kind, each := range wordedKinds(t) {
		documented := make(map[string][]string)
		for _, row := range page(t, providersPage).Section(titles(t)[kind]).Section("Statuses").Rows() {
			words, rest := markdown.Quoted(row[0]), strings.ReplaceAll(row[0], "(not documented)", "")
			for _, word := range words {
				rest = strings.Replace(rest, "`"+word+"`", "", 1)
			}
			if strings.Trim(rest, ", ") != "" {
				continue // a condition
			}
			for _, word := range words {
				documented[markdown.Quoted(row[1])[0]] = append(documented[markdown.Quoted(row[1])[0]], provider.FoldWord(word))
			}
		}
		program := make(map[string][]string)
		for _, status := range provider.Statuses() {
			if words := each.StatusWords().Words(status); len(words) > 0 {
				program[status.String()] = words
			}
			slices.Sort(documented[status.String()])
		}
		for status, words := range documented {
			if len(words) == 0 {
				delete(documented, status)
			}
		}
		if diff := cmp.Diff(program, documented); diff != "" {
			t.Errorf("%s: status words (-program +%s):\n%s", kind, providersPage, diff)
		}
	}
}

// TestErrorWordsAreDocumented checks that the page lists each error word with its
// reason and advice, in the program's order.
func TestErrorWordsAreDocumented(t *testing.T) {
	for kind, each := range wordedKinds(t) {
		var documented, program []string
		for _, row := range page(t, providersPage).Section(titles(t)[kind]).Section("Errors").Rows() {
			documented = append(documented, "| "+strings.Join(row, " | ")+" |")
		}
		for _, entry := range each.ErrorWords() {
			program = append(program, strings.Join(strings.Fields(fmt.Sprintf("| `%s` | `%s` | %s |", entry.Word, entry.Reason, entry.Advice)), " "))
		}
		for i := range documented {
			documented[i] = strings.Join(strings.Fields(documented[i]), " ")
		}
		if diff := cmp.Diff(program, documented); diff != "" {
			t.Errorf("%s: error words (-program +%s); the program's are\n%s\n%s", kind, providersPage, strings.Join(program, "\n"), diff)
		}
	}
}

// TestIgnoredFieldsAreNotRead checks that no wire type contains the fields that the
// page lists as ignored.
func TestIgnoredFieldsAreNotRead(t *testing.T) {
	for _, kind := range kinds(t) {
		files, err := filepath.Glob(filepath.Join(top(t), filepath.FromSlash(folder(t, kind)), "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no file is looked at: %v", kind, err)
		}
		files = slices.DeleteFunc(files, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
		rows := page(t, providersPage).Section(titles(t)[kind]).Section("Fields that are ignored").Rows()
		if len(rows) == 0 {
			t.Errorf("%s: no field is said to be ignored", kind)
		}
		for _, row := range rows {
			for _, field := range markdown.Quoted(row[0]) {
				for _, file := range files {
					content, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					if source := string(content); strings.Contains(source, `json:"`+field+`"`) || strings.Contains(source, `json:"`+field+`,`) {
						t.Errorf("%s: %s is read in %s, and ignored by the page", kind, field, file)
					}
				}
			}
		}
	}
}
