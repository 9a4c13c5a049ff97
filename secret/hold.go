package secret

import "context"

// holding is the key of a context value: the secrets of a set.
type holding struct{ set *Set }

// Hold returns a context in which Held returns the secrets that are in use now,
// even after they have changed.
func (s *Set) Hold(ctx context.Context) (held context.Context, values Values) {
	values = s.Values()
	return context.WithValue(ctx, holding{s}, values), values
}

// Held returns the secrets that sign the requests of a context: those of Hold,
// or those in use if there was no Hold.
func (s *Set) Held(ctx context.Context) Values {
	if values, ok := ctx.Value(holding{s}).(Values); ok {
		return values
	}
	return s.Values()
}
