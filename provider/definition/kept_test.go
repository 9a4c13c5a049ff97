package definition

import (
	"fmt"
	"strings"
	"testing"

	"export_status_exporter/provider"
)

// keptBytes is what the source of a rig keeps.
func keptBytes(t *testing.T, r *rig) int64 {
	t.Helper()
	keeper, ok := r.Source.(provider.Keeper)
	if !ok {
		t.Fatal("it is no keeper")
	}
	return keeper.KeptBytes()
}

// TestKeptNamesAreBounded: ambiguous names are forgotten with their exports, and of a
// long name only what is shown is kept.
func TestKeptNamesAreBounded(t *testing.T) {
	d := must(t, listed("{path: /e}", "report: {id: id, type: type, status: status}\nstatuses: {ready: [r]}"))
	var answers []string
	for i := range 50 {
		answers = append(answers, fmt.Sprintf(`[{"id":"x/%d","type":"t/%[1]d","status":"r"},{"id":"%[2]s/%[1]d","type":"%[2]s/%[1]d","status":"r"}]`, i, strings.Repeat("y", 1<<16)))
	}
	r := newRig(t, d, nil, answersOf(answers)...)
	for range answers {
		snapshot := r.must(t)
		if got := keptBytes(t, r); got > 200 || len(snapshot.Reports) != 2 {
			t.Fatalf("%d bytes kept of %v", got, told(snapshot))
		}
	}
}

// TestKeptDetailsAreBounded: of the texts of a detail, only what may be shown is kept.
func TestKeptDetailsAreBounded(t *testing.T) {
	d := must(t, listed("{path: /e}", `get: {path: "/e/{id}", after_list: all}
report: {id: id, type: type, format: format, status: status}
statuses: {ready: [r]}`))
	long := strings.Repeat("long ", 1<<16)
	detail := fmt.Sprintf(`{"id":"a","status":"r","type":"t/%s","format":"%[1]s"}`, long)
	r := newRig(t, d, nil, answersOf([]string{`[{"id":"a","status":"r"}]`, detail, `[{"id":"a","status":"r"}]`})...)
	for range 2 {
		snapshot := r.must(t)
		if got := keptBytes(t, r); got < 100 || got > 4<<10 || !strings.HasPrefix(snapshot.Reports[0].Type, "long long") {
			t.Errorf("%d bytes kept of %+v", got, snapshot.Reports)
		}
	}
	keeper, _ := r.Source.(provider.Keeper)
	keeper.Forget()
	if got := keptBytes(t, r); got != 0 {
		t.Errorf("%d bytes kept after all were forgotten", got)
	}
}

// TestLongIDsStayDifferent: an id that is too long for a path ends in a hash.
func TestLongIDsStayDifferent(t *testing.T) {
	d := must(t, listed("{path: /e}", simple))
	long := strings.Repeat("i", 1<<16)
	r := newRig(t, d, nil, body(fmt.Sprintf(`[{"id":"%s1","status":"r"},{"id":"%[1]s2","status":"q"},{"id":"a/%[1]s1","status":"r"}]`, long)))
	snapshot := r.must(t)
	seen := make(map[string]bool)
	for i := range snapshot.Reports {
		seen[snapshot.Reports[i].ID] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d ids: %s", len(seen), told(snapshot))
	}
}
