//go:build browser

package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// axeSource is the checker as npm installs it.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v: run `npm ci` in the folder browser", err)
	}
	return string(source)
}

// finding is one rule of accessibility that elements break.
type finding struct {
	ID, Impact, Help string
	Nodes            []string
}

// findings are what axe-core says of a page: what is broken, what it could not
// judge, and how many rules hold.
type findings struct {
	Violations, Incomplete []finding
	Passes                 int
}

// checkAccessible fails if a rule of accessibility is broken. What the checker
// cannot judge is logged, for a person to look at.
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

// TestAxeFindsWhatIsBroken: a checker that finds nothing proves nothing.
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
