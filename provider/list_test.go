package provider

import (
	"slices"
	"strconv"
	"testing"
)

func TestList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		types    []string
		add      []Draft
		fresh    []bool
		ids      []string
		listed   bool
		warnings []string
		failed   bool
	}{
		{name: "empty", listed: true},
		{
			name: "in the provider's order, each once", add: []Draft{{ID: "B"}, {ID: "A", Type: "x"}, {ID: "B", Type: "y"}, {ID: "C"}},
			fresh: []bool{true, true, false, true}, ids: []string{"B", "A", "C"}, listed: true,
		},
		{
			name: "one type", types: []string{"fills", "account"}, add: []Draft{{ID: "A", Type: "fills"}, {ID: "B", Type: "balance"}, {ID: "B", Type: "fills"}},
			fresh: []bool{true, true, false}, ids: []string{"A"}, listed: true, warnings: []string{unmatched("account")},
		},
		{
			name: "a type in another case takes the spelling of the configuration", types: []string{"fills"}, add: []Draft{{ID: "A", Type: "FILLS"}, {ID: "B", Type: " Fills "}},
			fresh: []bool{true, true}, ids: []string{"A", "B"}, listed: true,
		},
		{
			name: "some without an id", add: []Draft{{}, {ID: "A"}, {}}, fresh: []bool{false, true, false}, ids: []string{"A"},
			warnings: []string{"ignored reports without an id"},
		},
		{
			name: "none of a wanted type, some without an id", types: []string{"fills"}, add: []Draft{{ID: "A", Type: "x"}, {}},
			fresh: []bool{true, false}, warnings: []string{unmatched("fills"), "ignored reports without an id"},
		},
		{name: "none with an id", add: []Draft{{}, {}}, fresh: []bool{false, false}, failed: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			list := NewList(c.types, nil)
			for i, r := range c.add {
				if got := list.Add(&r); got != c.fresh[i] {
					t.Errorf("report %d is new: %t, want %t", i, got, c.fresh[i])
				}
			}
			snapshot, err := list.Finish("GET /list")
			if c.failed {
				if ReasonOf(err) != ReasonMalformed || err.Error() != "GET /list: no report in the list has an id" || len(snapshot.Reports) > 0 {
					t.Errorf("%+v, error %v", snapshot, err)
				}
				return
			}
			var ids []string
			for _, r := range snapshot.Reports {
				ids = append(ids, r.ID)
			}
			if err != nil || !slices.Equal(ids, c.ids) || snapshot.Complete != c.listed || !slices.Equal(snapshot.Warnings, c.warnings) {
				t.Errorf("%v %+v, error %v", ids, snapshot, err)
			}
		})
	}
}

// TestItemsAreBoundedOverAllPages: a list keeps MaxItems ids, and tells that it was cut.
func TestItemsAreBoundedOverAllPages(t *testing.T) {
	t.Parallel()
	list := NewList([]string{"fills"}, nil)
	for i := range MaxItems {
		if !list.Add(&Draft{ID: strconv.Itoa(i)}) {
			t.Fatal("not new:", i)
		}
	}
	if list.Snapshot.Truncated || list.Add(&Draft{ID: "0"}) || list.Snapshot.Truncated {
		t.Error("a full list is not cut")
	}
	if list.Add(&Draft{ID: "one more", Type: "fills"}) {
		t.Error("one more is new")
	}
	snapshot, err := list.Finish("")
	if err != nil || !snapshot.Truncated || snapshot.Complete || len(snapshot.Reports) > 0 {
		t.Errorf("truncated %t, complete %t, %d reports, %v", snapshot.Truncated, snapshot.Complete, len(snapshot.Reports), err)
	}
}

// unmatched is the warning about a configured type that no report has.
func unmatched(name string) string {
	return `types: no export in the list is of type "` + name + `", but others are; check the spelling`
}
