// Package files reads the files that the operator names, without ever hanging:
// a path may lead to a FIFO, an endless device or an unreachable mount.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"sync"
	"syscall"
	"time"
)

// Wait is the maximum time to read one file, including queueing.
const Wait = 5 * time.Second

// retry is the pause between attempts to open a file on which another program
// holds a lease.
const retry = 50 * time.Millisecond

// Limits on concurrent reads. A read blocks a thread until its storage
// responds.
const (
	maxPerFolder = 4
	maxReads     = 128
)

// maxKnown is the maximum number of paths that are known to exist. It is more
// than a configuration needs.
const maxKnown = 100_000

// ErrHangs is the cause of an Error for a file that could not be read in time.
var ErrHangs = fmt.Errorf("was not read within %s: its storage does not respond, or another program has locked it", Wait)

// handle is an open file. system opens it: with the operating system's
// functions, or with those of a test.
type handle interface {
	io.ReadCloser
	Stat() (fs.FileInfo, error)
}

type system struct {
	stat func(path string) (fs.FileInfo, error)
	open func(path string) (handle, error)
}

// Reader reads files. It never starts a second read of a file while one hangs,
// so share one Reader to share its limits. It is safe for concurrent use.
type Reader struct {
	system system

	mu     sync.Mutex
	places map[string]*place
	known  map[string]bool // paths that errors may show
}

// New returns a Reader for the operating system's files.
func New() *Reader {
	return newReader(system{stat: os.Stat, open: func(path string) (handle, error) {
		// Without O_NONBLOCK, opening a FIFO waits for a writer, and opening
		// any file waits for a lease.
		return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The operator names the file.
	}})
}

func newReader(s system) *Reader {
	return &Reader{system: s, places: make(map[string]*place), known: make(map[string]bool)}
}

// Read returns the content of a regular file of at most limit bytes. It follows
// links. It returns when ctx is done, and after Wait at the latest. Errors are
// of type *Error.
func (r *Reader) Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	return do(ctx, r, path, func() ([]byte, error) { return r.read(path, limit, regular) })
}

// inherited matches the path of a descriptor that the parent process opened.
var inherited = regexp.MustCompile(`^(/dev/stdin|/dev/fd/[0-9]+|/proc/self/fd/[0-9]+)$`)

// Named marks a path that comes from the command line, so that errors may show
// it.
func (r *Reader) Named(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) >= maxKnown {
		clear(r.known) // those in use become known again with their next read
	}
	r.known[path] = true
}

// ReadOrPipe is like Read, but also accepts a pipe if the path is /dev/stdin,
// /dev/fd/N or /proc/self/fd/N.
func (r *Reader) ReadOrPipe(ctx context.Context, path string, limit int64) ([]byte, error) {
	allowed := regular
	if inherited.MatchString(path) {
		allowed = func(mode fs.FileMode) bool { return regular(mode) || mode.Type() == fs.ModeNamedPipe }
	}
	return do(ctx, r, path, func() ([]byte, error) { return r.read(path, limit, allowed) })
}

// Mode returns the mode of a file.
func (r *Reader) Mode(ctx context.Context, path string) (fs.FileMode, error) {
	return do(ctx, r, path, func() (fs.FileMode, error) {
		info, err := r.system.stat(path)
		if err != nil {
			return 0, r.absent(path, err)
		}
		return info.Mode(), nil
	})
}

func regular(mode fs.FileMode) bool { return mode.IsRegular() }

func (r *Reader) absent(path string, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &Error{path: path, hidden: !r.known[path] && !errors.Is(err, fs.ErrPermission), cause: cause(err)}
}

// read reads a file, however long that takes.
func (r *Reader) read(path string, limit int64, allowed func(fs.FileMode) bool) ([]byte, error) {
	// Check before opening the file, because opening a device can have effects.
	info, err := r.system.stat(path)
	if err != nil {
		return nil, r.absent(path, err)
	}
	r.Named(path)
	refuse := func(err error) ([]byte, error) { return nil, &Error{path: path, cause: cause(err)} }
	if !allowed(info.Mode()) {
		return refuse(fmt.Errorf("is %s and not a regular file", kind(info.Mode())))
	}
	if info.Size() > limit {
		return refuse(tooLarge(limit))
	}
	file, err := r.openPatiently(path)
	if err != nil {
		return refuse(err)
	}
	defer func() { _ = file.Close() }()
	if info, err = file.Stat(); err != nil {
		return refuse(err)
	}
	if !allowed(info.Mode()) { // the file was replaced meanwhile
		return refuse(fmt.Errorf("is %s and not a regular file", kind(info.Mode())))
	}
	if pipe, ok := file.(*os.File); ok {
		_ = pipe.SetReadDeadline(time.Now().Add(Wait)) // a regular file has no deadline
	}
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse(ErrHangs)
	case err != nil:
		return refuse(err)
	case int64(len(content)) > limit:
		return refuse(tooLarge(limit))
	}
	return content, nil
}

// openPatiently opens a file, and retries for Wait while another program holds
// a lease on it.
func (r *Reader) openPatiently(path string) (handle, error) {
	for end := time.Now().Add(Wait); ; <-time.After(retry) {
		file, err := r.system.open(path)
		if !errors.Is(err, syscall.EAGAIN) {
			return file, err
		}
		if time.Now().After(end) {
			return nil, ErrHangs
		}
	}
}

func kind(mode fs.FileMode) string {
	switch mode.Type() {
	case fs.ModeDir:
		return "a folder"
	case fs.ModeNamedPipe:
		return "a pipe"
	case fs.ModeSocket:
		return "a socket"
	default:
		return "a device"
	}
}

func tooLarge(limit int64) error {
	if limit >= 1<<20 {
		return fmt.Errorf("is larger than %d MiB", limit>>20)
	}
	return fmt.Errorf("is larger than %d bytes", limit)
}
