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

// searchCost limits how much is parsed again to find the wrong line: bytes, and
// nodes, which take as long as nodeCost bytes each.
const (
	searchCost = 32 << 20
	nodeCost   = 16
)

// syntaxProblem explains in plain words why a text is not YAML, and finds the
// wrong line. The library names the beginning of the surrounding block, or no
// line.
func syntaxProblem(content []byte, err error) (line int, text string) {
	if line := badText(content); line > 0 {
		return line, "not valid YAML: this line has bytes that are not UTF-8 or a control character; save the file as UTF-8 text"
	}
	s := newSearch(content, err)
	line, text = s.explain()
	return line, "not valid YAML: " + text
}

// badText returns the first line with characters that YAML does not allow, 0 if
// there is none. It ignores texts with a UTF-16 byte order mark, which the
// library can decode.
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

// search finds the wrong line by parsing prefixes of the text.
type search struct {
	content []byte
	ends    []int // of the lines
	message string
	left    int // of searchCost
}

func newSearch(content []byte, err error) *search {
	s := &search{content: content, message: err.Error(), left: searchCost}
	at := 0
	for line := range bytes.Lines(content) {
		at += len(line)
		s.ends = append(s.ends, at)
	}
	return s
}

// fails parses the first n lines and returns the error message, empty if there
// is none. It also fails once searchCost is used up.
func (s *search) fails(n int) string {
	if n == 0 {
		return ""
	}
	part := s.content[:s.ends[n-1]]
	if s.left -= len(part) + nodeCost*nodes(part); s.left < 0 {
		return s.message
	}
	stream := yaml.NewDecoder(bytes.NewReader(part))
	for range 2 { // like Document, which reads no more than two
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

// lines returns the lines where the problem begins and where the library
// notices it. The first follows the longest valid prefix. The second ends the
// shortest prefix that fails like the whole text.
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
	if s.left < 0 { // the file is too large, so use the library's line
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

// line returns the text of a line, counted from 1.
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

// Patterns of lines that explain a failure.
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

// explain returns the wrong line, and what to do about it.
func (s *search) explain() (int, string) {
	begins, noticed := s.lines()
	for n := begins; n <= noticed; n++ {
		switch line := s.line(n); {
		case tabbed.MatchString(line):
			return n, "this line is indented with a tab; indent it with spaces"
		case odd.MatchString(line) && n > 1:
			return n, "this line is indented with a character that looks like a space but is not one; indent it with spaces"
		}
	}
	if above := s.before(noticed); stuck.MatchString(s.line(above)) {
		return above, "the - of a list entry needs a space after it"
	} else if literal.MatchString(s.line(above)) && s.depth(noticed) <= s.depth(above) {
		return noticed, "the text after | or > must be indented more than its key"
	}
	has := func(text string) bool { return strings.Contains(s.message, text) }
	switch {
	case has("expected node content"):
		return begins, "a value is missing here, or a bracket [ or { is not closed"
	case has("control characters"):
		return noticed, "this line has a control character; save the file as UTF-8 text"
	case has("unknown anchor"):
		return noticed, "a value that begins with * names an anchor that does not exist above it; put a text that begins with * in quotes, or define the anchor with &"
	case has("expected ',' or ']'"):
		return begins, "the list that begins here with [ is not closed with ], or a comma between two values is missing"
	case has("expected ',' or '}'"):
		return begins, "the mapping that begins here with { is not closed with }, or a comma between two settings is missing"
	case has("unexpected end of stream"), has("unexpected document indicator"):
		return begins, "the quotation mark that opens here is never closed"
	case has("unknown escape character"), has("hexdecimal number"), has("Unicode character escape"):
		return noticed, `a backslash in double quotes begins an escape; put a text with \ in single quotes`
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

// colon explains a missing or superfluous colon.
func (s *search) colon(begins, noticed int) (int, string) {
	first := min(begins, s.before(noticed))
	for n := first; n > 0 && n <= noticed; n++ {
		switch line := s.line(n); {
		case opening.MatchString(line):
			n = noticed
		case noSpace.MatchString(line):
			return n, "the colon after this key needs a space after it"
		case (n < noticed || begins == noticed) && noColon.MatchString(line):
			return n, "this line is neither a key with a colon nor an entry of a list; write KEY: VALUE"
		}
	}
	if twoPairs.MatchString(s.line(noticed)) {
		return noticed, `a value that contains ": " or ends with a colon must be in quotes; put each setting of a mapping on its own line`
	}
	return s.indentation(noticed)
}

// indentation explains a line whose indentation matches no line above.
func (s *search) indentation(noticed int) (int, string) {
	line, above := s.line(noticed), s.before(noticed)
	switch {
	case afterEnd.MatchString(line):
		return noticed, "there is text after the end of a quoted value or a list; put the whole value in one pair of quotes, and double any quotation mark in it"
	case strings.HasPrefix(strings.TrimSpace(line), "- "):
		return noticed, "this entry of a list is not aligned with the entries above it; begin each - in the same column"
	case above > 0 && s.depth(noticed) > s.depth(above):
		return noticed, fmt.Sprintf("this line is indented more than line %d, which already has a value; give both the same indentation, or remove that value", above)
	default:
		return noticed, fmt.Sprintf("this line is indented by %d spaces, which fits no line above it; align it with the other keys of its mapping", s.depth(noticed))
	}
}

// before returns the nearest line above n that is neither empty nor a comment,
// 0 if there is none.
func (s *search) before(n int) int {
	for n--; n > 0 && passedBy.MatchString(s.line(n)); n-- {
	}
	return n
}

// depth returns the indentation of the key in a line, in characters. The - of a
// list entry counts too.
func (s *search) depth(n int) int {
	line := s.line(n)
	return len(line) - len(strings.TrimLeft(line, " -"))
}
