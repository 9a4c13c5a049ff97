package definition

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// url parses the API's address.
func (l *loader) url(node *yaml.Node, path string) {
	text, ok := l.Text(node, path)
	if !ok {
		return
	}
	text = strings.TrimRight(text, "/")
	_, rest, _ := strings.Cut(text, "://")
	host, below, _ := strings.Cut(rest, "/")
	if problem := checkAddress(text, host); problem != "" {
		l.Problem(node, path, "%s", problem)
		return
	}
	first, domain, _ := strings.Cut(host, ".")
	if strings.Contains(domain, "{") || strings.Contains(first, "{") && domain == "" {
		l.Problem(node, path, "a {param} in the host must be in its first label, such as https://{site}.example.com")
		return
	}
	for _, name := range placeholders(first) {
		ok = l.declared(node, path, name, false) && ok
	}
	if below != "" {
		ok = l.checkPath(node, path, "/"+below, false) && ok
	}
	if ok {
		l.def.URL = text
	}
}

// checkAddress returns what is wrong with an address that may contain placeholders.
func checkAddress(text, host string) string {
	filled := text
	for _, name := range placeholders(text) {
		filled = strings.ReplaceAll(filled, "{"+name+"}", "x")
	}
	u, err := url.Parse(filled)
	switch {
	case err != nil || !oneLine(text) || u.Opaque != "" || strings.ContainsAny(filled, "{}\\ "):
		return "is not an address like https://host"
	case u.User != nil || strings.Contains(host, "@"):
		return "must not contain a user or password: use auth: basic, and give them in the account"
	case strings.ContainsAny(text, "?#"):
		return "must not contain a query or a fragment"
	case u.Scheme != "https" && u.Scheme != "http":
		return "must begin with https://"
	case u.Hostname() == "":
		return "is not an address like https://host"
	case u.Scheme == "http" && (!Loopback(u.Hostname()) || strings.Contains(host, "{")):
		return "must begin with https://; plain http is for loopback addresses only"
	}
	return ""
}

// Loopback reports whether a host is the local machine.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// path parses the path of a call.
func (l *loader) path(node *yaml.Node, path string, withID bool) string {
	text, ok := l.Text(node, path)
	if !ok || !l.checkPath(node, path, text, withID) {
		return ""
	}
	return text
}

// checkPath reports whether a text is a valid path with declared placeholders.
func (l *loader) checkPath(node *yaml.Node, path, text string, withID bool) bool {
	bare := text
	ok := true
	for _, name := range placeholders(text) {
		ok = l.declared(node, path, name, withID) && ok
		bare = strings.ReplaceAll(bare, "{"+name+"}", "x")
	}
	if problem := checkBarePath(bare); problem != "" {
		l.Problem(node, path, "%s", problem)
		return false
	}
	for _, segment := range strings.Split(text, "/") {
		if strings.Count(segment, "{"+idParam+"}") > 1 {
			l.Problem(node, path, "{id} occurs twice in one segment")
			return false
		}
	}
	return ok
}

// checkBarePath returns what is wrong with a path whose placeholders were removed.
func checkBarePath(bare string) string {
	plain, err := url.PathUnescape(bare)
	switch {
	case !strings.HasPrefix(bare, "/"):
		return "must begin with /"
	case strings.HasPrefix(bare, "//"):
		return "must begin with one /"
	case strings.ContainsAny(bare, "?#"):
		return "must not contain a query or a fragment; parameters belong in query"
	case err != nil:
		return "contains a % that is not part of an escape"
	case !oneLine(plain) || strings.ContainsAny(bare, "{}\\ \t\"<>^`|"):
		return "contains a character that must be escaped"
	case slices.ContainsFunc(strings.Split(plain, "/"), func(s string) bool { return s == "." || s == ".." }):
		return "must not contain a segment . or .."
	}
	for _, c := range []byte(bare) {
		if c <= ' ' || c >= 0x7f {
			return "contains a character that must be escaped"
		}
	}
	return ""
}
