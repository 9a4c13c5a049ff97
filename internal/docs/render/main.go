// Command render converts the runbooks in docs/runbooks to HTML files, which the
// exporter embeds:
//
//	cd internal/docs/render && go run .
//
// It is a separate module, so that the exporter does not depend on a Markdown renderer.
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Folders, relative to this one.
const (
	source = "../../../docs/runbooks"
	target = "../../web/assets/runbooks"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run renders every page and removes the files of deleted pages.
func run() error {
	pages, err := filepath.Glob(filepath.Join(source, "*.md"))
	if err != nil || len(pages) == 0 {
		return fmt.Errorf("no page in %s, run this command in its own folder: %w", source, err)
	}
	stale, err := filepath.Glob(filepath.Join(target, "*.html"))
	if err != nil {
		return fmt.Errorf("looking for pages: %w", err)
	}
	for _, each := range stale {
		if err := os.Remove(each); err != nil {
			return fmt.Errorf("removing what was rendered before: %w", err)
		}
	}
	for _, page := range pages {
		markdown, err := os.ReadFile(page)
		if err != nil {
			return fmt.Errorf("reading a page: %w", err)
		}
		rendered, err := render(markdown)
		if err != nil {
			return fmt.Errorf("%s: %w", page, err)
		}
		name := strings.TrimSuffix(filepath.Base(page), ".md") + ".html"
		if err := os.WriteFile(filepath.Join(target, name), rendered, 0o644); err != nil {
			return fmt.Errorf("writing a page: %w", err)
		}
	}
	return nil
}

// render converts a page to HTML. The output begins with a hash of the page, so that a
// test can check whether it is up to date without rendering.
func render(markdown []byte) ([]byte, error) {
	converter := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithASTTransformers(util.Prioritized(transformer{}, 1000)),
		),
		goldmark.WithRendererOptions(html.WithXHTML()),
	)
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- %x -->\n", sha256.Sum256(markdown))
	if err := converter.Convert(markdown, &b); err != nil {
		return nil, fmt.Errorf("rendering: %w", err)
	}
	if bytes.Contains(b.Bytes(), []byte("raw HTML omitted")) {
		return nil, errors.New("contains HTML, which would be dropped; put < in backticks")
	}
	return b.Bytes(), nil
}

// transformer adapts a page to the exporter's own page: it shifts the headings and
// adapts the links.
type transformer struct{}

// Transform implements parser.ASTTransformer.
func (transformer) Transform(document *ast.Document, _ text.Reader, _ parser.Context) {
	var links []*ast.Link
	_ = ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		switch node := node.(type) {
		case *ast.Heading:
			if entering {
				node.Level++
			}
		case *ast.Link:
			if entering {
				links = append(links, node)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, each := range links {
		relink(each)
	}
}

// relink changes a link to the exporter's page. If the exporter does not serve the
// target, relink replaces the link with its text and the file name.
func relink(link *ast.Link) {
	to, fragment, _ := strings.Cut(string(link.Destination), "#")
	switch {
	case strings.Contains(to, ":"), to == "":
		return // an external link or one on the same page
	case !strings.Contains(to, "/") && strings.HasSuffix(to, ".md"):
		to = strings.TrimSuffix(to, ".md")
		if to == "README" {
			to = "./"
		}
		if fragment != "" {
			to += "#" + fragment
		}
		link.Destination = []byte(to)
	default:
		parent := link.Parent()
		for child := link.FirstChild(); child != nil; child = link.FirstChild() {
			parent.InsertBefore(parent, link, child)
		}
		name := ast.NewString([]byte(" (" + path.Join("docs/runbooks", to) + ")"))
		parent.ReplaceChild(parent, link, name)
	}
}
