package provider

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReportID(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", MaxReportIDBytes)
	for _, c := range []struct{ name, id, want string }{
		{"short", "VSKC", "VSKC"},
		{"empty", "", ""},
		{"at the bound", long, long},
		// The first 8 bytes of the SHA-256 of 129 times "a".
		{"one byte more", long + "a", strings.Repeat("a", 111) + "~" + "c12cb024a2e5551c"},
		{"not UTF-8", "a\xff\xfeb", "a\uFFFDb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := ReportID(c.id); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestLongReportIDsStayApart(t *testing.T) {
	t.Parallel()
	common := strings.Repeat("x", 500)
	one, two := ReportID(common+"1"), ReportID(common+"2")
	if one == two {
		t.Error("two ids became one")
	}
	if one != ReportID(common+"1") {
		t.Error("one id became two")
	}
}

// TestReportIDCountsWhatIsWritten: a quote, a backslash and a line feed have two bytes in
// the text formats, and there are dozens of series for each export.
func TestReportIDCountsWhatIsWritten(t *testing.T) {
	t.Parallel()
	for _, each := range []string{`"`, `\`, "\n"} {
		half := strings.Repeat(each, MaxReportIDBytes/2)
		if got := ReportID(half); got != half {
			t.Errorf("got %q, want all", got)
		}
		got := ReportID(half + each)
		if written := len(got) + strings.Count(got, each); written > MaxReportIDBytes || ReportID(got) != got || got == ReportID(half+each+each) {
			t.Errorf("%q has %d bytes", got, written)
		}
	}
}

func TestReportIDCutsBetweenCharacters(t *testing.T) {
	t.Parallel()
	for lead := range 4 {
		id := ReportID(strings.Repeat("a", lead) + strings.Repeat("\U0001F600", 60))
		if len(id) > MaxReportIDBytes || !utf8.ValidString(id) || strings.Contains(id, "\uFFFD") {
			t.Errorf("%d bytes before: %q", lead, id)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		bound     func(string) string
		word, out string
	}{
		{"type", TypeName, "otc-fills", "otc-fills"},
		{"case of a type stays", TypeName, "Fills", "Fills"},
		{"space around", TypeName, " \tfills\r\n", "fills"},
		{"control characters inside", TypeName, "fi\x00l\nl\x7fs\u0085x", "fi l l s x"},
		{"control characters around", TypeName, "\x00fills\x01", "fills"},
		{"nothing but control characters", TypeName, "\x00\x01", ""},
		{"not UTF-8", TypeName, "fi\xffls", "fi\uFFFDls"},
		{"64 bytes of type", TypeName, strings.Repeat("t", 64), strings.Repeat("t", 64)},
		{"65 bytes of type", TypeName, strings.Repeat("t", 65), strings.Repeat("t", 64)},
		{"no space at the cut", TypeName, strings.Repeat("t", 63) + " t", strings.Repeat("t", 63)},
		{"quotes count as written", TypeName, strings.Repeat(`"`, 64), strings.Repeat(`"`, 32)},
		{"backslashes count as written", TypeName, `a` + strings.Repeat(`\`, 64), `a` + strings.Repeat(`\`, 31)},
		{"no half character", TypeName, strings.Repeat("t", 63) + "é", strings.Repeat("t", 63)},
		{"format", FormatName, "CSV", "CSV"},
		{"17 bytes of format", FormatName, "ABCDEFGHIJKLMNOPQ", "ABCDEFGHIJKLMNOP"},
		{"case of a status stays", StatusWord, "OnHold", "OnHold"},
		{"66 bytes of status", StatusWord, strings.Repeat("é", 33), strings.Repeat("é", 32)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := c.bound(c.word)
			if got != c.out {
				t.Errorf("got %q, want %q", got, c.out)
			}
			if again := c.bound(got); again != got {
				t.Errorf("bounded again it is %q", again)
			}
		})
	}
}

func FuzzLabels(f *testing.F) {
	for _, seed := range []string{"VSKC", strings.Repeat("é", 70), "\xff\x00", " a\x01b ", strings.Repeat("t", 63) + " t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if id := ReportID(text); len(id) > MaxReportIDBytes || !utf8.ValidString(id) || (id == "") != (text == "") {
			t.Errorf("id %q", id)
		}
		for _, word := range []struct {
			bound func(string) string
			limit int
		}{{TypeName, MaxTypeBytes}, {FormatName, MaxFormatBytes}, {StatusWord, MaxStatusWordBytes}} {
			got := word.bound(text)
			if len(got) > word.limit || !utf8.ValidString(got) || got != strings.TrimSpace(got) {
				t.Errorf("word %q", got)
			}
			if again := word.bound(got); again != got {
				t.Errorf("bounded again %q is %q", got, again)
			}
		}
	})
}
