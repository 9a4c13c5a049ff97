package definition

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"time"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Config is an account's block for an API definition.
type Config struct {
	Definition *Definition `yaml:"-"`
	// OwnBaseURL reports that the account has a base_url, which replaces the
	// definition's url and therefore also the params of its host.
	OwnBaseURL bool `yaml:"-"`

	Token        secret.Ref `yaml:"token"`
	APIKey       secret.Ref `yaml:"api_key"`
	Username     secret.Ref `yaml:"username"`
	Password     secret.Ref `yaml:"password"`
	ClientID     secret.Ref `yaml:"client_id"`
	ClientSecret secret.Ref `yaml:"client_secret"`
	RefreshToken secret.Ref `yaml:"refresh_token"`
	PrivateKey   secret.Ref `yaml:"private_key"`

	// Params holds the values of the definition's placeholders.
	Params map[string]string `yaml:"params"`
	// Only holds the names of the sources to request. Empty means all that can be
	// requested.
	Only []string `yaml:"sources"`
	// Types holds the types to show. Empty means all.
	Types []string `yaml:"types"`
	// IDs holds, by source, the ids that are requested one by one instead of the list.
	IDs map[string][]string `yaml:"ids"`
}

// NewConfig returns the config of an empty block.
func NewConfig(d *Definition) *Config { return &Config{Definition: d} }

// Kind is the kind of all blocks that use a definition.
const Kind = "definition"

// Kind returns the kind of the block.
func (*Config) Kind() string { return Kind }

// Name returns the value of the label "provider".
func (c *Config) Name() string { return c.Definition.Name }

// Same reports whether two blocks and their definitions are equal, ignoring OwnBaseURL.
func (c *Config) Same(other *Config) bool {
	if !c.Definition.Equal(other.Definition) {
		return false
	}
	a, b := *c, *other
	a.Definition, b.Definition = nil, nil
	a.OwnBaseURL, b.OwnBaseURL = false, false
	return reflect.DeepEqual(a, b)
}

// RefreshInterval returns the default interval from the definition, or 0 if it has
// none.
func (c *Config) RefreshInterval() time.Duration { return c.Definition.RefreshInterval }

// DefaultBaseURL returns the API's address with the account's params filled in. It is
// empty if the definition has no url or if a param is missing.
func (c *Config) DefaultBaseURL() string {
	if c.Definition.URL == "" || len(c.hostProblems()) > 0 {
		return ""
	}
	host, path := splitURL(c.Definition.URL)
	return host.Scheme + "://" + params(c.Params).fill(host.Host) + params(c.Params).fill(path)
}

// authSecrets returns the names of the secrets that belong to the definition's auth. The
// first identifies the key.
func (c *Config) authSecrets() []string {
	switch a := &c.Definition.Auth; {
	case a.Kind == authBearer:
		return []string{secretToken}
	case a.Kind == authAPIKey:
		return []string{secretAPIKey}
	case a.Kind == authBasic:
		return []string{secretPassword, secretUsername}
	case a.Grant == grantRefresh:
		return []string{secretRefreshToken, secretClientID, secretClientSecret}
	case a.Grant == grantJWT:
		return []string{secretPrivateKey, secretClientID, secretClientSecret}
	case a.Kind == authOAuth2:
		return []string{secretClientSecret, secretClientID}
	default:
		return nil
	}
}

// allSecrets returns every secret that a block may have, whatever the auth.
func (c *Config) allSecrets() map[string]secret.Spec {
	return map[string]secret.Spec{
		secretToken:        {Ref: c.Token, Check: secret.HeaderSafe},
		secretAPIKey:       {Ref: c.APIKey, Check: secret.HeaderSafe},
		secretUsername:     {Ref: c.Username, Check: checkUser, Public: true},
		secretPassword:     {Ref: c.Password},
		secretClientID:     {Ref: c.ClientID, Public: true},
		secretClientSecret: {Ref: c.ClientSecret},
		secretRefreshToken: {Ref: c.RefreshToken},
		secretPrivateKey:   {Ref: c.PrivateKey, Check: checkKey(c.ClientID != secret.Ref{}), Document: true},
	}
}

// Takes reports whether the block accepts a secret, given the definition's auth.
func (c *Config) Takes(setting string) bool {
	_, isSecret := c.allSecrets()[setting]
	return !isSecret || slices.Contains(c.authSecrets(), setting)
}

// Needs returns the secrets that every block must have, sorted.
func (c *Config) Needs() []string {
	return yamlnode.Sorted(NewConfig(c.Definition).Secrets())
}

// Secrets returns where to find the secrets that the definition's auth needs. Optional
// secrets of a JWT client are included if they are set.
func (c *Config) Secrets() map[string]secret.Spec {
	specs, names := c.allSecrets(), c.authSecrets()
	maps.DeleteFunc(specs, func(name string, spec secret.Spec) bool {
		optional := c.Definition.Auth.Grant == grantJWT && name != secretPrivateKey
		return !slices.Contains(names, name) || optional && spec.Ref == (secret.Ref{})
	})
	return specs
}

// KeySecret returns the name of the secret that identifies the key. It is empty if the
// API needs no authentication.
func (c *Config) KeySecret() string {
	if names := c.authSecrets(); len(names) > 0 {
		return names[0]
	}
	return ""
}

// Requested returns texts that identify the data that the account requests, one for each
// source. Two blocks that have one in common request the same data. One key may be used
// for several projects, so the parameters are part of it.
func (c *Config) Requested() []string {
	project := strconv.Quote(c.Name())
	for _, name := range c.Definition.Params {
		project += strconv.Quote(c.Params[name])
	}
	var requested []string
	for _, each := range c.asked() {
		requested = append(requested, project+strconv.Quote(each.Name))
	}
	return requested
}

// Serial reports whether sources must be refreshed one at a time. Without a nonce, they
// may run concurrently.
func (*Config) Serial() bool { return false }

// asked returns the sources that the account requests.
func (c *Config) asked() []*Source {
	var asked []*Source
	for _, each := range c.Definition.Sources {
		named := len(c.Only) == 0 || slices.Contains(c.Only, each.Name)
		if named && (each.HasList() || each.HasGet() && len(c.IDs[each.Name]) > 0) {
			asked = append(asked, each)
		}
	}
	return asked
}

// Endpoints returns the allow-list: the calls of the requested sources. It also works
// for an invalid config, as far as possible.
func (c *Config) Endpoints() []apiclient.Endpoint {
	var endpoints []apiclient.Endpoint
	add := func(call *call) {
		if call == nil {
			return
		}
		endpoint := apiclient.Endpoint{Method: call.method, Path: params(c.Params).fill(call.path), Escaped: true}
		if !slices.Contains(endpoints, endpoint) {
			endpoints = append(endpoints, endpoint)
		}
	}
	for _, each := range c.asked() {
		single := len(c.IDs[each.Name]) > 0
		if !single {
			add(each.list)
		}
		if single || each.afterList != detailNever {
			add(each.get)
		}
	}
	return endpoints
}

// Calls returns the methods and addresses of all calls that the account may make.
func (c *Config) Calls(base *url.URL) []string {
	var calls []string
	root := base.Scheme + "://" + base.Host + base.EscapedPath()
	if c.Definition.Auth.Kind == authOAuth2 {
		at, path := c.tokenAddress(base)
		calls = append(calls, methodPost+" "+at.Scheme+"://"+at.Host+at.EscapedPath()+path)
	}
	for _, each := range c.Endpoints() {
		calls = append(calls, each.Method+" "+root+each.Path)
	}
	return calls
}

// tokenAddress returns the base URL and path of the token endpoint.
func (c *Config) tokenAddress(base *url.URL) (at *url.URL, path string) {
	a := &c.Definition.Auth
	if a.tokenURL == "" {
		return base, params(c.Params).fill(a.tokenPath)
	}
	at, path = splitURL(a.tokenURL)
	if path = params(c.Params).fill(path); path == "" {
		path = "/"
	}
	return at, path
}

// Sources returns the sources of an account. The config must be valid.
func (c *Config) Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source {
	auth := &authorizer{auth: &c.Definition.Auth, secrets: secrets}
	api := apiclient.API{Endpoints: c.Endpoints(), Advice: c.Definition.Auth.advice(), Secret: secrets.Overlaps}
	if auth.auth.Kind == authOAuth2 {
		auth.tokens = c.tokens(deps, secrets, observer, api)
	}
	client := apiclient.New(deps, observer, api)
	var sources []provider.Source
	for _, each := range c.asked() {
		sources = append(sources, &source{
			def: c.Definition, spec: each, config: c, params: params(c.Params), client: client, auth: auth, maxAge: deps.MaxAge,
		})
	}
	return sources
}

// tokens returns the token source. It has its own client, which can call only the token
// endpoint.
func (c *Config) tokens(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer, api apiclient.API) *tokens {
	t := &tokens{auth: &c.Definition.Auth, params: params(c.Params), secrets: secrets, turn: make(chan struct{}, 1)}
	base, path := c.tokenAddress(deps.BaseURL)
	deps.BaseURL, t.path = base, path
	t.url = base.Scheme + "://" + base.Host + base.EscapedPath() + t.path
	api.Endpoints = []apiclient.Endpoint{{Method: methodPost, Path: t.path, Escaped: true}}
	t.client = apiclient.New(deps, observer, api)
	return t
}
