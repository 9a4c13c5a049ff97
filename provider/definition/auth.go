package definition

import (
	"context"
	"encoding/base64"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Names of the secrets in an account's block.
const (
	secretToken        = "token"
	secretAPIKey       = "api_key"
	secretUsername     = "username"
	secretPassword     = "password"
	secretClientID     = "client_id"
	secretClientSecret = "client_secret"
	secretRefreshToken = "refresh_token"
	secretPrivateKey   = "private_key"
)

// authorizer authenticates an account's requests. The account's sources share it.
type authorizer struct {
	auth    *Auth
	secrets *secret.Set
	tokens  *tokens // only for oauth2
}

// do sends an authenticated request. If the API rejects a kept token, it fetches a new
// one and tries once more.
func (a *authorizer) do(ctx context.Context, client *apiclient.Client, r apiclient.Request, decode func(*apiclient.Response) error) error {
	if a.auth.Kind != authOAuth2 {
		a.setCredentials(ctx, r.Header)
		return client.Do(ctx, r, decode)
	}
	have, kept, err := a.tokens.get(ctx)
	for {
		if err != nil {
			return err
		}
		a.secrets.Sent(ctx, have.text)
		if a.auth.Header != "" {
			r.Header[http.CanonicalHeaderKey(a.auth.Header)] = []string{have.text}
		} else {
			r.Header.Set("Authorization", "Bearer "+have.text)
		}
		refused := false
		err := client.Do(ctx, r, func(response *apiclient.Response) error {
			refused = response.Status == http.StatusUnauthorized
			return decode(response)
		})
		if err == nil || !refused {
			return err
		}
		a.tokens.forget(have)
		if !kept {
			return err
		}
		have, _, err = a.tokens.get(ctx)
		if kept = false; err != nil {
			return err
		}
	}
}

// setCredentials adds credentials that need no request of their own.
func (a *authorizer) setCredentials(ctx context.Context, header http.Header) {
	values := a.secrets.Held(ctx)
	switch a.auth.Kind {
	case authBearer:
		header.Set("Authorization", "Bearer "+values[secretToken].Reveal())
	case authAPIKey:
		header[http.CanonicalHeaderKey(a.auth.Header)] = []string{a.auth.Prefix + values[secretAPIKey].Reveal()}
	case authBasic:
		header.Set("Authorization", basic(a.secrets, values[secretUsername].Reveal(), values[secretPassword].Reveal()))
	}
}

// basic returns the header of basic authentication, and lets the set hide its content.
func basic(secrets *secret.Set, user, password string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	secrets.Encoded(encoded)
	return "Basic " + encoded
}

// advice returns what to do about a refused request, using the setting names of the
// account's block.
func (a *Auth) advice() map[provider.Reason]string {
	what := map[string]string{
		authBearer: "check token", authAPIKey: "check api_key", authBasic: "check username and password",
		authOAuth2: "check client_id and its secrets, and the token settings in the definition",
	}[a.Kind]
	if what == "" {
		return nil
	}
	return map[provider.Reason]string{provider.ReasonAuth: what}
}

// anyJSON decodes any JSON value and ignores it.
type anyJSON struct{}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (*anyJSON) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	return decoder.SkipValue()
}
