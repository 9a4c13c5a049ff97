package files_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"export_status_exporter/internal/files"
)

// TestCopy: a reader during a replacement gets either content as a whole.
func TestCopy(t *testing.T) {
	t.Parallel()
	contents := []string{strings.Repeat("a", 100_000), strings.Repeat("b", 50_000)}
	one, err := files.NewCopy([]byte(contents[0]))
	if err != nil {
		t.Fatal(err)
	}
	path := one.Path()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 200 {
				if got, err := os.ReadFile(path); err != nil || string(got) != contents[0] && string(got) != contents[1] {
					t.Errorf("%v, %d bytes", err, len(got))
					return
				}
			}
		})
	}
	for i := range 200 {
		other, err := files.NewCopy([]byte(contents[(i+1)%2]))
		if err != nil {
			t.Fatal(err)
		}
		if err := one.Replace(other); err != nil {
			t.Error(err)
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
	readers.Wait()
	if got, err := os.ReadFile(path); err != nil || string(got) != contents[0] {
		t.Errorf("at the end: %v, %d bytes", err, len(got))
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
}
