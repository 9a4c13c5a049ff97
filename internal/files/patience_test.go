package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// TestPatience: all calls of one load share one patience. It ends with the
// first file that hangs, whatever is asked afterwards and in which folder.
func TestPatience(t *testing.T) {
	root := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		m := &mount{folder: root, back: make(chan struct{})}
		r := m.reader()
		began, ctx := time.Now(), Patiently(t.Context())
		for i := range 100 {
			path := filepath.Join(root, fmt.Sprint(i), "a")
			_, read := r.Read(ctx, path, limit)
			_, mode := r.Mode(ctx, path)
			_, glob := r.Glob(ctx, filepath.Join(root, fmt.Sprint(i), "*"))
			if !errors.Is(read, ErrHangs) || !errors.Is(mode, ErrHangs) || !errors.Is(glob, ErrHangs) {
				t.Errorf("%v, %v, %v", read, mode, glob)
			}
		}
		if took := time.Since(began); took != Wait || m.asked.Load() != 1 {
			t.Errorf("waited for %s, %d reads", took, m.asked.Load())
		}
		if _, err := r.Read(Patiently(t.Context()), filepath.Join(root, "b"), limit); time.Since(began) != 2*Wait {
			t.Errorf("the next load waited until %s: %v", time.Since(began), err)
		}
		close(m.back)
		synctest.Wait()
	})
}

// TestSlowFiles: files that respond slowly use up the patience together. Those
// that respond promptly do not, however many they are.
func TestSlowFiles(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "a"), "abc")
	for _, c := range []struct {
		each, all time.Duration
		count     int
	}{{Wait - time.Second, LoadWait, 100}, {promptWait, 3000 * promptWait, 3000}} {
		synctest.Test(t, func(t *testing.T) {
			r := newReader(system{
				stat: func(path string) (fs.FileInfo, error) { <-time.After(c.each); return os.Stat(path) },
				open: New().system.open,
			})
			began, ctx := time.Now(), Patiently(t.Context())
			var last error
			for range c.count {
				_, last = r.Read(ctx, path, limit)
			}
			if took := time.Since(began); took != c.all || errors.Is(last, ErrHangs) != (c.all == LoadWait) {
				t.Errorf("%d files of %s: waited for %s, %v", c.count, c.each, took, last)
			}
			<-time.After(Wait) // the abandoned read ends
			synctest.Wait()
		})
	}
}
