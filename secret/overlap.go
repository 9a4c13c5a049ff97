package secret

import "strings"

// Overlaps reports whether a text contains a secret of the set or is contained
// in one; see Values.Overlaps.
func (s *Set) Overlaps(text string) bool { return s.Values().Overlaps(text) }

// Hider returns a function that hides the current secrets; see Mask.Hide.
func (s *Set) Hider() func(text string) string { return s.Values().Mask().Hide }

// Overlaps reports whether a text contains one of the values or is contained in
// one, ignoring case. Such a text must not be shown.
func (v Values) Overlaps(text string) bool {
	text = strings.ToLower(text)
	for _, each := range v {
		value := strings.ToLower(each.Reveal())
		if value != "" && (strings.Contains(text, value) || strings.Contains(value, text)) {
			return true
		}
	}
	return false
}
