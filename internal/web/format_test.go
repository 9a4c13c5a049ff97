package web

import (
	"testing"
	"time"

	"export_status_exporter/internal/human"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 59*time.Second + 999*time.Millisecond: "59 s", time.Minute: "1 min", -3 * time.Minute: "3 min",
		time.Hour: "1 h", 90 * time.Minute: "1 h 30 min", 24*time.Hour - 1: "23 h 59 min", day: "1 d",
		9*day + 5*time.Hour: "9 d 5 h", 10*day + 5*time.Hour: "10 d", 1500 * day: "1500 d",
	} {
		if got := human.Span(d); got != want {
			t.Errorf("span(%s) = %q, want %q", d, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for s, want := range map[float64]string{0: "0 ms", 0.1844: "184 ms", 1: "1 s", 9.96: "10 s", 2.34: "2.3 s", 61: "1 min"} {
		if got := formatSeconds(s); got != want {
			t.Errorf("seconds(%v) = %q, want %q", s, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	if when(moment0(), nil) != nil {
		t.Error("an unknown moment is said")
	}
	for offset, want := range map[time.Duration]string{
		0: "now", 900 * time.Millisecond: "now", -time.Second: "1 s ago", 5 * time.Hour: "in 5 h",
	} {
		at := after(offset)
		if got := when(moment0(), &at).Relative; got != want {
			t.Errorf("%s: %q, want %q", offset, got, want)
		}
	}
}

// TestWordsOfTheGlossary checks that the page uses the words of the glossary, not the
// values in JSON.
func TestWordsOfTheGlossary(t *testing.T) {
	for name, want := range map[string]string{"held_back": "paused", "not_refreshed": "not refreshed", "awaiting_start": "awaiting start", "up": "up"} {
		if got := humanizeState(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"day": "today", "minute": "this minute", "\u202e": `this \u{202e}`} {
		if got := rateWindow(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	at := moment0()
	midnight := at.Truncate(day)
	if got := date(&at) + " " + date(&midnight); got != "2026-08-01 12:00 2026-08-01" {
		t.Error(got)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", 1240.5: "1,240.5", 0.005: "0.01", -1234: "-1,234", 99.999: "100",
	} {
		if got := count(n); got != want {
			t.Errorf("count(%v) = %q, want %q", n, got, want)
		}
	}
	if got := plural(0, "report") + " " + plural(1, "report") + " " + plural(1200, "report"); got != "0 reports 1 report 1,200 reports" {
		t.Error(got)
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain id-1_ü 漢": "plain id-1_ü 漢", "a\u202eb": `a\u{202e}b`, "\x00": `\u{0}`, "a\u200bb\n": `a\u{200b}b\u{a}`,
	} {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBriefAndSize(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 999_999: "999,999", 1e6: "1 M", 2_054_400: "2.05 M", 999_999_999: "999.99 M", 1.5e9: "1.5 G", 3e12: "3 T"} {
		if got := brief(n); got != want {
			t.Errorf("brief(%v) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[float64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 2.5e6: "2.5 MB", 1e16: "10000 TB"} {
		if got := size(n); got != want {
			t.Errorf("size(%v) = %q, want %q", n, got, want)
		}
	}
}
