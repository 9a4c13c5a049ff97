package sandbox

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Auth is how requests to an API authenticate.
type Auth string

// The kinds of authentication. With OAuth2, clients first request a token by POST
// /oauth/token.
const (
	AuthNone   Auth = ""
	AuthBearer Auth = "bearer"
	AuthKey    Auth = "api_key" // X-Api-Key
	AuthBasic  Auth = "basic"
	// AuthClient is the grant client_credentials, AuthRefresh the grant refresh_token,
	// and AuthJWT the assertion described in RFC 7523.
	AuthClient  Auth = "client_credentials"
	AuthRefresh Auth = "refresh_token"
	AuthJWT     Auth = "jwt_bearer"
)

// tokenPath is the path of the token endpoint, and tokenLife the lifetime of tokens.
const (
	tokenPath = "/oauth/token"
	tokenLife = time.Hour
)

// grants reports whether the API uses access tokens.
func (a Auth) grants() bool { return a == AuthClient || a == AuthRefresh || a == AuthJWT }

// credentials returns random credentials for a new account.
func (d definedAPI) credentials(random func(int) []byte) Credentials {
	word := func() string { return hex.EncodeToString(random(24)) }
	switch d.Auth {
	case AuthBearer:
		return Credentials{Token: word()}
	case AuthKey:
		return Credentials{Key: word()}
	case AuthBasic:
		return Credentials{Username: word() + "@mail.invalid", Password: word()}
	case AuthClient:
		return Credentials{ClientID: word(), ClientSecret: word()}
	case AuthRefresh:
		return Credentials{ClientID: word(), ClientSecret: word(), RefreshToken: word()}
	case AuthJWT:
		return Credentials{ClientID: word(), PrivateKey: newPrivateKey()}
	case AuthNone:
	}
	return Credentials{Token: word()} // the API ignores it, but it identifies the account
}

func newPrivateKey() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("sandbox: no key: " + err.Error())
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// key returns what identifies the credentials of a request. With OAuth2, this is the
// token.
func (d definedAPI) key(r *http.Request) string {
	switch d.Auth {
	case AuthKey:
		return r.Header.Get("X-Api-Key")
	case AuthBasic:
		user, _, _ := r.BasicAuth()
		return user
	case AuthBearer, AuthClient, AuthRefresh, AuthJWT:
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		return token
	case AuthNone:
	}
	return ""
}

// accepts reports whether the credentials of a request are current.
func (d definedAPI) accepts(c *call) bool {
	switch {
	case c.account == nil:
		return false
	case d.Auth.grants():
		return c.account.holdsToken(d.key(c.request), c.arrived)
	case d.Auth == AuthBasic:
		_, password, _ := c.request.BasicAuth()
		return c.current && password == c.creds.Password
	default:
		return c.current
	}
}

// token answers a token request.
func (d definedAPI) token(c *call) reply {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || c.request.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return jsonReply(http.StatusBadRequest, map[string]any{"error": "invalid_request"}, "invalid_request")
	}
	id, password := form.Get("client_id"), form.Get("client_secret")
	if user, secret, ok := c.request.BasicAuth(); ok {
		id, _ = url.QueryUnescape(user)
		password, _ = url.QueryUnescape(secret)
	}
	claims, signed, assertion := parseAssertion(form.Get("assertion"))
	if d.Auth == AuthJWT {
		id, _ = claims["iss"].(string)
	}
	c.account = c.host.byKey(id)
	granted := false
	if c.account != nil {
		c.creds = c.account.Credentials()
		granted = id == c.creds.ClientID && password == c.creds.ClientSecret
	}
	switch d.Auth {
	case AuthClient:
		granted = granted && form.Get("grant_type") == "client_credentials"
	case AuthRefresh:
		granted = granted && form.Get("grant_type") == "refresh_token" && form.Get("refresh_token") == c.creds.RefreshToken
	case AuthJWT:
		granted = granted && form.Get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer" &&
			claims["aud"] == c.host.baseURL()+tokenPath && verified(c.creds.PrivateKey, signed, assertion) && lasts(claims, c.now)
	case AuthNone, AuthBearer, AuthKey, AuthBasic:
	}
	if !granted {
		return jsonReply(http.StatusBadRequest, map[string]any{"error": "invalid_grant"}, "invalid_grant")
	}
	return jsonReply(http.StatusOK, map[string]any{
		"access_token": c.account.newToken(c.arrived), "token_type": "Bearer", "expires_in": int(tokenLife.Seconds()),
	}, verdictOK)
}

// parseAssertion splits a JWT into its claims, the signed text and the signature.
func parseAssertion(text string) (claims map[string]any, signed string, signature []byte) {
	at := strings.LastIndexByte(text, '.')
	if at < 0 {
		return nil, "", nil
	}
	signed = text[:at]
	_, payload, _ := strings.Cut(signed, ".")
	content, _ := base64.RawURLEncoding.DecodeString(payload)
	signature, _ = base64.RawURLEncoding.DecodeString(text[at+1:])
	_ = json.Unmarshal(content, &claims) // invalid JSON results in no claims
	return claims, signed, signature
}

// verified reports whether the signature of a text is valid for a key, using RS256.
func verified(private, signed string, signature []byte) bool {
	block, _ := pem.Decode([]byte(private))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(signed))
	return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature) == nil
}

// lasts reports whether an assertion is valid now and expires soon.
func lasts(claims map[string]any, now time.Time) bool {
	begin, _ := claims["iat"].(float64)
	end, _ := claims["exp"].(float64)
	at := float64(now.Unix())
	return begin <= at && at < end && end-begin <= time.Hour.Seconds()
}

// newToken issues an access token.
func (a *Account) newToken(now time.Time) string {
	text := hex.EncodeToString(a.host.sandbox.random(24))
	a.host.issue(text, a)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil {
		a.tokens = make(map[string]time.Time)
	}
	a.tokens[text] = now.Add(tokenLife)
	return text
}

func (a *Account) holdsToken(text string, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return now.Before(a.tokens[text])
}

// RevokeTokens revokes all access tokens of the account.
func (a *Account) RevokeTokens() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for text := range a.tokens {
		a.tokens[text] = time.Time{}
	}
}
