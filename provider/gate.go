package provider

import "context"

type gateKey struct{}

// WithGate returns a context whose requests ask gate before they are sent. After an
// error they are not sent.
func WithGate(ctx context.Context, gate func() error) context.Context {
	return context.WithValue(ctx, gateKey{}, gate)
}

// Ask returns nil if a request may be sent now, else the error of WithGate's gate.
func Ask(ctx context.Context) error {
	if gate, ok := ctx.Value(gateKey{}).(func() error); ok {
		return gate()
	}
	return nil
}
