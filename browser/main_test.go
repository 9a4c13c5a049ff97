//go:build browser

package browser_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var updatePictures = flag.Bool("update-pictures", false, "write the pictures of the README")

// screenshots returns the folder for pictures of the pages, or "" for none.
func screenshots() string { return os.Getenv("EXPORT_STATUS_EXPORTER_SCREENSHOTS") }

// keep saves a picture, if pictures are wanted.
func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	if dir := screenshots(); dir != "" {
		write(t, filepath.Join(dir, name+".png"), picture)
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
