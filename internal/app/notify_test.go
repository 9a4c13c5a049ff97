package app_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-kit/log"

	"export_status_exporter/internal/app"
)

// TestAnUnreachableNotifySocketIsLoggedOnce: one warning says that the service manager
// hears nothing. Without a socket, there is none.
func TestAnUnreachableNotifySocketIsLoggedOnce(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{
		"missing": filepath.Join(dir, "missing"), "too long": filepath.Join(dir, strings.Repeat("x", 200)),
		"a file": filepath.Join(dir, "file"), "a stream": filepath.Join(dir, "stream"), "none": "",
	} {
		t.Run(name, func(t *testing.T) {
			switch name {
			case "a file":
				put(t, path, nil)
			case "a stream":
				listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = listener.Close() }()
			}
			t.Setenv("NOTIFY_SOCKET", path)
			if path == "" {
				_ = os.Unsetenv("NOTIFY_SOCKET")
			}
			var told bytes.Buffer
			n := app.NewNotifier(log.NewLogfmtLogger(&told))
			n.Ready()
			n.Reloading()
			n.Stopping()
			n.Close(t.Context())
			want := 1
			if path == "" {
				want = 0
			}
			if got := strings.Count(told.String(), `level=warn msg="the service manager cannot be notified" err=`); got != want || strings.Count(told.String(), "\n") != want {
				t.Errorf("%d warnings, want %d:\n%s", got, want, told.String())
			}
		})
	}
}
