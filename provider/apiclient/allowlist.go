package apiclient

import (
	"net/url"
	"strings"
)

// Endpoint is one call that a provider may make: a method and a path template
// such as /reports/{report_id}.
type Endpoint struct {
	Method string
	Path   string
	// Escaped says that a {parameter} may be a part of a segment, and stands
	// for any escaped text of at most MaxEscapedBytes.
	Escaped bool
}

// MaxEscapedBytes bounds an escaped path segment.
const MaxEscapedBytes = 512

// maxParamBytes bounds a path parameter.
const maxParamBytes = 64

// match reports whether a concrete method and path are this endpoint. Every
// template segment matches itself, and a {parameter} one segment of
// [A-Za-z0-9_-]{1,64}: no dots, no slashes, no escapes, so that a report id
// can never climb to another path.
func (e Endpoint) match(method, path string) bool {
	if method != e.Method {
		return false
	}
	want := strings.Split(e.Path, "/")
	have := strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, segment := range want {
		if !e.matchSegment(segment, have[i]) {
			return false
		}
	}
	return true
}

func (e Endpoint) matchSegment(want, have string) bool {
	switch {
	case e.Escaped:
		return matchEscaped(want, have)
	case strings.HasPrefix(want, "{"):
		return ValidParam(have)
	default:
		return want == have
	}
}

// ValidParam reports whether s may stand in a path: [A-Za-z0-9_-]{1,64}.
func ValidParam(s string) bool {
	if s == "" || len(s) > maxParamBytes {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}

// matchEscaped reports whether an escaped segment is one of a template.
func matchEscaped(template, segment string) bool {
	before, rest, found := strings.Cut(template, "{")
	if !found {
		return template == segment
	}
	_, after, _ := strings.Cut(rest, "}")
	return len(segment) > len(before)+len(after) && strings.HasPrefix(segment, before) && strings.HasSuffix(segment, after) &&
		ValidSegment(segment)
}

// ValidSegment reports whether s is one escaped segment of a path that stays
// where it is: no slash, no dots alone, at most MaxEscapedBytes.
func ValidSegment(s string) bool {
	plain, err := url.PathUnescape(s)
	if err != nil || plain == "" || plain == "." || plain == ".." || len(s) > MaxEscapedBytes || strings.ContainsAny(plain, "\r\n\x00") {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("/?#\\\"<>^`{|}", c) >= 0 {
			return false
		}
	}
	return true
}
