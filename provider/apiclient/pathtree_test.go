package apiclient_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider/apiclient"
)

func TestPathTree(t *testing.T) {
	var tree apiclient.PathTree
	deep, index, object, whole := tree.Want([]string{"a", "b"}), tree.Want([]string{"l", "1"}), tree.Want([]string{"o"}), tree.Want(nil)
	var values apiclient.PathValues
	read := func(text string) string {
		if err := tree.Read(jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true)), &values); err != nil {
			return err.Error()
		}
		var told []string
		for _, each := range []int{deep, index, object, whole} {
			s := values.Get(each)
			if s.Composite {
				s.Text = []byte("composite")
			}
			told = append(told, string(s.Text))
		}
		return strings.Join(told, "|")
	}
	for text, want := range map[string]string{
		`{"a":{"b":1,"c":[2]},"l":[5,"x\u0041"],"o":{"p":1}}`: "1|xA|composite|composite",
		`{"a":{"b":1,"b":2},"l":{"1":true},"o":{}}`:           "2|true||composite",
		`{"a":5,"l":[],"o":null}`:                             "|||composite",
		`{}`:                                                  "|||",
		`"t"`:                                                 "|||t",
	} {
		if got := read(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
