package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"export_status_exporter/config/yamlnode"
)

// Problem is one thing that is wrong with the configuration.
type Problem = yamlnode.Problem

// Error is everything that is wrong with a configuration. Its text has a line
// for each problem, and never holds a secret.
type Error struct {
	File string
	// Problems of other files than File name theirs.
	Problems []Problem
	// More is how many there are beyond those.
	More int
	// Warnings are about what else stands in the file.
	Warnings Warnings
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

// failure is the error of what was found, nil if nothing was.
func (d *decoder) failure(file string) *Error {
	if d.Found == 0 {
		return nil
	}
	slices.SortStableFunc(d.Problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return &Error{File: file, Problems: d.Problems, More: d.Found - len(d.Problems)}
}
