package krakenfutures

import (
	"context"
	"errors"
	"sync"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// getBeside sends a read that does not belong to a stream. Its failure does not affect
// the streams: they use another API, which refuses a bad key by itself.
func (c *caller) getBeside(ctx context.Context, path string, decode func(*apiclient.Response) error) error {
	values := c.secrets.Held(ctx)
	err := c.get(ctx, values, path, "", func(response *apiclient.Response) error {
		return c.streams.review(values, decode(response))
	})
	if failed, ok := errors.AsType[*provider.Error](err); ok {
		failed.SourceOnly = true
	}
	return err
}

// verdict records whether the streams accept the account's credentials.
type verdict struct {
	asked bool // whether streams are configured

	mu                sync.Mutex
	accepted, refused pair // credentials that a stream last accepted or refused
}

// pair identifies credentials without revealing them.
type pair [2][32]byte

func pairOf(values secret.Values) pair {
	return pair{values[secretKey].Fingerprint(), values[secretSigning].Fingerprint()}
}

// note records a stream's answer to the credentials.
func (v *verdict) note(values secret.Values, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case err == nil:
		v.accepted, v.refused = pairOf(values), pair{}
	case provider.ReasonOf(err) == provider.ReasonAuth:
		v.accepted, v.refused = pair{}, pairOf(values)
	}
}

// review changes the reason of an auth failure that no stream shares: if the streams
// accept the key, the fault is in the call.
func (v *verdict) review(values secret.Values, err error) error {
	var failed *provider.Error
	if !errors.As(err, &failed) || failed.Reason != provider.ReasonAuth {
		return err
	}
	v.mu.Lock()
	accepted, refused := v.accepted == pairOf(values), v.refused == pairOf(values)
	v.mu.Unlock()
	switch {
	case !v.asked || refused:
	case accepted:
		failed.Reason, failed.Final = provider.ReasonInvalidRequest, true
		failed.Detail += ", but the streams are accepted: the fault is this call's, not the key's"
		failed.Advice = "the key needs no change; if this persists, remove this source and report a bug in the exporter"
	default:
		failed.Reason = provider.ReasonInvalidRequest
		failed.Detail += ", and no stream has shown yet whether the key is valid"
		failed.Advice = "wait for the streams: they show whether the key is valid"
	}
	return failed
}
