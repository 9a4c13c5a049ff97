package secret

import "context"

// holding is the key of a context value: what the requests of a refresh use of a set.
type holding struct{ set *Set }

// held is what the requests of a refresh use: one version of the secrets, and what is
// made of them, folded, oldest first.
type held struct {
	values Values
	sent   []string
}

// Hold returns a context in which Held returns the secrets that are in use now, even
// after they have changed. Until the end of ctx, the set hides them, too.
func (s *Set) Hold(ctx context.Context) (holds context.Context, values Values) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &held{values: s.values}
	s.holds[h] = struct{}{}
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.holds, h)
		s.remember(&s.sent, h.sent, maxSent)
	})
	return context.WithValue(ctx, holding{s}, h), h.values
}

// Held returns the secrets that sign the requests of a context: those of Hold, or those
// in use if there was no Hold.
func (s *Set) Held(ctx context.Context) Values {
	if h, ok := ctx.Value(holding{s}).(*held); ok {
		return h.values
	}
	return s.Values()
}
