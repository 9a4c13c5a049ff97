package account_test

import (
	"runtime"
	"testing"
	"weak"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// TestMarkKeepsNothing checks that a mark keeps neither the exports nor the snapshot in
// memory, and still tells them apart from others and from none.
func TestMarkKeepsNothing(t *testing.T) {
	t.Parallel()
	var kept weak.Pointer[provider.Snapshot]
	var list weak.Pointer[provider.Report]
	mark := func() *account.Mark {
		snapshot := &provider.Snapshot{Reports: make([]provider.Report, 1000)}
		kept, list = weak.Make(snapshot), weak.Make(&snapshot.Reports[0])
		view := &account.View{Name: "one", Sources: []account.SourceView{{Name: "reports", Snapshot: snapshot}}}
		mark := view.Mark()
		if !mark.Same(view) {
			t.Error("a view differs from itself")
		}
		return mark
	}()
	runtime.GC()
	if kept.Value() != nil || list.Value() != nil {
		t.Error("the mark keeps the exports in memory")
	}
	for name, now := range map[string]*provider.Snapshot{
		"none": nil, "empty": {}, "others": {Reports: make([]provider.Report, 1000)},
	} {
		later := account.View{Name: "one", Sources: []account.SourceView{{Name: "reports", Snapshot: now}}}
		if mark.SameExports(&later) || mark.Same(&later) {
			t.Errorf("%s: the same as exports that are gone", name)
		}
	}
}
