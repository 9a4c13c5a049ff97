package definition

import (
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
)

// Auth describes how an account authenticates.
type Auth struct {
	// Kind is none, bearer, basic, api_key or oauth2.
	Kind string
	// Header and Prefix are settings of api_key. Header is also a setting of oauth2,
	// where empty means Authorization.
	Header, Prefix string
	// Grant is the OAuth2 grant, or empty for other kinds.
	Grant string

	tokenURL, tokenPath string // may contain placeholders; oauth2 has exactly one of them
	basicClient         bool
	scopes              []string
	params              []pair
	claims              object
}

// Kinds of auth, and grants of oauth2.
const (
	authNone   = "none"
	authBearer = "bearer"
	authBasic  = "basic"
	authAPIKey = "api_key"
	authOAuth2 = "oauth2"

	grantClient  = "client_credentials"
	grantRefresh = "refresh_token"
	grantJWT     = "jwt_bearer"
)

// auth parses auth, which is a word or a mapping with one key.
func (l *loader) auth(node *yaml.Node, path string) {
	a := &l.def.Auth
	if node.Kind != yaml.MappingNode {
		a.Kind, _ = l.Text(node, path)
		if !slices.Contains([]string{authNone, authBearer, authBasic}, a.Kind) {
			l.Problem(node, path, "must be none, bearer, basic, api_key: {header: ...} or oauth2: {...}")
		}
		return
	}
	var kinds int
	l.Object(node, path, map[string]yamlnode.Setter{
		authAPIKey: func(node *yaml.Node, path string) { a.Kind = authAPIKey; kinds++; l.apiKey(node, path) },
		authOAuth2: func(node *yaml.Node, path string) { a.Kind = authOAuth2; kinds++; l.oauth2(node, path) },
	})
	if kinds != 1 {
		l.Problem(node, path, "must be none, bearer, basic, api_key: {header: ...} or oauth2: {...}")
	}
}

func (l *loader) apiKey(node *yaml.Node, path string) {
	a := &l.def.Auth
	l.Object(node, path, map[string]yamlnode.Setter{
		"header": func(node *yaml.Node, path string) { a.Header = l.authHeader(node, path) },
		"prefix": func(node *yaml.Node, path string) {
			a.Prefix, _ = l.Text(node, path)
			if !headerText(a.Prefix) {
				l.Problem(node, path, "must be printable ASCII")
			}
		},
	})
	if a.Header == "" {
		l.Problem(node, path, "must have the header that carries the key")
	}
}

func (l *loader) authHeader(node *yaml.Node, path string) string {
	text, ok := l.Text(node, path)
	if !ok || !l.headerName(node, path, text) {
		return ""
	}
	return text
}

// oneOf parses a word from a closed list, or adds the problem.
func (l *loader) oneOf(node *yaml.Node, path, problem string, words ...string) string {
	text, ok := l.Text(node, path)
	if ok && !slices.Contains(words, text) {
		l.Problem(node, path, "%s", problem)
	}
	return text
}

func (l *loader) oauth2(node *yaml.Node, path string) {
	a := &l.def.Auth
	hasClaims := false
	l.Object(node, path, map[string]yamlnode.Setter{
		"grant": func(node *yaml.Node, path string) {
			a.Grant = l.oneOf(node, path, "must be client_credentials or refresh_token or jwt_bearer", grantClient, grantRefresh, grantJWT)
		},
		"token_url":  l.tokenURL,
		"token_path": func(node *yaml.Node, path string) { a.tokenPath = l.path(node, path, false) },
		"client_auth": func(node *yaml.Node, path string) {
			a.basicClient = l.oneOf(node, path, "must be body or basic", "body", "basic") == "basic"
		},
		"scopes": func(node *yaml.Node, path string) {
			for _, scope := range l.Texts(node, path) {
				if scope == "" || !headerText(scope) || strings.Contains(scope, " ") {
					l.Problem(node, path, "a scope must be one word")
				}
				a.scopes = append(a.scopes, scope)
			}
		},
		"params": func(node *yaml.Node, path string) { a.params = l.pairs(node, path, false) },
		"claims": func(node *yaml.Node, path string) {
			a.claims, hasClaims = l.object(node, path, false, false), true
		},
		"header": func(node *yaml.Node, path string) { a.Header = l.authHeader(node, path) },
	})
	if a.Grant == "" {
		l.Problem(node, path, "must have a grant: client_credentials, refresh_token or jwt_bearer")
	}
	if (a.tokenURL == "") == (a.tokenPath == "") {
		l.Problem(node, path, "must have exactly one of token_url and token_path")
	}
	if hasClaims && a.Grant != grantJWT {
		l.Problem(node, path, "claims require grant: jwt_bearer")
	}
}

// tokenURL parses the address of the token endpoint. Whole segments of its path may be
// placeholders.
func (l *loader) tokenURL(node *yaml.Node, path string) {
	text, ok := l.Text(node, path)
	if !ok {
		return
	}
	_, rest, _ := strings.Cut(text, "://")
	host, below, _ := strings.Cut(rest, "/")
	if problem := checkAddress(text, host); problem != "" {
		l.Problem(node, path, "%s", problem)
		return
	}
	if strings.Contains(host, "{") {
		l.Problem(node, path, "a {param} may be a segment of its path, and no part of its host; token_path is on the API's own host")
		return
	}
	for _, segment := range strings.Split(below, "/") {
		if strings.Contains(segment, "{") && (len(placeholders(segment)) != 1 || segment != "{"+placeholders(segment)[0]+"}") {
			l.Problem(node, path, "a {param} must be a whole segment of its path")
			return
		}
	}
	if l.checkPath(node, path, "/"+below, false) {
		l.def.Auth.tokenURL = text
	}
}

// splitURL splits an address into host and path.
func splitURL(text string) (host *url.URL, path string) {
	scheme, rest, _ := strings.Cut(text, "://")
	name, below, found := strings.Cut(rest, "/")
	if found {
		path = "/" + below
	}
	return &url.URL{Scheme: scheme, Host: name}, path
}
