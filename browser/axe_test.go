//go:build browser

package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// axeSource returns axe-core as installed by npm.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v: run `npm ci` in the folder browser", err)
	}
	return string(source)
}

// finding is one accessibility rule that elements violate.
type finding struct {
	ID, Impact, Help string
	Nodes            []string
}

// findings is the result of axe-core for a page: violations, rules that it could not
// check, and the number of rules that passed.
type findings struct {
	Violations, Incomplete []finding
	Passes                 int
}

// checkAccessible fails if the page violates an accessibility rule. Rules that axe-core
// cannot check are logged, for review by a person.
func (p *tab) checkAccessible(t *testing.T, source string) {
	t.Helper()
	eval[bool](p, source+"\n;true")
	got := eval[findings](p, `axe.run(document).then(found => {
		const short = list => list.map(each => ({
			id: each.id, impact: each.impact, help: each.help,
			nodes: each.nodes.map(node => node.target.join(" ") + ": " + [...node.any, ...node.all, ...node.none].map(check => check.message).join("; ")),
		}))
		return {violations: short(found.violations), incomplete: short(found.incomplete), passes: found.passes.length}
	})`)
	if got.Passes < 15 {
		t.Errorf("only %d rules hold: the checker has not looked at the page", got.Passes)
	}
	for _, each := range got.Violations {
		t.Errorf("%s (%s): %s\n\t%s", each.ID, each.Impact, each.Help, strings.Join(each.Nodes, "\n\t"))
	}
	for _, each := range got.Incomplete {
		t.Logf("not judged: %s: %s\n\t%s", each.ID, each.Help, strings.Join(each.Nodes[:min(3, len(each.Nodes))], "\n\t"))
	}
}

// TestAxeFindsWhatIsBroken checks that the checker finds violations at all.
func TestAxeFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	source := axeSource(t)
	page := chromium(t).open(t, modes()[0], `data:text/html,<html><body><img src="data:,"><input></body></html>`)
	eval[bool](page, source+"\n;true")
	broken := eval[[]string](page, `axe.run(document).then(found => found.violations.map(each => each.id))`)
	for _, rule := range []string{"document-title", "html-has-lang", "image-alt", "label"} {
		if !strings.Contains(strings.Join(broken, " "), rule) {
			t.Errorf("%s is not found in %v", rule, broken)
		}
	}
}
