//go:build !linux

package files

import "errors"

// Copy is an in-memory file, which this system does not support.
type Copy struct{}

// NewCopy returns errors.ErrUnsupported.
func NewCopy([]byte) (*Copy, error) { return nil, errors.ErrUnsupported }

// Path returns the empty string.
func (c *Copy) Path() string { return "" }

// Replace returns errors.ErrUnsupported.
func (c *Copy) Replace(*Copy) error { return errors.ErrUnsupported }

// Close does nothing.
func (c *Copy) Close() error { return nil }
