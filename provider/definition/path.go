package definition

import (
	"errors"
	"fmt"
	"strings"

	"export_status_exporter/provider/apiclient"
)

// Bounds on what a definition may hold.
const (
	maxPathKeys = 32
	maxPaths    = 16
)

// path is where a value stands, or a literal that stands for it.
type path struct {
	text    string // as written
	keys    []string
	literal []byte // nil if it is a place
	value   int    // its number in the tree that it was bound to
}

// paths are alternatives: the first that is not nothing counts.
type paths []path

// bind notes the places in a tree.
func (ps paths) bind(tree *apiclient.PathTree) {
	for i := range ps {
		if ps[i].literal == nil {
			ps[i].value = tree.Want(ps[i].keys)
		}
	}
}

// get returns the first value that is something.
func (ps paths) get(values *apiclient.PathValues) apiclient.Scalar {
	s, _ := ps.find(values, nothing)
	return s
}

// moment is get for a moment, of which 0 and less are nothing too.
func (ps paths) moment(values *apiclient.PathValues) apiclient.Scalar {
	if len(ps) == 1 {
		return ps.get(values) // which is nothing either way
	}
	s, _ := ps.find(values, noMoment)
	return s
}

// noMoment reports whether a value is nothing as a moment.
func noMoment(s apiclient.Scalar) bool {
	m := s.Moment()
	return m.Time.IsZero() && !m.Unreadable
}

// find returns the first value that is not nothing, and which path it was, -1
// if there was none.
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

// nothing reports whether a value is absent, null, or an empty text, list or
// object.
func nothing(s apiclient.Scalar) bool { return len(s.Text) == 0 && !s.Composite }

// parsePath reads a path: keys between dots, a key with a dot in quotes, "."
// for the whole, or "=" and a literal.
func parsePath(text string) (path, error) {
	p := path{text: text}
	if literal, ok := strings.CutPrefix(text, "="); ok {
		if literal == "" {
			return p, errors.New("a literal is = and a text")
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

// firstKey parts the first key of a path from what follows it, which begins
// with a dot.
func firstKey(text string) (key, after string, err error) {
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		end := strings.IndexByte(text[1:], text[0])
		if end < 0 {
			return "", "", errors.New("a quote is not closed")
		}
		key, after = text[1:end+1], text[end+2:]
		if after != "" && after[0] != '.' {
			return "", "", errors.New("after a key in quotes comes a dot or nothing")
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
		return "", "", errors.New(`a key is missing: write a.b.0.c, "." for the whole, and a key that holds a dot in quotes`)
	case strings.TrimSpace(key) != key:
		return "", "", errors.New("a key with a space at its end stands in quotes")
	case key == "$" || key == "*" || strings.ContainsAny(key, "[]()|\"'"):
		return "", "", errors.New("a path has no expressions: write a.b.0.c, with digits for an index; a key of other characters stands in quotes")
	}
	return key, after, nil
}
