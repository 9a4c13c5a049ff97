package kraken

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// caller signs and sends an account's private calls, one at a time.
type caller struct {
	unit    time.Duration
	client  *apiclient.Client
	secrets *secret.Set
	nonces  *provider.Nonces
}

// turn is the right to use a key, with the secrets that were in force when it began. It
// is held from the creation of a nonce until the response has arrived.
type turn struct {
	*caller
	values   secret.Values
	sequence *provider.NonceSequence
}

// begin waits for the key's turn. The caller must call release after its last call.
func (c *caller) begin(ctx context.Context) (t *turn, release func(), err error) {
	t = &turn{caller: c, values: c.secrets.Held(ctx)}
	t.sequence, release, err = c.nonces.Acquire(ctx, t.values[secretKey].Fingerprint())
	switch {
	case errors.Is(err, context.Canceled):
		return nil, nil, fmt.Errorf("waiting for the key's turn: %w", err)
	case err != nil:
		return nil, nil, &provider.Error{Reason: provider.ReasonTimeout, Tried: "POST " + exportStatusPath, Detail: "another request with this key lasted until the timeout"}
	default:
		return t, release, nil
	}
}

// post sends one call with a new nonce.
func (t *turn) post(ctx context.Context, path string, parameters url.Values, decode func(*apiclient.Response) error) error {
	// Use a form, not JSON: the nonce is text, so that a nanosecond nonce is not
	// rounded to a double, and the signed bytes are the bytes that are sent.
	nonce := strconv.FormatUint(t.sequence.Next(t.unit), 10)
	parameters.Set("nonce", nonce)
	body := []byte(parameters.Encode())
	signature, err := sign(t.values[secretSigning], path, nonce, body)
	if err != nil {
		return &provider.Error{Reason: provider.ReasonAuth, Tried: "POST " + path, Detail: err.Error()}
	}
	t.secrets.Sent(ctx, signature)
	header := http.Header{}
	header.Set("API-Key", t.values[secretKey].Reveal())
	header.Set("API-Sign", signature)
	header.Set("Content-Type", "application/x-www-form-urlencoded")
	request := apiclient.Request{Method: http.MethodPost, Path: path, Header: header, Body: body}
	return t.client.Do(ctx, request, decode)
}
