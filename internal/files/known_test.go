package files

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestKnownPathsAreBounded: a process that reads ever new files does not remember
// all of them.
func TestKnownPathsAreBounded(t *testing.T) {
	t.Parallel()
	r := New()
	for i := range 3*maxKnown + 1 {
		r.Named(strconv.Itoa(i))
	}
	if len(r.known) != 1 || !r.known[strconv.Itoa(3*maxKnown)] {
		t.Errorf("%d paths are known", len(r.known))
	}
}

// TestUnreadPathsAreHidden: a path may be a secret by mistake. So a path that was given up
// for other files is shown only if it is known to lead somewhere.
func TestUnreadPathsAreHidden(t *testing.T) {
	t.Parallel()
	r, ctx := New(), Patiently(t.Context())
	known := put(t, filepath.Join(t.TempDir(), "known"), "x")
	if _, err := r.Read(ctx, known, limit); err != nil {
		t.Fatal(err)
	}
	patienceOf(ctx).spend(LoadWait, nil)
	for path, shown := range map[string]bool{known: true, filepath.Join(os.TempDir(), "pasted-secret"): false} {
		_, read := r.Read(ctx, path, limit)
		_, mode := r.Mode(ctx, path)
		for _, err := range []error{read, mode} {
			if err == nil || strings.Contains(err.Error(), path) != shown || !strings.Contains(err.Error(), "was not read") || strings.Contains(err.Error(), "give the path") {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}
