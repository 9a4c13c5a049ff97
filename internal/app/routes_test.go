package app

import (
	"os"
	"slices"
	"strings"
	"testing"

	"export_status_exporter/internal/docs/markdown"
)

// TestEndpointsAreDocumented compares the table of docs/operations.md with the routes.
// A path that ends in a slash stands for all below it.
func TestEndpointsAreDocumented(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range markdown.Parse(string(content)).Section("Endpoints").Rows() {
		for _, address := range markdown.Quoted(row[0]) {
			if !strings.Contains(address, " ") {
				address = "GET " + address
			}
			address, _, _ = strings.Cut(address, "?")
			documented = append(documented, address)
		}
		if row[1] == "" {
			t.Errorf("%s is not explained", row[0])
		}
	}
	var served []string
	for _, each := range (&App{options: Options{EnablePprof: true}}).routes() {
		served = append(served, strings.TrimSuffix(each.pattern, "{$}"))
	}
	for _, address := range served {
		covered := func(d string) bool {
			return d == address || strings.HasSuffix(d, "/") && d != "GET /" && strings.HasPrefix(address, d)
		}
		if !slices.ContainsFunc(documented, covered) {
			t.Errorf("%s is served and not in the table of docs/operations.md", address)
		}
	}
	for i, address := range documented {
		if !slices.Contains(served, address) {
			t.Errorf("%s is in the table of docs/operations.md and not served", address)
		}
		if slices.Contains(documented[:i], address) {
			t.Errorf("%s is in the table of docs/operations.md twice", address)
		}
	}
}

// TestOptionalRoutes: the profiles and the reload endpoint are optional.
func TestOptionalRoutes(t *testing.T) {
	t.Parallel()
	has := func(o Options, pattern string) bool {
		return slices.ContainsFunc((&App{options: o}).routes(), func(r route) bool { return r.pattern == pattern })
	}
	if !has(Options{}, "POST /-/reload") || has(Options{DisableReload: true}, "POST /-/reload") {
		t.Error("/-/reload is not there exactly unless it is disabled")
	}
	if has(Options{}, "GET /debug/pprof/") || !has(Options{EnablePprof: true}, "GET /debug/pprof/") {
		t.Error("/debug/pprof/ is not there exactly if it is enabled")
	}
}
