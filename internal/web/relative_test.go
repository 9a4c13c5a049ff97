package web

import "testing"

func TestRelativePath(t *testing.T) {
	for _, c := range [][3]string{
		{"/", "/exporter/", "./exporter/"},
		{"/debug/pprof", "/debug/pprof/", "../debug/pprof/"},
		{"/a/b/c", "/x", "../../x"},
		{"//exports", "/exports", "../exports"},
		{"/-/./ready", "/-/ready", "../-/ready"},
		{"/a/../b", "/b", "./b"},
		{"/a/%2E%2e/b/", "/b/", "../b/"},
		{"/../../x", "/x", "./x"},
		{"//", "/", "../"},
		{"/a//", "/a/", "../../a/"},
		{"/x", "//elsewhere.example/", ".//elsewhere.example/"},
	} {
		if got := relativePath(c[0], c[1]); got != c[2] {
			t.Errorf("from %s to %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
