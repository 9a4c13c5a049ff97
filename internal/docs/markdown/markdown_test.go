package markdown

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const page = "# The page\n" +
	"\n" +
	"See [the table](#a-table), ![a picture](images/a.png \"with a title\") and <https://example.org/x>.\n" +
	"Not a link: `[code](nowhere.md)`.\n" +
	"<img src=\"images/b.png\" alt=\"b\">\n" +
	"[label]: other.md#part\n" +
	"\n" +
	"## A `table`\n" +
	"\n" +
	"| name | value |\n" +
	"| --- | ---: |\n" +
	"| `a` | 1 |\n" +
	"| `b\\|c` | |\n" +
	"\n" +
	"### Below, with [a link](x.md)!\n" +
	"\n" +
	"```sh\n" +
	"# no heading\n" +
	"| no | row |\n" +
	"```\n" +
	"\n" +
	"````yaml\n" +
	"a: 1\n" +
	"```\n" +
	"````\n" +
	"\n" +
	"## Another\n" +
	"| x |\n" +
	"|---|\n" +
	"| y |\n" +
	"## Another\n"

func TestSection(t *testing.T) {
	d := Parse(page)
	if diff := cmp.Diff([][]string{{"`a`", "1"}, {"`b|c`", ""}}, d.Section("A `table`").Rows()); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"y"}}, d.Section("Another").Rows()); diff != "" {
		t.Errorf("rows of the last section (-want +got):\n%s", diff)
	}
	if rows := d.Section("Nowhere").Rows(); rows != nil {
		t.Errorf("a section that is not there has rows %v", rows)
	}
	if diff := cmp.Diff([]string{"A `table`", "Another", "Another"}, d.Headings(2)); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
}

func TestCode(t *testing.T) {
	d := Parse(page)
	if diff := cmp.Diff([]string{"# no heading\n| no | row |\n"}, d.Code("sh")); diff != "" {
		t.Errorf("sh (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a: 1\n```\n"}, d.Code("yaml")); diff != "" {
		t.Errorf("yaml (-want +got):\n%s", diff)
	}
}

func TestLinks(t *testing.T) {
	want := []Link{
		{3, "#a-table"},
		{3, "images/a.png"},
		{3, "https://example.org/x"},
		{5, "images/b.png"},
		{6, "other.md#part"},
		{15, "x.md"},
	}
	if diff := cmp.Diff(want, Parse(page).Links()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnchors(t *testing.T) {
	want := []string{"a-table", "another", "another-1", "below-with-a-link", "the-page"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(Parse(page).Anchors()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestQuoted(t *testing.T) {
	if diff := cmp.Diff([]string{"a", "b c"}, Quoted("x `a` y `b c`, z")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSentences checks where sentences end and how words are counted.
func TestSentences(t *testing.T) {
	document := Parse(strings.Join([]string{
		"# One heading",
		"Two lines are",
		"one sentence. See [the other](https://example.com/a/b) page, e.g. with `a b c`!",
		"",
		"- an item",
		"  goes on",
		"2. another. **Two** in it",
		"",
		"```text",
		"No sentence. None.",
		"```",
		"| a cell | `code here` and 3 words. Next |",
	}, "\n"))
	var got []string
	for _, each := range document.Sentences() {
		got = append(got, fmt.Sprint(each.Line, " ", each.Words, " ", each.Text))
	}
	want := []string{
		"1 2 One heading",
		"2 5 Two lines are one sentence.",
		"2 7 See the other page, e.g. with `a b c`!",
		"5 4 an item goes on",
		"7 1 another.",
		"7 3 **Two** in it",
		"12 2 a cell",
		"12 3 `code here` and 3 words.",
		"12 1 Next",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sentences (-want +got):\n%s", diff)
	}
}
