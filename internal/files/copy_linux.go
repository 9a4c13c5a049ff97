package files

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Copy is a file in memory, for code that insists on reading a path by itself.
// Nothing that happens to the original reaches it.
type Copy struct{ file *os.File }

// NewCopy returns a copy with that content. Close it after use.
func NewCopy(content []byte) (*Copy, error) {
	fd, err := unix.MemfdCreate("copy", unix.MFD_CLOEXEC|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // before Linux 6.3
		fd, err = unix.MemfdCreate("copy", unix.MFD_CLOEXEC)
	}
	if err != nil {
		return nil, fmt.Errorf("a file in memory: %w", err)
	}
	c := &Copy{os.NewFile(uintptr(fd), "copy")}
	if _, err = c.file.Write(content); err == nil {
		_, err = os.Stat(c.Path()) // it takes /proc
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Path is where this process finds it, until Close.
func (c *Copy) Path() string { return "/proc/self/fd/" + strconv.Itoa(int(c.file.Fd())) }

// Replace gives it the content of another copy. Whoever reads meanwhile gets one
// of both as a whole.
func (c *Copy) Replace(by *Copy) error {
	if err := unix.Dup3(int(by.file.Fd()), int(c.file.Fd()), unix.O_CLOEXEC); err != nil {
		return fmt.Errorf("a file in memory: %w", err)
	}
	return nil
}

// Close ends it.
func (c *Copy) Close() error { return c.file.Close() }
