package apiclient

import "strings"

// Endpoint is one call that a provider may make: a method and a path template
// such as /reports/{report_id}.
type Endpoint struct {
	Method string
	Path   string
}

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
		if strings.HasPrefix(segment, "{") {
			if !ValidParam(have[i]) {
				return false
			}
		} else if segment != have[i] {
			return false
		}
	}
	return true
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
