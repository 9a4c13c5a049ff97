package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/internal/docs/markdown"
	"export_status_exporter/internal/web"
)

const exportsPage = "docs/exports.md"

// describe adds a line "path type" for a type and for everything in it.
func describe(t *testing.T, kind reflect.Type, path string, to *[]string) {
	t.Helper()
	null := ""
	if kind.Kind() == reflect.Pointer {
		kind, null = kind.Elem(), " or null"
	}
	add := func(name string) {
		if path != "" {
			*to = append(*to, path+" "+name+null)
		}
	}
	switch {
	case kind == reflect.TypeFor[time.Time]():
		add("time")
	case kind.Kind() == reflect.Struct:
		add("object")
		for i := range kind.NumField() {
			name := kind.Field(i).Tag.Get("json")
			if name == "" || strings.Contains(name, ",") {
				t.Errorf("%s.%s has the tag %q", kind, kind.Field(i).Name, name)
			}
			describe(t, kind.Field(i).Type, strings.TrimPrefix(path+"."+name, "."), to)
		}
	case kind.Kind() == reflect.Slice:
		add("list")
		if kind.Elem().Kind() == reflect.Struct {
			var inside []string
			describe(t, kind.Elem(), path+"[]", &inside)
			*to = append(*to, inside[1:]...) // elements need no line of their own
		}
	case kind.Kind() == reflect.Map:
		add("map of integers or null") // both maps are nil if nothing is known
	default:
		name, ok := map[reflect.Kind]string{
			reflect.Int: "integer", reflect.Float64: "number", reflect.String: "string", reflect.Bool: "boolean",
		}[kind.Kind()]
		if !ok {
			t.Errorf("%s: no word for %s", path, kind)
		}
		add(name)
	}
}

// TestJSONIsDocumented compares the fields and types in the page's tables with those of
// the program, in order.
func TestJSONIsDocumented(t *testing.T) {
	var want, got []string
	describe(t, reflect.TypeFor[web.Document](), "", &want)
	for _, row := range page(t, exportsPage).Section("What is in the JSON?").Rows() {
		got = append(got, strings.Trim(row[0], "`")+" "+row[1])
	}
	// The page lists all top-level fields first, so the order differs.
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-program +%s):\n%s", exportsPage, diff)
	}
	version := fmt.Sprintf("`schema_version` is %d:", web.SchemaVersion)
	if !strings.Contains(read(t, exportsPage), version) {
		t.Errorf("%s does not say %q", exportsPage, version)
	}
}

// TestQueryIsDocumented compares the parameters on the page, their defaults and their
// values with the form that the program serves.
func TestQueryIsDocumented(t *testing.T) {
	p := demo(t)
	p.get("/metrics")
	served := p.get("/exports?limit=1&urgency=failed&id=x&reason=auth&sort=age")
	want := []string{"format", "page"} // not in the form
	for _, found := range regexp.MustCompile(`<(?:select|input)[^>]* name="([a-z]+)"`).FindAllStringSubmatch(served, -1) {
		want = append(want, found[1])
	}
	rows := make(map[string][]string)
	var got []string
	for _, row := range page(t, exportsPage).Section("How do I filter and sort it?").Rows() {
		name := strings.Trim(row[0], "`")
		got = append(got, name)
		rows[name] = row
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("parameters (-form +%s):\n%s", exportsPage, diff)
	}

	var choices []string
	_, refresh, _ := strings.Cut(served, `<select name="refresh"`)
	refresh, _, _ = strings.Cut(refresh, "</select>")
	for _, found := range regexp.MustCompile(`<option value="([a-z0-9]+)"`).FindAllStringSubmatch(refresh, -1) {
		choices = append(choices, found[1])
	}
	if diff := cmp.Diff(choices, markdown.Quoted(rows["refresh"][2])); diff != "" {
		t.Errorf("values of refresh (-form +%s):\n%s", exportsPage, diff)
	}
	if !strings.Contains(refresh, `<option value="`+strings.Trim(rows["refresh"][1], "`")+`" selected`) {
		t.Errorf("the default of refresh is not %s:\n%s", rows["refresh"][1], refresh)
	}

	limit := func(query string) int {
		var d web.Document
		if err := json.Unmarshal([]byte(p.get("/exports?format=json"+query)), &d); err != nil {
			t.Fatal(err)
		}
		return d.Filter.Limit
	}
	if want := fmt.Sprintf("`%d`", limit("")); rows["limit"][1] != want {
		t.Errorf("the default of limit is %s, documented %s", want, rows["limit"][1])
	}
	if want := fmt.Sprintf("1 to %d", limit("&limit=1000000000")); rows["limit"][2] != want {
		t.Errorf("limit goes %s, documented %s", want, rows["limit"][2])
	}
}
