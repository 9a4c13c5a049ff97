// Package files reads what the operator names, and waits for nothing: a file
// may be a FIFO, a device without end, or on a mount that is gone.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Wait bounds the reading of one file, its turn included.
const Wait = 5 * time.Second

// retry is the pause before a file that another program has a lease on is tried
// again.
const retry = 50 * time.Millisecond

// Bounds on the reads in flight. One that its storage does not answer holds a
// thread for as long as that lasts.
const (
	maxPerFolder = 4
	maxReads     = 128
)

// ErrHangs is the cause of an error for a file that does not come in time.
var ErrHangs = fmt.Errorf("was not read within %s: its storage does not answer, or another program holds it", Wait)

// handle is an open file, and system what opens it: the operating system's
// functions, or those of a test.
type handle interface {
	io.ReadCloser
	Stat() (fs.FileInfo, error)
}

type system struct {
	stat func(path string) (fs.FileInfo, error)
	open func(path string) (handle, error)
}

// Reader reads files. While one read of a file waits, no second one begins; so
// whoever shares a Reader shares its bounds. It is safe for concurrent use.
type Reader struct {
	system system

	mu     sync.Mutex
	places map[string]*place
	visits map[*visit]bool
	known  map[string]bool // paths that have led somewhere, or that everybody may see
}

// New returns a Reader of the operating system's files.
func New() *Reader {
	return newReader(system{stat: os.Stat, open: func(path string) (handle, error) {
		// Not blocking, or a FIFO would wait for its writer, and any file for
		// whoever has a lease on it.
		return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The operator names the file.
	}})
}

func newReader(s system) *Reader {
	return &Reader{system: s, places: make(map[string]*place), visits: make(map[*visit]bool), known: make(map[string]bool)}
}

// Read returns the content of a regular file of at most limit bytes. Links are
// followed. It returns by the end of ctx, and of Wait; an error is an *Error.
func (r *Reader) Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	got := r.do(ctx, path, func() answer { return r.read(path, limit, regular) })
	return got.content, got.err
}

// inherited is the name of a file that whoever started the program has opened.
var inherited = regexp.MustCompile(`^(/dev/stdin|/dev/fd/[0-9]+|/proc/self/fd/[0-9]+)$`)

// Named tells of a path that the command line holds: errors may show it.
func (r *Reader) Named(path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[path] = true
}

// ReadOrPipe is Read for a file that may be a pipe as well, by the names that
// are made for it: /dev/stdin and /dev/fd/N.
func (r *Reader) ReadOrPipe(ctx context.Context, path string, limit int64) ([]byte, error) {
	allowed := regular
	if inherited.MatchString(path) {
		allowed = func(mode fs.FileMode) bool { return regular(mode) || mode.Type() == fs.ModeNamedPipe }
	}
	got := r.do(ctx, path, func() answer { return r.read(path, limit, allowed) })
	return got.content, got.err
}

// Mode returns what a file is and who may use it.
func (r *Reader) Mode(ctx context.Context, path string) (fs.FileMode, error) {
	got := r.do(ctx, path, func() answer {
		info, err := r.system.stat(path)
		if err != nil {
			return r.absent(path, err)
		}
		return answer{mode: info.Mode()}
	})
	return got.mode, got.err
}

// Glob returns the paths that a pattern of path/filepath matches, sorted.
func (r *Reader) Glob(ctx context.Context, pattern string) ([]string, error) {
	got := r.do(ctx, pattern, func() answer {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return answer{err: &Error{path: pattern, cause: errors.New("is no pattern of paths: a [ or a \\ is not closed")}}
		}
		slices.Sort(paths)
		return answer{paths: paths}
	})
	return got.paths, got.err
}

func regular(mode fs.FileMode) bool { return mode.IsRegular() }

func (r *Reader) absent(path string, err error) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return answer{err: &Error{path: path, hidden: !r.known[path] && !errors.Is(err, fs.ErrPermission), cause: cause(err)}}
}

// read is one read of one file, for as long as it takes.
func (r *Reader) read(path string, limit int64, allowed func(fs.FileMode) bool) answer {
	// Before it is opened: to open a device can do something.
	info, err := r.system.stat(path)
	if err != nil {
		return r.absent(path, err)
	}
	r.Named(path)
	refuse := func(err error) answer { return answer{err: &Error{path: path, cause: cause(err)}} }
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
	if !allowed(info.Mode()) { // it has been replaced
		return refuse(fmt.Errorf("is %s and not a regular file", kind(info.Mode())))
	}
	if pipe, ok := file.(*os.File); ok {
		_ = pipe.SetReadDeadline(time.Now().Add(Wait)) // a regular file has none
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
	return answer{content: content}
}

// openPatiently opens a file as soon as nobody has a lease on it.
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
