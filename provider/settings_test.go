package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// texts returns the messages of the problems.
func texts(problems []*SettingError) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Error())
	}
	return all
}

func TestCheckIDs(t *testing.T) {
	t.Parallel()
	many := make([]string, MaxExplicitIDs+1)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	noSpace := func(id string) bool { return id != "" && !strings.Contains(id, " ") }
	for _, c := range []struct {
		name string
		ids  []string
		want []string
	}{
		{"none", nil, nil},
		{"good", []string{"a", "b"}, nil},
		{"as many as allowed", many[:MaxExplicitIDs], nil},
		{"too many", many, []string{"ids: holds 101 ids, more than 100"}},
		{"every problem", []string{"a", "b c", "a", ""}, []string{
			"ids: id 2 is not of the form [A-Za-z0-9_-]{1,64}",
			"ids: id 3 is named twice",
			"ids: id 4 is not of the form [A-Za-z0-9_-]{1,64}",
		}},
	} {
		if diff := cmp.Diff(c.want, texts(CheckIDs("ids", c.ids, noSpace))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestCheckTypes(t *testing.T) {
	t.Parallel()
	many := make([]string, MaxTypes+1)
	for i := range many {
		many[i] = fmt.Sprint("t", i)
	}
	for _, c := range []struct {
		name  string
		types []string
		want  []string
	}{
		{"none", nil, nil},
		{"good", []string{"fills", "account"}, nil},
		{"as many as allowed", many[:MaxTypes], nil},
		{"too many", many, []string{"types: holds 33 types, more than 32"}},
		{"every problem", []string{"", "a\nb", strings.Repeat("x", 65), " fills", "fills", "fills"}, []string{
			"types: type 1 is empty, too long or holds control characters",
			"types: type 2 is empty, too long or holds control characters",
			"types: type 3 is empty, too long or holds control characters",
			"types: type 4 is empty, too long or holds control characters",
			`types: "fills" is named twice`,
		}},
	} {
		if diff := cmp.Diff(c.want, texts(CheckTypes(c.types))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestUndocumentedTypes(t *testing.T) {
	t.Parallel()
	want := []string{`types: "fill" is not a type that the provider documents`}
	got := UndocumentedTypes([]string{"fills", "fill"}, []string{"account", "fills"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
