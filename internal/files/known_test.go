package files

import (
	"strconv"
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
