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

// screenshotsTo is the variable with the folder for pictures of the pages.
const screenshotsTo = "EXPORT_STATUS_EXPORTER_SCREENSHOTS"

// keep saves a picture for people and CI.
func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	dir := os.Getenv(screenshotsTo)
	if dir == "" {
		dir = filepath.Join("..", "build", "screenshots")
	}
	write(t, filepath.Join(dir, name+".png"), picture)
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
