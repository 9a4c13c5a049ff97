package definition

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
)

// overrides lists parameters and headers that many frameworks use to override the HTTP
// method, without separators; see overridesMethod. writing lists the methods to override it
// with. credentials lists parameters that carry a secret, folded.
var (
	overrides   = []string{"xhttpmethodoverride", "xhttpmethod", "xmethodoverride", "httpmethodoverride", "httpmethod"}
	writing     = []string{"post", "put", "patch", "delete"}
	credentials = []string{"access_token", "api_key", "apikey", "api-key", "client_secret", "password", "secret"}
)

// Headers that the client sets itself, hop-by-hop headers, and headers that carry a
// secret.
var (
	ownHeaders = []string{
		"accept", "accept-encoding", "content-length", "content-type", "date", "expect", "host", "user-agent",
		"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
	}
	secretHeaders = []string{
		"authorization", "proxy-authorization", "proxy-authenticate", "cookie", "x-api-key", "api-key", "x-auth-token", "x-access-token",
	}
)

// overridesMethod reports whether a parameter or header overrides the HTTP method. Servers
// take many spellings for one name: other cases and separators, name[], or an escaped "=".
func overridesMethod(name string) bool {
	base, _, _ := strings.Cut(strings.TrimLeft(name, "["), "[")
	base, _, _ = strings.Cut(base, "=")
	bare := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			return c
		}
		return -1
	}, strings.ToLower(base))
	return bare == "method" && len(bare) < len(base) || slices.Contains(overrides, bare)
}

// onlyReads reports whether a parameter that an answer gives leaves the method as it is,
// and contains no GraphQL operation that may write.
func onlyReads(name, text string) bool {
	verb := strings.EqualFold(name, "method") && slices.Contains(writing, strings.ToLower(text))
	return !verb && !overridesMethod(name) && !isMutation(name) && !isMutation(text)
}

// parameter checks the name of a parameter in a query or a body.
func (l *loader) parameter(node *yaml.Node, path, name string) {
	folded := strings.ToLower(strings.TrimSpace(name))
	switch {
	case name == "" || !oneLine(name):
		l.Problem(node, path, "the name of a parameter must be one line, and not empty")
	case overridesMethod(name):
		l.Problem(node, path, "a parameter that overrides the method is refused: a definition only reads")
	case slices.Contains(credentials, folded):
		l.Problem(node, path, "a secret does not belong in a parameter: use auth, and give the secret in the account")
	}
}

// onlyReads checks a text in a query or a body.
func (l *loader) onlyReads(node *yaml.Node, path, text string) {
	if isMutation(text) {
		l.Problem(node, path, "contains a GraphQL mutation: a definition only reads")
	}
}

// headers parses the fixed headers.
func (l *loader) headers(node *yaml.Node, path string) []pair {
	var pairs []pair
	l.Each(node, path, func(key, node *yaml.Node, at string) {
		if yamlnode.IsNull(node) {
			return
		}
		v, ok := l.value(node, at, true)
		if !ok || !l.headerName(key, at, key.Value) {
			return
		}
		folded := strings.ToLower(key.Value)
		switch {
		case slices.Contains(secretHeaders, folded) || folded == strings.ToLower(l.def.Auth.Header):
			l.Problem(key, at, "a secret does not belong in headers: use auth, and give the secret in the account")
		case !headerText(v.text):
			l.Problem(node, at, "must be printable ASCII")
		}
		l.idInAll = l.idInAll || v.param == idParam
		pairs = append(pairs, pair{key.Value, []value{v}})
	})
	return pairs
}

// headerName reports whether a definition may set a header.
func (l *loader) headerName(node *yaml.Node, path, name string) bool {
	folded := strings.ToLower(name)
	switch {
	case !httpToken.MatchString(name):
		l.Problem(node, path, "is not the name of a header")
	case slices.Contains(ownHeaders, folded):
		l.Problem(node, path, "the header %s belongs to the exporter's client", name)
	case overridesMethod(name):
		l.Problem(node, path, "a header that overrides the method is refused: a definition only reads")
	default:
		return true
	}
	return false
}

// httpToken matches a token of HTTP.
var httpToken = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")

// headerText reports whether a text is valid in a header.
func headerText(text string) bool {
	return len(text) <= 1024 && !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
}

// isJSON reports whether a YAML scalar can be encoded as JSON. Infinities and NaN
// cannot.
func isJSON(v any) bool {
	number, isFloat := v.(float64)
	return !isFloat || !math.IsInf(number, 0) && !math.IsNaN(number)
}

// errGraphQL means that a GraphQL text may do more than read.
var errGraphQL = errors.New("every definition of a graphql text must be a query or a fragment: a definition only reads")

// isMutation reports whether a text begins like GraphQL, and has an operation other than
// a query.
func isMutation(text string) bool {
	s := graphScanner{text: text}
	begins := slices.Contains([]string{"mutation", "subscription", "query", "fragment", "{"}, s.next())
	names := strings.Contains(text, "mutation") || strings.Contains(text, "subscription")
	return begins && names && strings.Contains(text, "{") && errors.Is(checkGraphQL(text), errGraphQL)
}

// checkGraphQL checks that every top-level definition of a GraphQL text is a query or a
// fragment.
func checkGraphQL(text string) error {
	s := graphScanner{text: text}
	for definitions := 0; ; definitions++ {
		token := s.next()
		switch {
		case token == "" && definitions > 0:
			return nil
		case token == "":
			return errors.New("the graphql text is empty")
		case token != "{" && token != "query" && token != "fragment":
			return errGraphQL
		}
		var open []string
		if token == "{" {
			open = []string{"}"}
		}
		for begun := token == "{"; !begun || len(open) > 0; {
			switch token = s.next(); token {
			case "":
				return errors.New("a brace of the graphql text is not closed")
			case "{", "(", "[":
				begun = begun || token == "{" && len(open) == 0
				open = append(open, map[string]string{"{": "}", "(": ")", "[": "]"}[token])
			case "}", ")", "]":
				if len(open) == 0 || open[len(open)-1] != token {
					return errors.New("the braces of the graphql text do not match")
				}
				open = open[:len(open)-1]
			}
		}
	}
}

// graphScanner splits a GraphQL text into names, texts and single characters.
type graphScanner struct{ text string }

// next returns the next token, or "" at the end. For a text in quotes, it returns `"`.
func (s *graphScanner) next() string {
	for {
		s.text = strings.TrimLeft(s.text, " \t\r\n,\ufeff")
		if !strings.HasPrefix(s.text, "#") {
			break
		}
		end := strings.IndexAny(s.text, "\r\n")
		if end < 0 {
			end = len(s.text)
		}
		s.text = s.text[end:]
	}
	if s.text == "" {
		return ""
	}
	if strings.HasPrefix(s.text, `"`) {
		s.quoted()
		return `"`
	}
	end := strings.IndexFunc(s.text, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	if end < 0 {
		end = len(s.text)
	}
	end = max(end, 1)
	token := s.text[:end]
	s.text = s.text[end:]
	return token
}

// quoted skips a text in single or triple quotation marks.
func (s *graphScanner) quoted() {
	quote := `"`
	if strings.HasPrefix(s.text, `"""`) {
		quote = `"""`
	}
	rest := s.text[len(quote):]
	for rest != "" && !strings.HasPrefix(rest, quote) {
		skip := 1
		switch {
		case quote == `"` && strings.HasPrefix(rest, `\`):
			skip = min(2, len(rest))
		case quote == `"""` && strings.HasPrefix(rest, `\"""`):
			skip = 4
		}
		rest = rest[skip:]
	}
	s.text = rest[min(len(quote), len(rest)):]
}
