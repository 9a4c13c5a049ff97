package files

import (
	"errors"
	"io/fs"
)

// Error is what keeps a file from being read. Its text shows the path only if
// something is there, or was: a path that leads nowhere may be a secret that was
// pasted where its file belongs.
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

// cause is an error of the system without the path that stands in it.
func cause(err error) error {
	var withPath *fs.PathError
	if errors.As(err, &withPath) {
		return withPath.Err
	}
	return err
}
