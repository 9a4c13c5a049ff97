package apiclient

import (
	"net/url"
	"regexp"
	"strings"
)

// Endpoint is one call that a provider may make, as a method and a path template such
// as /reports/{report_id}.
type Endpoint struct {
	Method string
	Path   string
	// Escaped allows a {parameter} to be part of a segment and to match a text that
	// ValidSegment accepts.
	Escaped bool
}

// MaxEscapedBytes is the maximum length of an escaped path segment.
const MaxEscapedBytes = 512

// maxParamBytes is the maximum length of a path parameter.
const maxParamBytes = 64

var paramForm = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// match reports whether a method and path match this endpoint. A template segment
// matches itself, and a {parameter} matches one segment of [A-Za-z0-9_-]{1,64}. Without
// dots, slashes and escapes, a report id cannot lead to another path.
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

// ValidParam reports whether s may be used in a path: [A-Za-z0-9_-]{1,64}.
func ValidParam(s string) bool { return len(s) <= maxParamBytes && paramForm.MatchString(s) }

// matchEscaped reports whether an escaped segment matches a template segment.
func matchEscaped(template, segment string) bool {
	before, rest, found := strings.Cut(template, "{")
	if !found {
		return template == segment
	}
	_, after, _ := strings.Cut(rest, "}")
	return len(segment) > len(before)+len(after) && strings.HasPrefix(segment, before) && strings.HasSuffix(segment, after) &&
		ValidSegment(segment[len(before):len(segment)-len(after)])
}

// plainBytes are those of RFC 3986 for a path segment, without the semicolon, which some
// servers cut at, and with the space.
const plainBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@ "

// ValidSegment reports whether s is an escaped parameter of at most MaxEscapedBytes that
// cannot lead to another path, however often a server unescapes it.
func ValidSegment(s string) bool {
	plain, err := url.PathUnescape(s)
	return err == nil && plain != "" && plain != "." && len(s) <= MaxEscapedBytes && !strings.Contains(plain, "..") &&
		strings.Trim(plain, plainBytes) == "" && !strings.Contains(s, " ")
}
