package krakenfutures

import (
	"context"
	"net/http"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// caller signs and sends the reads of one account.
type caller struct {
	client  *apiclient.Client
	secrets *secret.Set
	streams *verdict
}

// get sends one read and passes the answer to decode, whatever its status.
func (c *caller) get(ctx context.Context, values secret.Values, path, query string, decode func(*apiclient.Response) error) error {
	authent, err := sign(values[secretSigning], path, query, "")
	if err != nil {
		return &provider.Error{Reason: provider.ReasonAuth, Tried: "GET " + path, Detail: err.Error()}
	}
	c.secrets.Sent(ctx, authent)
	header := http.Header{}
	header.Set("APIKey", values[secretKey].Reveal())
	header.Set("Authent", authent)
	request := apiclient.Request{Method: http.MethodGet, Path: path, Query: query, Header: header}
	return c.client.Do(ctx, request, decode)
}
