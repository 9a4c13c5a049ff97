// Package markdown reads as much of Markdown as the tests need that compare
// the documentation with the program: sections, tables, links and anchors.
package markdown

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Document is a page.
type Document struct{ lines []line }

// line is a line of a page with what is known of it.
type line struct {
	number int
	text   string
	// code says that the line is in a fenced block of code, or begins or ends
	// one; language is that of the block.
	code     bool
	language string
	// level is that of a heading, 0 for all else.
	level int
}

var heading = regexp.MustCompile(`^(#{1,6}) +(.+?) *#*$`)

// Parse returns a page. There is no text that is not a page.
func Parse(text string) Document {
	var d Document
	var fence, language string
	for i, each := range strings.Split(text, "\n") {
		l := line{number: i + 1, text: each, code: fence != "", language: language}
		trimmed := strings.TrimSpace(each)
		switch {
		case fence != "" && strings.HasPrefix(trimmed, fence) && strings.Trim(trimmed, fence[:1]) == "":
			fence, language = "", ""
			l.language = ""
		case fence == "" && (strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~")):
			language = strings.TrimLeft(trimmed, trimmed[:1])
			fence = trimmed[:len(trimmed)-len(language)]
			l.code = true
		case fence == "":
			if found := heading.FindStringSubmatch(each); found != nil {
				l.level = len(found[1])
			}
		}
		d.lines = append(d.lines, l)
	}
	return d
}

// title is the text of a heading.
func (l *line) title() string { return heading.FindStringSubmatch(l.text)[2] }

// Headings returns the text of all headings of a level, in order.
func (d Document) Headings(level int) []string {
	var titles []string
	for i := range d.lines {
		if d.lines[i].level == level {
			titles = append(titles, d.lines[i].title())
		}
	}
	return titles
}

// Section returns what stands below a heading, up to the next one of its
// level or above. Nothing if there is no such heading.
func (d Document) Section(title string) Document {
	var found Document
	level := 0
	for _, l := range d.lines {
		switch {
		case level == 0:
			if l.level > 0 && l.title() == title {
				level = l.level
			}
		case l.level > 0 && l.level <= level:
			return found
		default:
			found.lines = append(found.lines, l)
		}
	}
	return found
}

// Text is the page as it was written, without blocks of code.
func (d Document) Text() string {
	var b strings.Builder
	for _, l := range d.lines {
		if !l.code {
			b.WriteString(l.text + "\n")
		}
	}
	return b.String()
}

// Code returns the content of every fenced block of a language.
func (d Document) Code(language string) []string {
	var blocks []string
	inside := false
	for _, l := range d.lines {
		switch {
		case !l.code || l.language != language:
			inside = false
		case !inside:
			blocks, inside = append(blocks, l.text+"\n"), true
		default:
			blocks[len(blocks)-1] += l.text + "\n"
		}
	}
	return blocks
}

// Rows returns the cells of the tables' rows, without those of the heads.
func (d Document) Rows() [][]string {
	var rows [][]string
	body := false
	for _, l := range d.lines {
		text := strings.TrimSpace(l.text)
		switch {
		case l.code || !strings.HasPrefix(text, "|"):
			body = false
		case !body:
			body = strings.Trim(text, "|-: ") == "" && strings.Contains(text, "-")
		default:
			rows = append(rows, cells(text))
		}
	}
	return rows
}

// cells splits a row at every bar that has no backslash before it.
func cells(row string) []string {
	row = strings.ReplaceAll(strings.TrimSpace(row), `\|`, "\x00")
	row = strings.TrimSuffix(strings.TrimPrefix(row, "|"), "|")
	parts := strings.Split(row, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(strings.ReplaceAll(parts[i], "\x00", "|"))
	}
	return parts
}

// Quoted returns what stands between backticks, in order.
func Quoted(text string) []string {
	var all []string
	parts := strings.Split(text, "`")
	for i := 1; i < len(parts); i += 2 {
		all = append(all, parts[i])
	}
	return all
}

// Anchors returns the fragments under which the headings can be reached, in
// the way of the usual forges.
func (d Document) Anchors() map[string]bool {
	anchors := make(map[string]bool)
	for i := range d.lines {
		if d.lines[i].level == 0 {
			continue
		}
		base := anchor(d.lines[i].title())
		name := base
		for n := 1; anchors[name]; n++ {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		anchors[name] = true
	}
	return anchors
}

var linked = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)

func anchor(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsNumber(r), r == '-', r == '_':
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, linked.ReplaceAllString(title, "$1"))
}
