package account_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// named expects something of each type.
func named(keys ...string) *provider.Expect {
	types := make(map[provider.TypeKey]provider.NamedOverride)
	for _, key := range keys {
		types[provider.ParseTypeKey(key)] = provider.NamedOverride{Key: key}
	}
	return (&provider.Expect{}).With(provider.Override{}, types)
}

// TestExpectedTypes: what was seen, and what is named and was not.
func TestExpectedTypes(t *testing.T) {
	past := func(types ...string) *account.Past { return &account.Past{Types: types} }
	for name, c := range map[string]struct {
		expect *provider.Expect
		source account.SourceView
		want   []string
	}{
		"nothing is named":       {nil, account.SourceView{Name: "s", Past: past("a", "b")}, []string{"a", "b"}},
		"nothing is known":       {nil, account.SourceView{Name: "s"}, nil},
		"named and seen":         {named("A", "s/B"), account.SourceView{Name: "s", AnyType: true, Past: past("a", "b")}, []string{"a", "b"}},
		"named and not seen":     {named("A", "s/c"), account.SourceView{Name: "s", AnyType: true, Past: past("b")}, []string{"b", "A", "c"}},
		"no other type may come": {named("A", "s/c", "t/d"), account.SourceView{Name: "s", Past: past("b")}, []string{"b", "c"}},
	} {
		view := account.View{Expect: c.expect, Sources: []account.SourceView{c.source}}
		if diff := cmp.Diff(c.want, view.ExpectedTypes(&view.Sources[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestExpectedTypesAreBounded: names of the configuration make no more series
// than types of a provider.
func TestExpectedTypesAreBounded(t *testing.T) {
	var keys []string
	for i := range 100 {
		keys = append(keys, fmt.Sprintf("type-%d", i))
	}
	seen := []string{"a", "b"}
	view := account.View{Expect: named(keys...), Sources: []account.SourceView{{Name: "s", AnyType: true, Past: &account.Past{Types: seen}}}}
	got := view.ExpectedTypes(&view.Sources[0])
	if len(got) != provider.MaxTypes || !slices.Equal(got[:2], seen) {
		t.Errorf("%d types: %v", len(got), got)
	}
}
