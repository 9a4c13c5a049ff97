package definition

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

const (
	// tokenMargin is how long before its expiry a token is no longer used.
	tokenMargin = time.Minute
	// maxTokenBytes is the maximum length of an access token.
	maxTokenBytes = 16 << 10
)

// tokenErrors are the reasons for the errors of a token endpoint that say more than the
// status: RFC 6749, sections 4.1.2.1 and 5.2, RFC 8628, section 3.5, and OpenID Connect
// Core, section 3.1.2.6. Only a person can mend those with the reason auth.
var tokenErrors = map[string]provider.Reason{
	"invalid_client":             provider.ReasonAuth,
	"invalid_grant":              provider.ReasonAuth,
	"unauthorized_client":        provider.ReasonAuth,
	"access_denied":              provider.ReasonAuth,
	"interaction_required":       provider.ReasonAuth,
	"login_required":             provider.ReasonAuth,
	"consent_required":           provider.ReasonAuth,
	"account_selection_required": provider.ReasonAuth,
	"temporarily_unavailable":    provider.ReasonUnavailable,
	"server_error":               provider.ReasonUnavailable,
	"slow_down":                  provider.ReasonRateLimited,
}

// token is an access token, and the secrets used to obtain it.
type token struct {
	text    string
	by      secret.Values
	expires time.Time // zero if the answer did not contain it
}

// tokens fetches and keeps an account's access token. The token is only in memory and
// cannot be printed.
type tokens struct {
	auth    *Auth
	params  params
	url     string
	path    string
	client  *apiclient.Client
	secrets *secret.Set

	// turn serializes token requests.
	turn    chan struct{}
	current atomic.Pointer[token]
}

// get returns a token, and whether it was kept from an earlier call.
func (t *tokens) get(ctx context.Context) (have *token, kept bool, err error) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return nil, false, &provider.Error{Reason: provider.ReasonTimeout, Detail: "waited too long for another request for the access token"}
	}
	values := t.secrets.Held(ctx)
	if have := t.current.Load(); have != nil && maps.Equal(have.by, values) &&
		(have.expires.IsZero() || t.client.Now().Before(have.expires.Add(-tokenMargin))) {
		return have, true, nil
	}
	fresh, err := t.fetch(ctx, values)
	if err != nil {
		return nil, false, err
	}
	t.current.Store(fresh)
	return fresh, false, nil
}

// forget drops a token that the API refused, unless it has been replaced already.
func (t *tokens) forget(refused *token) { t.current.CompareAndSwap(refused, nil) }

// fetch requests a new token.
func (t *tokens) fetch(ctx context.Context, values secret.Values) (*token, error) {
	form, header, err := t.form(ctx, values)
	if err != nil {
		return nil, err
	}
	request := apiclient.Request{Method: http.MethodPost, Path: t.path, Header: header, Body: []byte(form.Encode())}
	fresh := &token{by: values}
	err = t.client.Do(ctx, request, func(response *apiclient.Response) error {
		return fresh.read(response)
	})
	return fresh, err
}

// form returns the form and headers of a token request.
func (t *tokens) form(ctx context.Context, values secret.Values) (url.Values, http.Header, error) {
	form := t.params.form(t.auth.params)
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	scope := strings.Join(t.auth.scopes, " ")
	if scope != "" {
		form.Set("scope", scope)
	}
	form.Set("grant_type", t.auth.Grant)
	switch t.auth.Grant {
	case grantRefresh:
		t.set(form, "refresh_token", values[secretRefreshToken].Reveal())
	case grantJWT:
		form.Set("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
		assertion, err := t.assertion(values, scope)
		if err != nil {
			return nil, nil, &provider.Error{Reason: provider.ReasonAuth, Final: true, Detail: err.Error(), Advice: "check private_key and client_id"}
		}
		t.secrets.Sent(ctx, assertion) // form-encoding does not change it
		form.Set("assertion", assertion)
	}
	id, password := values[secretClientID].Reveal(), values[secretClientSecret].Reveal()
	switch {
	case t.auth.Grant == grantJWT && password == "":
	case t.auth.basicClient:
		// RFC 6749, section 2.3.1: both values are form-encoded first.
		// A server may repeat what it decodes.
		t.secrets.Encoded(url.QueryEscape(password))
		header.Set("Authorization", basic(t.secrets, url.QueryEscape(id), url.QueryEscape(password)))
	default:
		form.Set("client_id", id)
		t.set(form, "client_secret", password)
	}
	return form, header, nil
}

// set adds a secret to a form. An answer may repeat it as it was encoded.
func (t *tokens) set(form url.Values, name, value string) {
	t.secrets.Encoded(url.QueryEscape(value))
	form.Set(name, value)
}

// read decodes the answer of the token endpoint.
func (t *token) read(response *apiclient.Response) error {
	var answer struct {
		AccessToken apiclient.Text   `json:"access_token"`
		ExpiresIn   apiclient.Number `json:"expires_in"`
		Error       apiclient.Text   `json:"error"`
	}
	err := response.DecodeJSON(&answer)
	word := string(answer.Error)
	own := err == nil || response.Empty() // otherwise a gateway answered instead of the API
	reason := tokenErrors[strings.ToLower(word)]
	if reason == "" && own && response.Status == http.StatusUnauthorized {
		reason = provider.ReasonAuth
	}
	switch {
	case reason != "":
		detail := "the access token is refused"
		if reason != provider.ReasonAuth {
			detail = "the API gives no access token now"
		}
		if quoted, ok := response.Code(word); ok {
			detail += ", the API answers " + quoted
		}
		return &provider.Error{Reason: reason, Final: reason == provider.ReasonAuth, Detail: detail}
	case !response.OK():
		return response.StatusError(err == nil, word)
	case err != nil:
		return err
	case word != "":
		return response.UnlistedError(word)
	}
	t.text = string(answer.AccessToken)
	if t.text == "" || len(t.text) > maxTokenBytes || secret.HeaderSafe(secret.New(t.text)) != nil {
		return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer contains no usable access_token"}
	}
	if lives := answer.ExpiresIn.Count(); lives.Known && lives.Value > 0 {
		t.expires = response.Received.Add(time.Duration(min(lives.Value, 10*365*24*3600)) * time.Second)
	}
	return nil
}

// Format implements fmt.Formatter. It never prints the token.
func (*token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("<secret>")) }
