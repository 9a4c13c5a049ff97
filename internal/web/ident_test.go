package web

import (
	"strings"
	"testing"
)

func TestIdentShortensInTheMiddle(t *testing.T) {
	for id, want := range map[string]string{
		"":                                     "",
		"TRDF":                                 "TRDF",
		"data_export_8f2b61c09a":               "data_export_8f2b61c09a", // as long as is shown whole
		"data_export_8f2b61c09ab":              "data_export_…b61c09ab",
		"0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31": "0b6f4a8e-7d4…0c9b7a31",
		strings.Repeat("数", 40):                "数数数数数数…数数数数",
		"a\u202e" + strings.Repeat("b", 30):    "a\\u{202e}bbb…bbbbbbbb",
	} {
		got := newIdent(id)
		if got.Short() != want {
			t.Errorf("%q is %q, want %q", id, got.Short(), want)
		}
		if got.Start+got.Middle+got.End != got.Whole || got.Whole != visible(id) {
			t.Errorf("%q is not whole: %+v", id, got)
		}
	}
}

func TestIDsAreWholeForThoseWhoCopy(t *testing.T) {
	const id = "0b6f4a8e-7d4e-4c3b-8a2d-5e1f0c9b7a31"
	cell := rowOf(t, open(t, richFleet(), "/exports"), id).one(t, "th")
	if code := cell.one(t, "code"); code.attr["title"] != id || code.text() != id {
		t.Errorf("%v %s", code.attr, code.text())
	}
	control := cell.one(t, "details", class("copy"))
	mustContain(t, control.one(t, "summary").text(), "copy", id)
	if field := control.one(t, "input"); field.attr["value"] != id || field.attr["readonly"] == "" || field.attr["aria-label"] == "" {
		t.Errorf("%v", field.attr)
	}
}
