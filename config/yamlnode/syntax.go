package yamlnode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// searchBytes bounds how much is parsed again to find the line at fault.
const searchBytes = 32 << 20

// syntaxProblem tells why a text is not YAML, in plain words and at the line at
// fault: the library names the beginning of what surrounds it, or no line.
func syntaxProblem(content []byte, err error) (line int, text string) {
	if line := badText(content); line > 0 {
		return line, "not valid YAML: this line holds bytes that are not UTF-8 or a control character; save the file as UTF-8 text"
	}
	s := newSearch(content, err)
	line, text = s.explain()
	return line, "not valid YAML: " + text
}

// badText is the first line that holds what no YAML does, 0 if there is none or
// the text is of another encoding, which the library knows by its mark.
func badText(content []byte) int {
	if bytes.HasPrefix(content, []byte{0xff, 0xfe}) || bytes.HasPrefix(content, []byte{0xfe, 0xff}) {
		return 0
	}
	line := 1
	for len(content) > 0 {
		r, size := utf8.DecodeRune(content)
		switch {
		case r == '\n':
			line++
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\t' && r != '\r', r == 0x7f, r > 0x7f && r < 0xa0 && r != 0x85:
			return line
		}
		content = content[size:]
	}
	return 0
}

// search finds the line at fault, by parsing the beginnings of the text.
type search struct {
	content []byte
	ends    []int // of the lines
	message string
	left    int // bytes that may still be parsed
}

func newSearch(content []byte, err error) *search {
	s := &search{content: content, message: err.Error(), left: searchBytes}
	for at := 0; at < len(content); {
		n := bytes.IndexByte(content[at:], '\n')
		if n < 0 {
			n = len(content) - at - 1
		}
		at += n + 1
		s.ends = append(s.ends, at)
	}
	return s
}

// fails parses the first n lines. It also fails where no bytes are left to parse.
func (s *search) fails(n int) string {
	if n == 0 {
		return ""
	}
	part := s.content[:s.ends[n-1]]
	if s.left -= len(part); s.left < 0 {
		return s.message
	}
	stream := yaml.NewDecoder(bytes.NewReader(part))
	for range 2 { // as Document reads them: what follows, it does not see
		var document yaml.Node
		switch err := stream.Decode(&document); {
		case errors.Is(err, io.EOF):
			return ""
		case err != nil:
			return err.Error()
		}
	}
	return ""
}

// lines are where what is wrong begins, and where the library noticed: the line
// after the longest beginning that is valid, and the end of the shortest that
// fails as the whole does.
func (s *search) lines() (begins, noticed int) {
	low, high := 0, len(s.ends)
	for high-low > 1 {
		middle := (low + high) / 2
		if s.fails(middle) == s.message {
			high = middle
		} else {
			low = middle
		}
	}
	if s.left < 0 { // the file is large: the library's line must do
		line := 1
		_, _ = fmt.Sscanf(s.message, "yaml: line %d:", &line)
		return line, line
	}
	noticed, begins = high, high
	for begins > 1 && s.fails(begins-1) != "" {
		begins--
	}
	if s.left < 0 {
		begins = noticed
	}
	return begins, noticed
}

// line is the text of a line.
func (s *search) line(n int) string {
	if n < 1 || n > len(s.ends) {
		return ""
	}
	begin := 0
	if n > 1 {
		begin = s.ends[n-2]
	}
	return strings.TrimRight(string(s.content[begin:s.ends[n-1]]), "\r\n")
}

// Forms of lines that explain a failure.
var (
	odd      = regexp.MustCompile(`^[ \t-]*[\x{a0}\x{1680}\x{2000}-\x{200f}\x{202f}\x{205f}\x{3000}\x{feff}]`)
	stuck    = regexp.MustCompile(`^\s*-[A-Za-z_]`)
	literal  = regexp.MustCompile(`:\s+[|>][+-]?[1-9]?\s*(#.*)?$`)
	tabbed   = regexp.MustCompile(`^[ -]*\t`)
	noSpace  = regexp.MustCompile(`^[\s-]*[A-Za-z_][A-Za-z0-9_]*:[^\s/]`)
	noColon  = regexp.MustCompile(`^[\s-]*[A-Za-z_][A-Za-z0-9_]*\s*(#.*)?$`)
	opening  = regexp.MustCompile(`[\[{"']`)
	twoPairs = regexp.MustCompile(`^[\s-]*[A-Za-z0-9_.-]+:\s+[^\s\[{"'].*:(\s|$)`)
	passedBy = regexp.MustCompile(`^\s*(#.*)?$`)
	afterEnd = regexp.MustCompile(`:\s+("[^"]*"|'[^']*'|[\]}]).*\S`)
)

// explain returns the line at fault, and what to do.
func (s *search) explain() (int, string) {
	begins, noticed := s.lines()
	for n := begins; n <= noticed; n++ {
		switch line := s.line(n); {
		case tabbed.MatchString(line):
			return n, "this line is indented with a tab; indent it with spaces"
		case odd.MatchString(line) && n > 1:
			return n, "this line is indented with a character that only looks like a space; indent it with spaces"
		}
	}
	if above := s.before(noticed); stuck.MatchString(s.line(above)) {
		return above, "the - of a list entry needs a space behind it"
	} else if literal.MatchString(s.line(above)) && s.depth(noticed) <= s.depth(above) {
		return noticed, "the text after | or > must be indented deeper than its key"
	}
	has := func(text string) bool { return strings.Contains(s.message, text) }
	switch {
	case has("expected node content"):
		return begins, "a value is missing here, or a bracket [ or { is not closed"
	case has("control characters"):
		return noticed, "this line holds a character that a text file does not; save the file as UTF-8 text"
	case has("unknown anchor"):
		return noticed, "a value that begins with * names an anchor that does not exist above it; put a text that begins with * in quotes, or define the anchor with &"
	case has("expected ',' or ']'"):
		return begins, "the list that begins here with [ is not closed by ], or lacks a comma between two values"
	case has("expected ',' or '}'"):
		return begins, "the mapping that begins here with { is not closed by }, or lacks a comma between two settings"
	case has("unexpected end of stream"), has("unexpected document indicator"):
		return begins, "the quotation mark that opens here is never closed"
	case has("unknown escape character"), has("hexdecimal number"), has("Unicode character escape"):
		return noticed, `a backslash in double quotes begins an escape; put a text that holds \ in single quotes`
	case has("that cannot start any token"):
		return noticed, "a value cannot begin with @, % or `; put it in quotes"
	case has("max depth"):
		return noticed, "settings are nested too deep"
	case has("tag"), has("URI"), has("'>'"):
		return noticed, "a value that begins with ! is a tag; put a text that begins with ! in quotes"
	case has("alphabetic or numeric character"), has("undefined"):
		return noticed, "a value that begins with & or * is an anchor or an alias; put the text in quotes"
	case has("directive"), has("version number"), strings.HasPrefix(s.line(noticed), "%"):
		return noticed, "a line that begins with % is a directive; put a text that begins with % in quotes"
	case has("block scalar"), has("indentation indicator"), has("comment or line break"):
		return noticed, "after | or > the text begins on the next line, indented; put a value that begins with | or > in quotes"
	case has("mapping values"), has("expected ':'"):
		return s.colon(begins, noticed)
	}
	return s.indentation(noticed)
}

// colon explains a colon that is missing or one too many.
func (s *search) colon(begins, noticed int) (int, string) {
	first := min(begins, s.before(noticed))
	for n := first; n > 0 && n <= noticed; n++ {
		switch line := s.line(n); {
		case opening.MatchString(line):
			n = noticed
		case noSpace.MatchString(line):
			return n, "the colon after this key needs a space behind it"
		case (n < noticed || begins == noticed) && noColon.MatchString(line):
			return n, "this line is neither a key with a colon nor an entry of a list; write KEY: VALUE"
		}
	}
	if twoPairs.MatchString(s.line(noticed)) {
		return noticed, `a value that holds ": " or ends with a colon must be in quotes; the settings of a mapping are on lines of their own`
	}
	return s.indentation(noticed)
}

// indentation explains a line that fits none of those above it.
func (s *search) indentation(noticed int) (int, string) {
	line, above := s.line(noticed), s.before(noticed)
	switch {
	case afterEnd.MatchString(line):
		return noticed, "something follows the end of a quoted text or a list; put the whole value in one pair of quotes, and double a quotation mark within it"
	case strings.HasPrefix(strings.TrimSpace(line), "- "):
		return noticed, "this entry of a list is not aligned with the entries above it; begin each - in the same column"
	case above > 0 && s.depth(noticed) > s.depth(above):
		return noticed, fmt.Sprintf("this line is indented deeper than line %d, which already has a value; give both the same indentation, or remove that value", above)
	default:
		return noticed, fmt.Sprintf("this line is indented by %d spaces, which fits no line above it; align it with the other keys of its mapping", s.depth(noticed))
	}
}

// before is the nearest line above that is no comment, 0 if there is none.
func (s *search) before(n int) int {
	for n--; n > 0 && passedBy.MatchString(s.line(n)); n-- {
	}
	return n
}

// depth is how many spaces indent the key of a line: an entry's - counts as one.
func (s *search) depth(n int) int {
	line := s.line(n)
	return len(line) - len(strings.TrimLeft(line, " -"))
}
