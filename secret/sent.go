package secret

import (
	"slices"
	"strings"
)

// The limits of what a Set remembers only to hide it.
const (
	maxFormer    = 3 // versions
	maxSent      = 8 // texts
	maxSentBytes = 2 * maxBytes
)

// Sent tells the set of texts that are made of its secrets or as secret, and are sent:
// signatures, access tokens, and secrets in another encoding. The set hides the latest
// ones. Whoever makes such a text must tell the set before the text is sent.
func (s *Set) Sent(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, each := range texts {
		text := string(fold(nil, each))
		if at := slices.Index(s.sent, text); at >= 0 {
			s.sent = slices.Delete(s.sent, at, at+1)
		} else {
			s.mask.Store(nil)
		}
		s.sent = append(s.sent, text)
	}
	for len(s.sent) > maxSent || len(s.sent) > 1 && total(s.sent) > maxSentBytes {
		s.sent = slices.Delete(s.sent, 0, 1)
	}
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
	secrets, public := slices.Clone(s.sent), []string(nil)
	for _, version := range append(slices.Clone(s.former), s.values) {
		for name, each := range version {
			text := string(fold(nil, keyOf(each.Reveal())))
			if s.specs[name].Public {
				public = append(public, text)
			} else {
				secrets = append(secrets, text)
			}
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
