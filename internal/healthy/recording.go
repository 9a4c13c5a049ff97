package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"export_status_exporter/examples"
)

// up is the series that Prometheus adds.
const up = "up{}"

// named reports whether the rules use a metric.
func named(metric string) bool { return ruleWords[metric] }

var ruleWords = func() map[string]bool {
	words := make(map[string]bool)
	for _, word := range regexp.MustCompile(`[a-z_]+`).FindAllString(examples.Alerts, -1) {
		words[word] = true
	}
	return words
}()

// Special values: stale marks the end of a series that a scrape no longer contains, and
// missing a time without a scrape.
var (
	missing = math.Inf(-1)
	stale   = math.Inf(1)
)

// recording holds all series since the first scrape.
type recording struct {
	scrapes int
	length  int
	series  map[string][]float64
}

func newRecording(length time.Duration) *recording {
	return &recording{length: int(length/step) + 1, series: make(map[string][]float64)}
}

// skip records a time without a scrape.
func (r *recording) skip() {
	for name, values := range r.series {
		r.series[name] = append(values, missing)
	}
	r.scrapes++
}

// add records a scrape.
func (r *recording) add(samples map[string]float64) {
	for name, values := range r.series {
		if _, ok := samples[name]; !ok {
			ended := stale
			if last := values[len(values)-1]; last == stale || last == missing && !lasting(values) {
				ended = missing
			}
			r.series[name] = append(values, ended)
		}
	}
	for name, value := range samples {
		values, ok := r.series[name]
		if !ok {
			values = make([]float64, r.scrapes, r.length)
			for i := range values {
				values[i] = missing
			}
		}
		r.series[name] = append(values, value)
	}
	r.scrapes++
}

// lasting reports whether the last sample of a series is not a stale marker.
func lasting(values []float64) bool {
	for _, value := range slices.Backward(values) {
		if value != missing {
			return value != stale
		}
	}
	return false
}

// writeTest writes a promtool test. The writer keeps the first error.
func (r *recording) writeTest(w io.Writer, name string, length time.Duration) {
	_, _ = fmt.Fprintf(w, "  - name: %q\n    interval: %s\n    input_series:\n", name, "1m")
	for _, series := range slices.Sorted(maps.Keys(r.series)) {
		if values := r.series[series]; !idle(series, values) {
			_, _ = fmt.Fprintf(w, "      - series: '%s'\n        values: '%s'\n", labelled(series), notation(values))
		}
	}
	hours := fmt.Sprintf("%.0fh", length.Hours())
	_, _ = fmt.Fprintf(w, `    promql_expr_test:
      - expr: max by (alertname, severity) (max_over_time(ALERTS{alertstate="firing"}[%[1]s:5m]))
        eval_time: %[1]s
        exp_samples: []
      # The recording has data: the exporter saw exports.
      - expr: max_over_time(count(export_info)[%[1]s:1h]) > bool 0
        eval_time: %[1]s
        exp_samples: [{labels: '{}', value: 1}]

`, hours)
}

// idle reports whether a series is a status that no export ever had. No rule needs its
// zeros.
func idle(series string, values []float64) bool {
	return strings.HasPrefix(series, "export_status{") &&
		!slices.ContainsFunc(values, func(v float64) bool { return v != 0 && v != missing && v != stale })
}

// labelled adds the labels that Prometheus adds.
func labelled(series string) string {
	name, rest, _ := strings.Cut(series, "{")
	if rest != "}" {
		rest = ", " + rest
	}
	return name + `{job="export_status_exporter", instance="exporter:10917"` + rest
}

// notation formats values for promtool. A run of values that stay the same or rise
// evenly becomes one word.
func notation(values []float64) string {
	var words []string
	for i := 0; i < len(values); {
		end := i + 1
		switch v := values[i]; v {
		case missing:
			for end < len(values) && values[end] == missing {
				end++
			}
			words = append(words, fmt.Sprintf("_x%d", end-i))
		case stale:
			words = append(words, "stale")
		default:
			slope := 0.0
			if end < len(values) && !math.IsInf(values[end], 0) && whole(v) && whole(values[end]) {
				slope = values[end] - v
			}
			for end < len(values) && values[end] == values[end-1]+slope {
				end++
			}
			words = append(words, evenly(v, slope, end-i-1))
		}
		i = end
	}
	return strings.Join(words, " ")
}

func whole(v float64) bool { return v == math.Trunc(v) && math.Abs(v) < 1<<53 }

// evenly formats a value that is followed by more values, each higher by the slope.
func evenly(v, slope float64, more int) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	switch {
	case more == 0:
		return text
	case slope == 0:
		return fmt.Sprintf("%sx%d", text, more)
	}
	return fmt.Sprintf("%s%+.0fx%d", text, slope, more)
}
