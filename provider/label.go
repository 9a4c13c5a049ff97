package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Maximum lengths, in bytes, of label values that come from a provider.
const (
	MaxReportIDBytes   = 128
	MaxTypeBytes       = 64
	MaxFormatBytes     = 16
	MaxStatusWordBytes = 64
)

// MaxTypes is the maximum number of types for one account, and MaxSourceTypes that of
// types that its sources found, where a type of two sources counts twice. Further types
// are counted as OtherType.
const (
	MaxTypes       = 32
	MaxSourceTypes = 64
	OtherType      = "other"
)

// ReportID shortens an id to MaxReportIDBytes and keeps different ids different: a
// longer id keeps its beginning and ends in a hash of the whole.
func ReportID(id string) string {
	clean := strings.ToValidUTF8(id, "\uFFFD")
	if fits(clean, MaxReportIDBytes) {
		return clean
	}
	sum := sha256.Sum256([]byte(id))
	suffix := "~" + hex.EncodeToString(sum[:8])
	return Cut(clean, MaxReportIDBytes-len(suffix)) + suffix
}

// TypeName shortens a report type to MaxTypeBytes.
func TypeName(s string) string { return word(s, MaxTypeBytes) }

// FormatName shortens a file format to MaxFormatBytes and keeps the provider's
// spelling.
func FormatName(s string) string { return word(s, MaxFormatBytes) }

// StatusWord shortens an undocumented status word to MaxStatusWordBytes.
func StatusWord(s string) string { return word(s, MaxStatusWordBytes) }

func word(s string, limit int) string {
	long := len(s)
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	// Trim again after the cut, so that shortening a word twice changes nothing.
	s = strings.TrimSpace(Cut(strings.TrimSpace(s), limit))
	if long > limit {
		s = strings.Clone(s) // do not keep the rest of a long text alive
	}
	return s
}

// fits reports whether s, as written in the text formats, has at most limit bytes.
func fits(s string, limit int) bool { return len(Cut(s, limit)) == len(s) }

// Cut shortens s, as written in the text formats, to at most limit bytes without
// splitting a character. There, a quote, a backslash and a line feed have two bytes. The
// result does not keep the rest of s in memory.
func Cut(s string, limit int) string {
	if 2*len(s) <= limit {
		return s
	}
	size := 0
	for at, c := range s {
		size += utf8.RuneLen(c)
		if c == '"' || c == '\\' || c == '\n' {
			size++
		}
		if size > limit {
			return strings.Clone(s[:at])
		}
	}
	return s
}
