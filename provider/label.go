package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds, in bytes, on what a provider may put into a label.
const (
	MaxReportIDBytes   = 128
	MaxTypeBytes       = 64
	MaxFormatBytes     = 16
	MaxStatusWordBytes = 64
)

// MaxTypes bounds how many types an account may have; what comes later is
// OtherType.
const (
	MaxTypes  = 32
	OtherType = "other"
)

// ReportID bounds an id without ever making two readable ids one: a longer one
// keeps its beginning and ends in a hash of the whole.
func ReportID(id string) string {
	clean := strings.ToValidUTF8(id, "\uFFFD")
	if len(clean) <= MaxReportIDBytes {
		return clean
	}
	sum := sha256.Sum256([]byte(id))
	suffix := "~" + hex.EncodeToString(sum[:8])
	return cut(clean, MaxReportIDBytes-len(suffix)) + suffix
}

// TypeName bounds a report's type.
func TypeName(s string) string { return word(s, MaxTypeBytes) }

// FormatName bounds a file format, in the provider's own spelling.
func FormatName(s string) string { return word(s, MaxFormatBytes) }

// StatusWord bounds a status that a provider did not document.
func StatusWord(s string) string { return word(s, MaxStatusWordBytes) }

func word(s string, limit int) string {
	long := len(s)
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	// Trimmed again after the cut, so that a bounded word is its own bound.
	s = strings.TrimSpace(cut(strings.TrimSpace(s), limit))
	if long > limit {
		s = strings.Clone(s) // it may be the end of a long white space
	}
	return s
}

// cut shortens s to at most limit bytes without splitting a character. What is
// cut off is not kept in memory by what is left.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return strings.Clone(s[:limit])
}
