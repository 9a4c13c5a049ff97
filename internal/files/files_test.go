package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const limit = 1000

// put makes a file with a content.
func put(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	t.Parallel()
	dir, r := t.TempDir(), New()
	for name, content := range map[string]string{"empty": "", "small": "abc\n", "largest": strings.Repeat("x", limit)} {
		path := put(t, filepath.Join(dir, name), content)
		if err := os.Symlink(path, path+".link"); err != nil {
			t.Fatal(err)
		}
		for _, each := range []string{path, path + ".link"} {
			if got, err := r.Read(t.Context(), each, limit); err != nil || string(got) != content {
				t.Errorf("%s: %q, %v", each, got, err)
			}
			if got, err := r.ReadOrPipe(t.Context(), each, limit); err != nil || string(got) != content {
				t.Errorf("%s, named: %q, %v", each, got, err)
			}
		}
	}
	if len(r.places) != 0 {
		t.Errorf("places are left: %v", r.places)
	}
}

// TestRefused: anything that is not a regular file of an acceptable size is
// rejected at once. The error shows the path only if it exists.
func TestRefused(t *testing.T) {
	t.Parallel()
	dir, r := t.TempDir(), New()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	large := put(t, filepath.Join(dir, "large"), strings.Repeat("x", limit+1))
	for path, want := range map[string]string{
		fifo:                                 fifo + ": is a pipe and not a regular file",
		dir:                                  dir + ": is a folder and not a regular file",
		large:                                large + ": is larger than 1000 bytes",
		"/dev/zero":                          "/dev/zero: is a device and not a regular file",
		"/dev/null":                          "/dev/null: is a device and not a regular file",
		"/dev/stdin":                         "/dev/stdin: ",                                // under a test it is a device or a pipe
		"/proc/self/smaps":                   "/proc/self/smaps: is larger than 1000 bytes", // its size is said to be 0
		filepath.Join(dir, "absent"):         "no such file or directory; give the path of a file",
		filepath.Join(large, "absent"):       "not a directory; give the path of a file",
		loop:                                 "too many levels of symbolic links; give the path of a file",
		"a\x00b":                             "invalid argument; give the path of a file",
		dir + "/" + strings.Repeat("k", 300): "file name too long; give the path of a file",
	} {
		got, err := r.Read(t.Context(), path, limit)
		if err == nil || got != nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %q, %v, want %s", path, got, err, want)
		}
	}
	// A path from the command line is not a secret, and neither is one that
	// existed.
	absent := filepath.Join(dir, "absent")
	r.Named(absent)
	if _, err := r.Read(t.Context(), absent, limit); !errors.Is(err, fs.ErrNotExist) || err.Error() != absent+": no such file or directory" {
		t.Errorf("named: %v", err)
	}
	if err := os.Remove(large); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(t.Context(), large, limit); err == nil || err.Error() != large+": no such file or directory" {
		t.Errorf("gone: %v", err)
	}
}

// TestPipes: a pipe is accepted only by ReadOrPipe, and only by the path of an
// open descriptor.
func TestPipes(t *testing.T) {
	t.Parallel()
	r := New()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	if _, err := writer.WriteString("abc"); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	name := "/dev/fd/" + strconv.Itoa(int(reader.Fd()))
	if got, err := r.Read(t.Context(), name, limit); err == nil {
		t.Errorf("read %q", got)
	}
	if got, err := r.ReadOrPipe(t.Context(), name, limit); err != nil || string(got) != "abc" {
		t.Errorf("read %q, %v", got, err)
	}
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadOrPipe(t.Context(), fifo, limit); err == nil {
		t.Error("a FIFO is taken for a file")
	}
}

func TestMode(t *testing.T) {
	t.Parallel()
	path := put(t, filepath.Join(t.TempDir(), "a"), "")
	if mode, err := New().Mode(t.Context(), path); err != nil || mode != 0o600 {
		t.Errorf("mode %v, %v", mode, err)
	}
	if _, err := New().Mode(t.Context(), path+"b"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
