package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// mount is a storage that does not respond until it is released.
type mount struct {
	folder string
	back   chan struct{}
	asked  atomic.Int32 // of what waits
}

// reader returns a Reader whose files on the mount hang until it is released.
func (m *mount) reader() *Reader {
	ours := New().system
	wait := func(path string) {
		if strings.HasPrefix(path, m.folder) {
			m.asked.Add(1)
			<-m.back
		}
	}
	return newReader(system{
		stat: func(path string) (fs.FileInfo, error) { wait(path); return os.Stat(path) },
		open: func(path string) (handle, error) { return ours.open(path) },
	})
}

// TestHang: a hanging file is an error after Wait, and no second read starts
// before it responds. Files in other folders can still be read.
func TestHang(t *testing.T) {
	dead, alive := t.TempDir(), put(t, filepath.Join(t.TempDir(), "alive"), "abc")
	path := put(t, filepath.Join(dead, "a"), "late")
	second := put(t, filepath.Join(dead, "b"), "late")
	synctest.Test(t, func(t *testing.T) {
		m := &mount{folder: dead, back: make(chan struct{})}
		r := m.reader()
		took := func(path string, want time.Duration) {
			t.Helper()
			began := time.Now()
			_, err := r.Read(t.Context(), path, limit)
			if !errors.Is(err, ErrHangs) || !strings.HasPrefix(err.Error(), path+": was not read within 5s") || time.Since(began) != want {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
		}
		took(path, Wait)
		took(path, 0)
		for range maxPerFolder - 1 {
			took(path+fmt.Sprint(m.asked.Load()), Wait)
		}
		took(second, 0)
		if got := m.asked.Load(); got != maxPerFolder {
			t.Errorf("asked %d times", got)
		}
		if got, err := r.Read(t.Context(), alive, limit); err != nil || string(got) != "abc" {
			t.Errorf("%q, %v", got, err)
		}
		close(m.back)
		synctest.Wait()
		if got, err := r.Read(t.Context(), path, limit); err != nil || string(got) != "late" {
			t.Errorf("%q, %v", got, err)
		}
		if len(r.places) != 0 {
			t.Errorf("left: %v", r.places)
		}
	})
}

// TestOneReadWaits: a call during a hanging read starts no second one, and
// returns when its own time is up.
func TestOneReadWaits(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "a"), "late")
	synctest.Test(t, func(t *testing.T) {
		m := &mount{folder: filepath.Dir(path), back: make(chan struct{})}
		r := m.reader()
		for range 20 {
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if _, err := r.Read(ctx, path, limit); !errors.Is(err, ErrHangs) || time.Since(began) != 100*time.Millisecond {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
			cancel()
		}
		if got := m.asked.Load(); got != 1 {
			t.Errorf("asked %d times", got)
		}
		close(m.back)
		synctest.Wait()
	})
}

// TestHangsAreBounded: few reads hang on one storage, however many files it
// has, and the total is limited too.
func TestHangsAreBounded(t *testing.T) {
	root := t.TempDir()
	for _, c := range []struct{ folders, files, want int }{{1, 1000, maxPerFolder}, {300, 5, maxReads}} {
		synctest.Test(t, func(t *testing.T) {
			m := &mount{folder: root, back: make(chan struct{})}
			r := m.reader()
			began := time.Now()
			var wait sync.WaitGroup
			for i := range c.folders {
				for j := range c.files {
					wait.Go(func() {
						path := filepath.Join(root, fmt.Sprint(i), fmt.Sprint(j))
						if _, err := r.Read(t.Context(), path, limit); !errors.Is(err, ErrHangs) {
							t.Errorf("%s: %v", path, err)
						}
					})
				}
			}
			wait.Wait()
			if got := int(m.asked.Load()); got != c.want || time.Since(began) != Wait {
				t.Errorf("%d reads for %s, want %d", got, time.Since(began), c.want)
			}
			close(m.back)
			synctest.Wait()
		})
	}
}
