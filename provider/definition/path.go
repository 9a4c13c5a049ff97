package definition

import (
	"errors"
	"fmt"
	"strings"

	"export_status_exporter/provider/apiclient"
)

// Limits on the paths of a definition.
const (
	maxPathKeys = 32
	maxPaths    = 16
)

// path locates a value, or is a literal to use instead.
type path struct {
	text    string // as written
	keys    []string
	literal []byte // nil for a real path
	value   int    // number of the value in the bound tree
}

// paths are alternatives. The first non-empty value wins.
type paths []path

// bind registers the paths in a tree.
func (ps paths) bind(tree *apiclient.PathTree) {
	for i := range ps {
		if ps[i].literal == nil {
			ps[i].value = tree.Want(ps[i].keys)
		}
	}
}

// get returns the first non-empty value.
func (ps paths) get(values *apiclient.PathValues) apiclient.Scalar {
	s, _ := ps.find(values, nothing)
	return s
}

// moment is like get for times, where numbers up to 0 count as empty, too.
func (ps paths) moment(values *apiclient.PathValues) apiclient.Scalar {
	if len(ps) == 1 {
		return ps.get(values) // an empty time, whichever check is used
	}
	s, _ := ps.find(values, noMoment)
	return s
}

// noMoment reports whether a value is empty as a time.
func noMoment(s apiclient.Scalar) bool {
	m := s.Moment()
	return m.Time.IsZero() && !m.Unreadable
}

// find returns the first non-empty value and the index of its path, or -1 if there is
// none.
func (ps paths) find(values *apiclient.PathValues, nothing func(apiclient.Scalar) bool) (apiclient.Scalar, int) {
	for i := range ps {
		s := apiclient.Scalar{Text: ps[i].literal}
		if ps[i].literal == nil {
			s = values.Get(ps[i].value)
		}
		if !nothing(s) {
			return s, i
		}
	}
	return apiclient.Scalar{}, -1
}

// nothing reports whether a value is absent, null, or an empty text, list or object.
func nothing(s apiclient.Scalar) bool { return len(s.Text) == 0 && !s.Composite }

// parsePath parses a path: keys separated by dots, with quotes around a key that
// contains a dot; "." for the whole value; or "=" followed by a literal.
func parsePath(text string) (path, error) {
	p := path{text: text}
	if literal, ok := strings.CutPrefix(text, "="); ok {
		if literal == "" {
			return p, errors.New("a literal needs a text after =")
		}
		p.literal = []byte(literal)
		return p, nil
	}
	if text == "." {
		return p, nil
	}
	for rest := text; ; {
		key, after, err := firstKey(rest)
		if err != nil {
			return p, err
		}
		if p.keys = append(p.keys, key); len(p.keys) > maxPathKeys {
			return p, fmt.Errorf("holds more than %d keys", maxPathKeys)
		}
		if after == "" {
			return p, nil
		}
		rest = after[1:]
	}
}

// firstKey splits the first key off a path. The rest begins with a dot.
func firstKey(text string) (key, after string, err error) {
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		end := strings.IndexByte(text[1:], text[0])
		if end < 0 {
			return "", "", errors.New("a quote is not closed")
		}
		key, after = text[1:end+1], text[end+2:]
		if after != "" && after[0] != '.' {
			return "", "", errors.New("a key in quotes must be followed by a dot or nothing")
		}
		return key, after, nil
	}
	end := strings.IndexByte(text, '.')
	if end < 0 {
		end = len(text)
	}
	key, after = text[:end], text[end:]
	switch {
	case key == "":
		return "", "", errors.New(`a key is missing: write a.b.0.c, "." for the whole, and put a key that contains a dot in quotes`)
	case strings.TrimSpace(key) != key:
		return "", "", errors.New("a key that ends in a space must be in quotes")
	case key == "$" || key == "*" || strings.ContainsAny(key, "[]()|\"'"):
		return "", "", errors.New("a path has no expressions: write a.b.0.c, with digits for an index, and put a key with other characters in quotes")
	}
	return key, after, nil
}
