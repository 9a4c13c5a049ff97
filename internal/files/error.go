package files

import (
	"errors"
	"io/fs"
)

// Error is what keeps a file from being read. Its text shows the path only if
// something is there: a path that leads nowhere may be a secret that was pasted
// where its file belongs.
type Error struct {
	path   string
	hidden bool
	cause  error
}

// Error implements error.
func (e *Error) Error() string {
	if e.hidden {
		return e.cause.Error() + "; it must name a file, relative to this one, and not hold what belongs in the file"
	}
	return e.path + ": " + e.cause.Error()
}

// Unwrap implements the contract of errors.Is.
func (e *Error) Unwrap() error { return e.cause }

// Known is an error of this package that names its file in any case, for a path
// that has led somewhere before, or that the command line holds.
func Known(err error) error {
	var hidden *Error
	if !errors.As(err, &hidden) {
		return err
	}
	return &Error{path: hidden.path, cause: hidden.cause}
}

// cause is an error of the system without the path that stands in it.
func cause(err error) error {
	var withPath *fs.PathError
	if errors.As(err, &withPath) {
		return withPath.Err
	}
	return err
}
