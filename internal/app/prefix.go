package app

import (
	"path"
	"regexp"
	"strings"
)

// RoutePrefix is the path below which everything is served, such as /exporter;
// empty where that is the root. It never ends in a slash.
type RoutePrefix string

// RoutePrefixForm says what ParseRoutePrefix takes.
const RoutePrefixForm = "a path such as / or /exporter, of letters, digits and . _ ~ -"

var prefixPattern = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)*$`)

// ParseRoutePrefix reads a path; slashes at its ends may be there or not. It refuses
// what would have to be escaped somewhere.
func ParseRoutePrefix(text string) (RoutePrefix, bool) {
	trimmed := strings.Trim(text, "/")
	if trimmed != "" {
		trimmed = "/" + trimmed
	}
	return RoutePrefix(trimmed), prefixPattern.MatchString(trimmed) && path.Clean("/"+trimmed) == "/"+strings.TrimPrefix(trimmed, "/")
}
