package files

import (
	"errors"
	"io/fs"
)

// Error is the reason why a file could not be read. Its text shows the path
// only if the file exists or existed: a path that leads nowhere may be a secret
// that was pasted in the place of a file name.
type Error struct {
	path   string
	hidden bool
	cause  error
}

// Error implements error.
func (e *Error) Error() string {
	switch {
	case e.hidden && errors.Is(e.cause, ErrHangs):
		return e.cause.Error()
	case e.hidden:
		return e.cause.Error() + "; give the path of a file, relative to the configuration file, not the content of the file"
	}
	return e.path + ": " + e.cause.Error()
}

// Unwrap returns the cause, for errors.Is.
func (e *Error) Unwrap() error { return e.cause }

// cause returns an error of the operating system without the path in its text.
func cause(err error) error {
	var withPath *fs.PathError
	if errors.As(err, &withPath) {
		return withPath.Err
	}
	return err
}
