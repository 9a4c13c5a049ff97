//go:build !linux

package main

import "errors"

// errInUse says that somebody is just reading a file.
var errInUse = errors.New("the file is in use")

// hold fails: only Linux has leases.
func hold(string) (letGo func(), err error) { return nil, errors.ErrUnsupported }
