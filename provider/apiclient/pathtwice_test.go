package apiclient_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider/apiclient"
)

// If a name occurs twice, nothing of its first value is left.
func TestPathsOfNameThatOccursTwice(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":{"b":"first"}}`:                           "first",
		`{"a":{"b":"first"},"a":{"b":"last"}}`:          "last",
		`{"a":{"b":"first"},"a":null}`:                  "",
		`{"a":{"b":"first"},"a":{}}`:                    "",
		`{"a":{"b":"first"},"a":"text"}`:                "",
		`{"a":{"b":"first"},"a":[1]}`:                   "",
		`{"a":{"b":"first","c":1,"b":null}}`:            "",
		`{"a":null,"a":{"b":"last"},"c":{"b":"other"}}`: "last",
	} {
		var tree apiclient.PathTree
		var values apiclient.PathValues
		number := tree.Want([]string{"a", "b"})
		if err := tree.Read(jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true)), &values); err != nil {
			t.Fatal(err)
		}
		if got := string(values.Get(number).Text); got != want {
			t.Errorf("%s: a.b is %q, want %q", text, got, want)
		}
	}
}
