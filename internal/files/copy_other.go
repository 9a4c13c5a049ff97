//go:build !linux

package files

import "errors"

// Copy is a file in memory, which this system has not.
type Copy struct{}

// NewCopy fails.
func NewCopy([]byte) (*Copy, error) { return nil, errors.ErrUnsupported }

// Path is empty.
func (c *Copy) Path() string { return "" }

// Replace fails.
func (c *Copy) Replace(*Copy) error { return errors.ErrUnsupported }

// Close does nothing.
func (c *Copy) Close() error { return nil }
