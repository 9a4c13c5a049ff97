package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRender checks the elements that runbooks use.
func TestRender(t *testing.T) {
	for name, c := range map[string]struct{ markdown, want string }{
		"headings stand below the page's own": {"# Alert\n\n## What to do\n", `<h2 id="alert">Alert</h2>` + "\n" + `<h3 id="what-to-do">What to do</h3>`},
		"another runbook":                     {"see [B](B.md)", `see <a href="B">B</a>`},
		"a part of another runbook":           {"see [B](B.md#x)", `see <a href="B#x">B</a>`},
		"the list of runbooks":                {"[all](README.md)", `<a href="./">all</a>`},
		"a page that is not in the binary":    {"see [the *reasons*](../operations.md#what-does-each-reason-mean).", `see the <em>reasons</em> (docs/operations.md).`},
		"an address":                          {"[b](https://example.com/x)", `<a href="https://example.com/x">b</a>`},
		"a table":                             {"| a | b |\n| --- | --- |\n| `c` | d |\n", "<td><code>c</code></td>"},
		"a query":                             {"```promql\na{b=\"c\"} > 1\n```\n", `<code class="language-promql">a{b=&quot;c&quot;} &gt; 1`},
		"no script as an address":             {"[a](javascript:b)", `<a href="">a</a>`},
	} {
		got, err := render([]byte(c.markdown))
		if err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, c.want)
		}
	}
}

// TestHTMLIsRefused checks that HTML is an error, because the renderer would drop it.
func TestHTMLIsRefused(t *testing.T) {
	for _, markdown := range []string{"a <script>b</script>", "put <ACCOUNT> here", "<div>\na\n</div>\n"} {
		if got, err := render([]byte(markdown)); err == nil {
			t.Errorf("%q is rendered as\n%s", markdown, got)
		}
	}
}

// TestRunbooksAreRendered checks that the embedded files are up to date.
func TestRunbooksAreRendered(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(source, "*.md"))
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		markdown, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		want, err := render(markdown)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(target, strings.TrimSuffix(filepath.Base(page), ".md")+".html"))
		if err != nil || !bytes.Equal(want, got) {
			t.Errorf("%s is not rendered as it is (%v): run `make docs`", page, err)
		}
	}
}
