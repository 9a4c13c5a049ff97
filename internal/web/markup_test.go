package web

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// element is a node of a parsed page. The pages are well-formed XML as well as
// HTML, so a strict parser finds any text that escapes from its place.
type element struct {
	name     string
	attr     map[string]string
	children []*element
	own      string // text directly inside, for leaves made of text
	parent   *element
}

func parse(tb testing.TB, markup string) *element {
	tb.Helper()
	root := &element{name: "#root", attr: map[string]string{}}
	at := root
	decoder := xml.NewDecoder(strings.NewReader(markup))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatalf("the page is not well-formed: %v\n%s", err, markup)
		}
		switch token := token.(type) {
		case xml.StartElement:
			child := &element{name: token.Name.Local, attr: map[string]string{}, parent: at}
			for _, a := range token.Attr {
				child.attr[a.Name.Local] = a.Value
			}
			at.children = append(at.children, child)
			at = child
		case xml.EndElement:
			at = at.parent
		case xml.CharData:
			at.children = append(at.children, &element{name: "#text", own: string(token), attr: map[string]string{}, parent: at})
		}
	}
	return root
}

// text is what the element says, with white space collapsed.
func (e *element) text() string {
	var b strings.Builder
	var walk func(*element)
	walk = func(e *element) {
		b.WriteString(e.own)
		for _, child := range e.children {
			walk(child)
		}
	}
	walk(e)
	return strings.Join(strings.Fields(b.String()), " ")
}

// all returns the elements below with a name, or any with "*", that satisfy
// every condition.
func (e *element) all(name string, conditions ...func(*element) bool) []*element {
	var found []*element
	for _, child := range e.children {
		matches := child.name == name || name == "*" && child.name != "#text"
		for _, condition := range conditions {
			matches = matches && condition(child)
		}
		if matches {
			found = append(found, child)
		}
		found = append(found, child.all(name, conditions...)...)
	}
	return found
}

func (e *element) one(tb testing.TB, name string, conditions ...func(*element) bool) *element {
	tb.Helper()
	found := e.all(name, conditions...)
	if len(found) != 1 {
		tb.Fatalf("%d elements %s, want 1", len(found), name)
	}
	return found[0]
}

func class(name string) func(*element) bool {
	return func(e *element) bool {
		for _, each := range strings.Fields(e.attr["class"]) {
			if each == name {
				return true
			}
		}
		return false
	}
}

func having(attr, value string) func(*element) bool {
	return func(e *element) bool { return e.attr[attr] == value }
}

// rows are the table's rows of reports.
func rows(page *element) []*element {
	return page.all("tr", func(e *element) bool { return len(e.all("th", class("report"))) == 1 })
}

// ids are the reports' ids in the order of the table.
func ids(page *element) []string {
	list := []string{}
	for _, row := range rows(page) {
		list = append(list, row.all("th", class("report"))[0].all("code")[0].text())
	}
	return list
}

// rowOf is the one row of a report.
func rowOf(tb testing.TB, page *element, id string) *element {
	tb.Helper()
	for _, each := range rows(page) {
		if each.all("th", class("report"))[0].all("code")[0].text() == id {
			return each
		}
	}
	tb.Fatalf("no row for report %s", id)
	return nil
}

// card is the one card of an account.
func card(tb testing.TB, page *element, name string) *element {
	tb.Helper()
	return page.one(tb, "article", func(e *element) bool {
		return class("account")(e) && e.all("h3")[0].all("a")[0].text() == name
	})
}

func pagesOf(f Fleet) *Pages {
	return New(func() Fleet { return f }, Info{Version: "1.2.3"})
}

func get(tb testing.TB, handler http.HandlerFunc, target string) *httptest.ResponseRecorder {
	tb.Helper()
	answer := httptest.NewRecorder()
	handler(answer, httptest.NewRequest(http.MethodGet, target, nil))
	return answer
}

func open(tb testing.TB, f Fleet, target string) *element {
	tb.Helper()
	answer := get(tb, pagesOf(f).Exports, target)
	if answer.Code != http.StatusOK {
		tb.Fatalf("GET %s: %d %s", target, answer.Code, answer.Body)
	}
	return parse(tb, answer.Body.String())
}

// openLanding is the landing page of a fleet.
func openLanding(tb testing.TB, f Fleet) *element {
	tb.Helper()
	answer := get(tb, pagesOf(f).Landing, "/")
	if answer.Code != http.StatusOK {
		tb.Fatalf("GET /: %d %s", answer.Code, answer.Body)
	}
	return parse(tb, answer.Body.String())
}

// stylesheet is the style sheet of all pages.
func stylesheet() string { return string(staticAssets()["export.css"].body) }

func mustContain(tb testing.TB, text string, parts ...string) {
	tb.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			tb.Errorf("%q is missing in %q", part, text)
		}
	}
}
