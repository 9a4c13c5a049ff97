package app_test

import (
	"strings"
	"testing"

	"export_status_exporter/internal/rig"
)

// TestNotesAreLoggedOnce: a note about an API definition is logged when a load
// brings it, and not with each reload. Only those of the last load are remembered.
func TestNotesAreLoggedOnce(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	load := func(path string) {
		r.Write("apis: {api: {url: 'https://api.test', auth: none, sources: {s: {list: {path: "+path+", method: POST, body: {a: b}}, report: {id: id, status: s}, statuses: {ready: [r]}}}}}",
			"accounts: [{name: a, api: {}}]")
	}
	load("/one")
	r.Start()
	for i, want := range []int{1, 1, 2, 2, 3} {
		if got := strings.Count(r.Log.String(), "note about an API definition"); got != want {
			t.Errorf("before reload %d: %d notes, want %d", i+1, got, want)
		}
		load([]string{"/one", "/two", "/two", "/one", "/one"}[i])
		r.Reload()
	}
}
