package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// errInUse says that somebody is just reading a file.
var errInUse = errors.New("the file is in use")

// hold keeps everybody from opening a file, by a lease on it, until it is let
// go of.
func hold(path string) (letGo func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("holding a file: %w", err)
	}
	letGo = func() { _ = file.Close() } // which was not written
	_, _, failed := syscall.Syscall(syscall.SYS_FCNTL, file.Fd(), syscall.F_SETLEASE, syscall.F_WRLCK)
	switch failed {
	case 0:
		return letGo, nil
	case syscall.EAGAIN:
		letGo()
		return nil, errInUse
	default:
		letGo()
		return nil, fmt.Errorf("holding a file: %w", failed)
	}
}
