package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// maxNames is the maximum number of names that one pattern may be compared
// with.
const maxNames = 100000

// Glob returns the paths that match a pattern of path/filepath, sorted. It
// looks at 100,000 names at most, and where storage responds, nothing goes on
// after it has returned. Errors are of type *Error.
func (r *Reader) Glob(ctx context.Context, pattern string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, Wait)
	defer cancel()
	return do(ctx, r, pattern, func() ([]string, error) {
		refuse := func(cause error) ([]string, error) { return nil, &Error{path: pattern, cause: cause} }
		tree, rest := &names{ctx: ctx}, pattern
		if filepath.IsAbs(pattern) {
			tree.root = filepath.VolumeName(pattern) + string(filepath.Separator)
			rest = pattern[len(tree.root):]
		}
		paths, err := fs.Glob(tree, filepath.ToSlash(rest))
		switch {
		case err != nil:
			return nil, &Error{path: pattern, hidden: true, cause: errors.New("is not a valid pattern: a [ or a \\ is not closed")}
		case tree.seen > maxNames:
			return refuse(fmt.Errorf("would be compared with more than %d names; name the folder and use * for files only", maxNames))
		case ctx.Err() != nil:
			return refuse(ErrHangs)
		}
		for i, path := range paths {
			paths[i] = tree.path(path)
		}
		slices.Sort(paths)
		return paths, nil
	})
}

// names gives fs.Glob the file names of the operating system, until its context
// is done or it has seen too many. fs.Glob passes over errors.
type names struct {
	ctx  context.Context //nolint:containedctx // fs.Glob passes none.
	root string          // of absolute paths; fs.Glob knows only relative ones
	seen int
}

func (n *names) path(name string) string { return n.root + filepath.FromSlash(name) }

// Open implements fs.FS. fs.Glob does not call it.
func (*names) Open(string) (fs.File, error) { return nil, errors.ErrUnsupported }

// Stat implements fs.StatFS.
func (n *names) Stat(name string) (fs.FileInfo, error) {
	return os.Stat(n.path(name)) //nolint:wrapcheck // See names.
}

// ReadDir implements fs.ReadDirFS.
func (n *names) ReadDir(name string) ([]fs.DirEntry, error) {
	if n.seen > maxNames || n.ctx.Err() != nil {
		return nil, fs.ErrInvalid
	}
	// Like filepath.Glob, do not open what is no folder: it may be a FIFO.
	if info, err := n.Stat(name); err != nil || !info.IsDir() {
		return nil, fs.ErrNotExist
	}
	folder, err := os.Open(n.path(name))
	if err != nil {
		return nil, fs.ErrNotExist
	}
	defer func() { _ = folder.Close() }()
	entries, _ := folder.ReadDir(maxNames - n.seen + 1)
	n.seen += len(entries)
	return entries, nil
}
