package files

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Copy is an in-memory file with a path, for code that insists on reading a
// path itself. Changes to the original file do not affect it.
type Copy struct{ file *os.File }

// NewCopy returns a copy with the given content. Call Close to release it.
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
		_, err = os.Stat(c.Path()) // it needs /proc
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Path returns the path of the copy in this process, valid until Close.
func (c *Copy) Path() string { return "/proc/self/fd/" + strconv.Itoa(int(c.file.Fd())) }

// Replace replaces the content atomically with that of another copy: a
// concurrent reader sees either the old or the new content.
func (c *Copy) Replace(by *Copy) error {
	if err := unix.Dup3(int(by.file.Fd()), int(c.file.Fd()), unix.O_CLOEXEC); err != nil {
		return fmt.Errorf("a file in memory: %w", err)
	}
	return nil
}

// Close releases the copy.
func (c *Copy) Close() error { return c.file.Close() }
