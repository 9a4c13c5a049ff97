package secret

import (
	"context"
	"slices"
	"strings"
)

// The limits of what a Set remembers only to hide it.
const (
	maxFormer    = 3                   // values of each secret
	maxSent      = 8                   // texts
	maxEncoded   = 4 * (maxFormer + 1) // texts
	maxSentBytes = 2 * maxBytes
)

// Sent tells the set of texts that are made with its secrets or as secret, and are sent:
// signatures and access tokens. The set hides the latest ones of each refresh in
// progress, and the latest of the others. Whoever makes such a text must tell the set
// before the text is sent, with the context of Hold.
func (s *Set) Sent(ctx context.Context, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to := &s.sent
	if h, ok := ctx.Value(holding{s}).(*held); ok {
		to = &h.sent
	}
	s.remember(to, foldAll(texts), maxSent)
}

// Encoded tells the set of secrets in another encoding, like Sent. The set hides them for
// as long as the secrets themselves: no number of signatures or tokens makes it forget one.
func (s *Set) Encoded(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remember(&s.encoded, foldAll(texts), maxEncoded)
}

func foldAll(texts []string) []string {
	folded := make([]string, len(texts))
	for i, each := range texts {
		folded[i] = string(fold(nil, each))
	}
	return folded
}

// remember appends texts to a list, and drops its oldest ones beyond a number. The caller
// must hold mu.
func (s *Set) remember(to *[]string, texts []string, most int) {
	list := *to
	for _, each := range texts {
		if at := slices.Index(list, each); at >= 0 {
			list = slices.Delete(list, at, at+1)
		} else {
			s.mask.Store(nil)
		}
		list = append(list, each)
	}
	for len(list) > most || len(list) > 1 && total(list) > most/maxSent*maxSentBytes {
		list = slices.Delete(list, 0, 1)
	}
	*to = list
}

func total(texts []string) (bytes int) {
	for _, each := range texts {
		bytes += len(each)
	}
	return bytes
}

// Hide returns what may be shown of a text that a server sent; see Mask.Hide. It hides
// the secrets in use, their former versions, because a request may still be under way
// with them, and what was sent.
func (s *Set) Hide(text string) string { return s.current().Hide(text) }

// Overlaps reports whether a text must not be shown at all; see Mask.Overlaps.
func (s *Set) Overlaps(text string) bool { return s.current().Overlaps(text) }

// current returns the mask of everything that is to be hidden now.
func (s *Set) current() *Mask {
	if m := s.mask.Load(); m != nil {
		return m
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	secrets, public := slices.Concat(s.sent, s.encoded), []string(nil)
	hide := func(name string, each Secret) {
		text := string(fold(nil, keyOf(each.Reveal())))
		if s.specs[name].Public {
			public = append(public, text)
		} else {
			secrets = append(secrets, text)
		}
	}
	versions := []Values{s.values}
	for h := range s.holds {
		secrets, versions = append(secrets, h.sent...), append(versions, h.values)
	}
	for _, version := range versions {
		for name, each := range version {
			hide(name, each)
		}
	}
	for name, list := range s.former {
		for _, each := range list {
			hide(name, each)
		}
	}
	m := newMask(secrets, public)
	s.mask.Store(m)
	return m
}

// keyOf returns the secret part of a value: of a document that has a private key in
// PEM, the key. The rest, such as the name of a project, may be part of ordinary ids.
func keyOf(value string) string {
	_, key, found := strings.Cut(value, "PRIVATE KEY-----")
	if !found {
		return value
	}
	key, _, _ = strings.Cut(key, "-----END")
	return key
}
