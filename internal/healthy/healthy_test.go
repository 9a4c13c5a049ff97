package main

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// expand parses promtool's notation.
func expand(t *testing.T, text string) (values []float64) {
	t.Helper()
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, word := range strings.Fields(text) {
		first, times, repeated := strings.Cut(word, "x")
		more := 0
		if repeated {
			more = int(number(times))
		}
		switch at := strings.LastIndexAny(first[1:], "+-"); {
		case word == "stale":
			values = append(values, stale)
		case first == "_":
			for range more {
				values = append(values, missing)
			}
		case at < 0:
			for range more + 1 {
				values = append(values, number(first))
			}
		default:
			for i := range more + 1 {
				values = append(values, number(first[:at+1])+float64(i)*number(first[at+1:]))
			}
		}
	}
	return values
}

// TestNotation checks that the notation expands to the recorded values.
func TestNotation(t *testing.T) {
	for _, values := range [][]float64{
		{1},
		{1, 1, 1, 0, 0},
		{0, 60, 120, 180, 5},
		{9, 6, 3, 0, -3},
		{missing, missing, 4, 4, stale, missing, 7},
		{0.25, 0.5, 0.75},
		{1e9 + 0.5, 1e9 + 0.5},
		{5, 7, 7, 7, 9},
		{-120, -60, 0, 60},
		{missing, stale},
	} {
		text := notation(values)
		got := expand(t, text)
		if len(got) != len(values) {
			t.Errorf("%v became %q, which is %v", values, text, got)
			continue
		}
		for i := range got {
			if got[i] != values[i] {
				t.Errorf("%v became %q, which is %v", values, text, got)
				break
			}
		}
	}
}

// TestRecording checks that a series missing from a scrape is marked stale once, and
// that nothing is recorded while there are no scrapes.
func TestRecording(t *testing.T) {
	r := newRecording(10 * step)
	r.add(map[string]float64{"a{}": 1})
	r.skip()
	r.add(map[string]float64{"b{}": 2})
	r.skip()
	r.add(map[string]float64{"b{}": 2})
	for series, want := range map[string][]float64{
		"a{}": {1, missing, stale, missing, missing}, "b{}": {missing, missing, 2, missing, 2},
	} {
		for i, value := range r.series[series] {
			if value != want[i] && !(math.IsInf(value, 0) && value == want[i]) {
				t.Errorf("%s: %v, want %v", series, r.series[series], want)
				break
			}
		}
	}
}

// TestEveryPipelineIsRecorded runs the first hours of each pipeline twice and expects
// the same result.
func TestEveryPipelineIsRecorded(t *testing.T) {
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := write(out, pipelines(), 2*time.Hour+15*time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != second.String() {
		t.Error("recorded twice, it differs")
	}
	for _, want := range []string{
		`up{job="export_status_exporter", instance="exporter:10917"}`, `provider="kraken"`, `provider="coinbase_exchange"`,
		`provider="onlyfansapi"`, `provider="warehouse"`, "export_first_seen_timestamp_seconds{", "export_expected_data_within_seconds{",
	} {
		if !strings.Contains(first.String(), want) {
			t.Errorf("nothing of %s was recorded", want)
		}
	}
}
