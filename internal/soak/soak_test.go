package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestShort is the whole soak, only smaller: no promise is broken, and every
// actor was at work.
func TestShort(t *testing.T) {
	got, err := soak(t.Context(), options{
		duration: 2 * time.Second, accounts: leastAccounts(), scrapers: 4,
		pause: 100 * time.Millisecond, timeout: 2 * time.Second, seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range got.broken {
		t.Error(text)
	}
	if len(got.whole) == 0 || len(got.probes) == 0 || got.requests < int64(leastAccounts()) || got.switched == 0 || got.deaf == 0 || got.reloads == 0 || got.stalled == 0 || got.hung == 0 || got.refusals == 0 {
		t.Errorf("somebody did nothing: %s", got)
	}
	if !strings.HasPrefix(got.String(), "soak ok: ") || !strings.HasSuffix(got.String(), "; seed 1") {
		t.Errorf("summary %q", got)
	}
}

// TestRun: what cannot be run is told, and exits with another code than 0.
func TestRun(t *testing.T) {
	for arguments, want := range map[string]struct {
		code int
		text string
	}{
		"--nonsense":              {2, "unknown long flag"},
		"--accounts=23":           {1, fmt.Sprintf("at least %d accounts", leastAccounts())},
		"--scrapers=0":            {1, "one scraper"},
		"--duration=0s --seed=17": {1, "a duration"},
	} {
		var out, problems bytes.Buffer
		if got := run(strings.Fields(arguments), &out, &problems); got != want.code {
			t.Errorf("%s: exit code %d, want %d", arguments, got, want.code)
		}
		if !strings.Contains(problems.String(), want.text) {
			t.Errorf("%s: %q does not tell %q", arguments, problems.String(), want.text)
		}
	}
}

// TestFailure: the summary of a soak that broke something does not say ok.
func TestFailure(t *testing.T) {
	var f findings
	for range 5 {
		f.add("something holds", "it does not")
	}
	got := result{broken: f.list()}
	if want := []string{"something holds (5 times)" + strings.Repeat("\n    it does not", examples)}; len(got.broken) != 1 || got.broken[0] != want[0] {
		t.Errorf("findings %q, want %q", got.broken, want)
	}
	if !strings.HasPrefix(got.String(), "soak FAILED, 1 promises broken: ") {
		t.Errorf("summary %q", got)
	}
}
