//go:build unix

package blackbox

import (
	"errors"
	"strings"
	"syscall"
	"testing"
)

// fill writes to a pipe or a socket until it takes no more.
func fill(t *testing.T, write syscall.Conn) {
	t.Helper()
	raw, err := write.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	piece := []byte(strings.Repeat("-", 1023) + "\n")
	for {
		var failed error
		if err := raw.Write(func(fd uintptr) bool {
			_, failed = syscall.Write(int(fd), piece)
			return true
		}); err != nil {
			t.Fatal(err)
		}
		switch {
		case errors.Is(failed, syscall.EAGAIN), errors.Is(failed, syscall.ENOBUFS):
			return
		case failed != nil && !errors.Is(failed, syscall.EINTR):
			t.Fatal(failed)
		}
	}
}
