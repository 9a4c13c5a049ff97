package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"export_status_exporter/config/yamlnode"
)

// Problem is one problem of a configuration.
type Problem = yamlnode.Problem

// Error holds all problems of a configuration. Its text has one line per
// problem and never holds a secret.
type Error struct {
	File string
	// Problems in other files than File name their file.
	Problems []Problem
	// More is the number of further problems that are not in Problems.
	More int
	// Warnings are about the parts of the file that could be decoded.
	Warnings []Warning
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(cmp.Or(p.File, e.File))
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

// failure returns the error with all problems found, nil if there are none.
func (d *decoder) failure(file string) *Error {
	if d.Found == 0 {
		return nil
	}
	slices.SortStableFunc(d.Problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return &Error{File: file, Problems: d.Problems, More: d.Found - len(d.Problems)}
}
