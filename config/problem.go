package config

import (
	"fmt"
	"strings"
	"unicode"
)

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	// Line is 0 if the problem has no line of its own.
	Line int
	// Path is where it is: accounts[2] (fund).coinbase_exchange.types.
	Path string
	Text string
}

// oneLine is a text without the characters that would break a line or move a
// terminal's cursor: messages name files, and a file's name may hold anything.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}

// Error is everything that is wrong with a configuration. Its text has a line
// for each problem, and never holds a secret.
type Error struct {
	File     string
	Problems []Problem
	// More is how many there are beyond those.
	More int
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
		if p.Path != "" {
			b.WriteString(p.Path + ": ")
		}
		b.WriteString(p.Text)
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n%s: and %d more problems", e.File, e.More)
	}
	return b.String()
}
