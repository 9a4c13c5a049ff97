package markdown

import (
	"regexp"
	"strings"
)

// Link is a link on a page.
type Link struct {
	Line   int
	Target string
}

var (
	// inline matches [text](target) and ![text](target "title").
	inline = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)`)
	// definition matches [label]: target, on a line of its own.
	definition = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?`)
	// attribute matches attributes of HTML elements that contain a target.
	attribute = regexp.MustCompile(`\b(?:src|srcset|href)="([^"]+)"`)
	automatic = regexp.MustCompile(`<(https?://[^>\s]+)>`)
	codeSpan  = regexp.MustCompile("`[^`]*`")
)

// Links returns all links and images outside of code.
func (d Document) Links() []Link {
	var links []Link
	for _, l := range d.lines {
		if l.code {
			continue
		}
		text := codeSpan.ReplaceAllStringFunc(l.text, func(code string) string { return strings.Repeat("`", len(code)) })
		for _, form := range []*regexp.Regexp{inline, definition, attribute, automatic} {
			for _, found := range form.FindAllStringSubmatch(text, -1) {
				links = append(links, Link{l.number, found[1]})
			}
		}
	}
	return links
}
