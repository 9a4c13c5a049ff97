package app

import (
	"path"
	"regexp"
	"strings"
)

// RoutePrefix is the path prefix of everything that is served, such as
// /exporter; empty for the root. It never ends in a slash.
type RoutePrefix string

// RoutePrefixForm describes what ParseRoutePrefix accepts.
const RoutePrefixForm = "a path such as / or /exporter, of letters, digits and . _ ~ -"

var prefixPattern = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)*$`)

// ParseRoutePrefix parses a path, with or without slashes at its ends. It
// rejects characters that would have to be escaped in a URL.
func ParseRoutePrefix(text string) (RoutePrefix, bool) {
	trimmed := strings.Trim(text, "/")
	if trimmed != "" {
		trimmed = "/" + trimmed
	}
	return RoutePrefix(trimmed), prefixPattern.MatchString(trimmed) && path.Clean("/"+trimmed) == "/"+strings.TrimPrefix(trimmed, "/")
}
