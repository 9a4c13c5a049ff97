package krakenfutures

import (
	"context"
	"errors"
	"sync"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// getBeside sends a read that is no stream's. Whatever comes of it, the streams
// go on: they are another API, which tells by itself if it refuses the key.
func (c *caller) getBeside(ctx context.Context, path string, decode func(*apiclient.Response) error) error {
	values := c.secrets.Values()
	err := c.get(ctx, values, path, "", func(response *apiclient.Response) error {
		err := decode(response)
		if c.streams.acceptable(values) {
			return doubted(err)
		}
		return err
	})
	var failed *provider.Error
	if errors.As(err, &failed) {
		failed.SourceOnly = true
	}
	return err
}

// doubted takes a refusal of a key that the streams do not refuse for a fault of
// the call.
func doubted(err error) error {
	var failed *provider.Error
	if !errors.As(err, &failed) || failed.Reason != provider.ReasonAuth {
		return err
	}
	failed.Reason, failed.Final = provider.ReasonInvalidRequest, true
	failed.Detail += ", but no stream is refused: the fault is this call's, not the key's"
	failed.Advice = "nothing to mend at the key; if it stays so, leave this source out and report a bug of the exporter"
	return failed
}

// verdict is what the streams say of the account's credentials.
type verdict struct {
	asked bool // whether there are streams

	mu      sync.Mutex
	refused [2][32]byte // the credentials that a stream refused last
}

// fingerprint names a pair of credentials.
func fingerprint(values secret.Values) [2][32]byte {
	return [2][32]byte{values[secretKey].Fingerprint(), values[secretSigning].Fingerprint()}
}

// note remembers what a stream answered to credentials.
func (v *verdict) note(values secret.Values, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case err == nil:
		v.refused = [2][32]byte{}
	case provider.ReasonOf(err) == provider.ReasonAuth:
		v.refused = fingerprint(values)
	}
}

// acceptable reports whether streams are asked with credentials and none
// refuses them.
func (v *verdict) acceptable(values secret.Values) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.asked && v.refused != fingerprint(values)
}
