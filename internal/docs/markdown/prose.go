package markdown

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is a sentence of a page.
type Sentence struct {
	// Line is the first line of its paragraph, list item or table row.
	Line int
	// Text includes code, but no link targets.
	Text string
	// Words is the number of words. In a table, code does not count.
	Words int
}

var (
	item    = regexp.MustCompile(`^\s*(?:>\s*)?(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?`)
	span    = regexp.MustCompile("``[^`]+``|`[^`]*`")
	comment = regexp.MustCompile(`(?s)<!--.*?-->`)
	tag     = regexp.MustCompile(`<[^>\s][^>]*>`)
)

// Sentences returns the sentences of a page in order. A heading, a list item or a table
// cell ends a sentence. Code blocks have none.
func (d Document) Sentences() []Sentence {
	var all []Sentence
	var block []string
	first := 0
	end := func() {
		all = append(all, sentences(strings.Join(block, " "), first, false)...)
		block = nil
	}
	for i := range d.lines {
		l := &d.lines[i]
		text := strings.TrimSpace(l.text)
		switch {
		case l.code || text == "":
			end()
		case strings.HasPrefix(text, "|"):
			end()
			for _, cell := range cells(text) {
				all = append(all, sentences(cell, l.number, true)...)
			}
		case l.level > 0:
			end()
			all = append(all, sentences(l.title(), l.number, false)...)
		default:
			if item.MatchString(l.text) {
				end()
			}
			if block == nil {
				first = l.number
			}
			block = append(block, strings.TrimPrefix(item.ReplaceAllString(text, ""), "> "))
		}
	}
	end()
	return all
}

// sentences splits a text after each period, question mark or exclamation mark that is
// not followed by a lower-case letter.
func sentences(text string, line int, table bool) []Sentence {
	var code []string
	// A code span counts as one word.
	text = span.ReplaceAllStringFunc(text, func(s string) string {
		code = append(code, s)
		return "\x01"
	})
	text = tag.ReplaceAllString(comment.ReplaceAllString(linked.ReplaceAllString(text, "$1"), ""), "")
	var all []Sentence
	var words []string
	count := 0
	end := func() {
		if len(words) > 0 {
			all = append(all, Sentence{Line: line, Text: restore(strings.Join(words, " "), &code), Words: count})
		}
		words, count = nil, 0
	}
	fields := strings.Fields(text)
	for i, word := range fields {
		words = append(words, word)
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '\x01' && !table }) {
			count++
		}
		if !strings.HasSuffix(strings.TrimRight(word, `"')*_`), ".") && !strings.HasSuffix(strings.TrimRight(word, `"')*_`), "?") && !strings.HasSuffix(strings.TrimRight(word, `"')*_`), "!") {
			continue
		}
		if i+1 < len(fields) {
			if next, _ := utf8.DecodeRuneInString(strings.TrimLeft(fields[i+1], `"'(*_[`)); unicode.IsLower(next) {
				continue
			}
		}
		end()
	}
	end()
	return all
}

// restore puts the code spans back in order.
func restore(text string, code *[]string) string {
	for strings.Contains(text, "\x01") {
		text = strings.Replace(text, "\x01", (*code)[0], 1)
		*code = (*code)[1:]
	}
	return text
}
