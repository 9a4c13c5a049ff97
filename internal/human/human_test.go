package human

import (
	"strings"
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                              "0 s",
		59*time.Second + 999999999:     "59 s",
		-90 * time.Second:              "1 min",
		3*time.Hour + 5*time.Minute:    "3 h 5 min",
		24 * time.Hour:                 "1 d",
		50 * time.Hour:                 "2 d 2 h",
		240*time.Hour + 23*time.Hour:   "10 d",
		1000 * 24 * time.Hour:          "1000 d",
		60*time.Minute + 1*time.Second: "1 h",
	} {
		if got := Span(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
		if got := Short(d); !strings.HasPrefix(want+" ", got+" ") || strings.Count(got, " ") != 1 {
			t.Errorf("%s: %q in short", d, got)
		}
	}
}

func TestPrintable(t *testing.T) {
	for given, want := range map[string]string{
		"a\x1b[31mb\n\tc\u2028d\u202ee\x00": "a [31mb  c d e ",
		"äöü 東京 \xff":                       "äöü 東京 \uFFFD",
	} {
		if got := Printable(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

// TestFit: for any text and width, the result fits and keeps both ends.
func TestFit(t *testing.T) {
	for _, s := range []string{"", "short", strings.Repeat("0123456789", 5), strings.Repeat("東京", 20), "a" + strings.Repeat("é東", 15) + "z"} {
		for width := 5; width < 60; width++ {
			got := Fit(s, width)
			if Columns(got) > width {
				t.Errorf("%d columns: %q has %d", width, got, Columns(got))
			}
			if Columns(s) <= width && got != s {
				t.Errorf("%d columns: %q was cut to %q", width, s, got)
			}
			if begin, end, cut := strings.Cut(got, "…"); cut && (!strings.HasPrefix(s, begin) || !strings.HasSuffix(s, end)) {
				t.Errorf("%q is not made of the ends of %q", got, s)
			}
		}
	}
}

func TestPercent(t *testing.T) {
	for ratio, want := range map[float64]string{0: "0%", 0.428: "42%", 0.9999: "99%", 1: "100%"} {
		if got := Percent(ratio); got != want {
			t.Errorf("Percent(%v) = %q, want %q", ratio, got, want)
		}
	}
}
