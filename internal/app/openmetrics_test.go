package app_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rig"
)

// suffixes are the suffixes of a type's samples, and so the names that a family
// reserves.
var suffixes = map[string][]string{
	"gauge": {""}, "counter": {"_total", "_created"}, "unknown": {""}, "info": {"_info"}, "stateset": {""},
	"histogram": {"_bucket", "_count", "_sum", "_created"}, "summary": {"", "_count", "_sum", "_created"},
}

var (
	familyLine = regexp.MustCompile(`^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$`)
	sampleLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)( \S+)?( # \{.*\} \S+( \S+)?)?$`)
	pairOf     = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"(,|$)`)
)

// strict parses OpenMetrics as strict parsers do.
type strict struct {
	family, kind string
	told         []string          // of the family: HELP, TYPE, UNIT
	begun        bool              // the family has samples
	owners       map[string]string // name of a sample to the family that has it
	families     map[string]bool
	series       map[string]bool
}

func parseStrictly(text string) (families int, err error) {
	body, ok := strings.CutSuffix(text, "# EOF\n")
	if !ok {
		return 0, fmt.Errorf("no EOF at the end")
	}
	s := &strict{owners: map[string]string{}, families: map[string]bool{}, series: map[string]bool{}}
	for number, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
		read := s.sample
		if strings.HasPrefix(line, "#") {
			read = s.describe
		}
		if err := read(line); err != nil {
			return 0, fmt.Errorf("line %d, %q: %w", number+1, line, err)
		}
	}
	return len(s.families), nil
}

func (s *strict) describe(line string) error {
	parts := familyLine.FindStringSubmatch(line)
	if parts == nil {
		return fmt.Errorf("is no description")
	}
	word, name, rest := parts[1], parts[2], parts[3]
	if name != s.family || s.begun {
		if s.families[name] {
			return fmt.Errorf("the family stands twice")
		}
		*s = strict{family: name, kind: "unknown", owners: s.owners, families: s.families, series: s.series}
		s.families[name] = true
	}
	if slices.Contains(s.told, word) {
		return fmt.Errorf("%s stands twice", word)
	}
	s.told = append(s.told, word)
	switch word {
	case "TYPE":
		if suffixes[rest] == nil {
			return fmt.Errorf("unknown type")
		}
		s.kind = rest
		// A family owns its bare name, too.
		for _, suffix := range append([]string{""}, suffixes[rest]...) {
			if owner := s.owners[name+suffix]; owner != "" && owner != name {
				return fmt.Errorf("the name %s%s is that of %s", name, suffix, owner)
			}
			s.owners[name+suffix] = name
		}
	case "UNIT":
		if rest != "" && !strings.HasSuffix(name, "_"+rest) {
			return fmt.Errorf("the name does not end in the unit")
		}
	case "HELP":
		if regexp.MustCompile(`\\[^\\n"]|\\$`).MatchString(strings.ReplaceAll(rest, `\\`, "")) {
			return fmt.Errorf("wrong escape")
		}
	}
	return nil
}

func (s *strict) sample(line string) error {
	parts := sampleLine.FindStringSubmatch(line)
	if parts == nil {
		return fmt.Errorf("is no sample")
	}
	suffix, ok := strings.CutPrefix(parts[1], s.family)
	if !ok || !slices.Contains(suffixes[s.kind], suffix) {
		return fmt.Errorf("does not belong to %s %s", s.kind, s.family)
	}
	s.begun = true
	var labels []string
	for _, pair := range pairOf.FindAllStringSubmatch(parts[2], -1) {
		labels = append(labels, pair[1]+"="+pair[2])
		if slices.ContainsFunc(labels[:len(labels)-1], func(l string) bool { return strings.HasPrefix(l, pair[1]+"=") }) {
			return fmt.Errorf("label %s stands twice", pair[1])
		}
	}
	slices.Sort(labels)
	key := parts[1] + "{" + strings.Join(labels, ",") + "}"
	if s.series[key] {
		return fmt.Errorf("the series stands twice")
	}
	s.series[key] = true
	value, err := strconv.ParseFloat(parts[3], 64)
	if err != nil || strings.ContainsAny(parts[3], "xX_") {
		return fmt.Errorf("wrong value")
	}
	if (s.kind == "counter" || suffix == "_bucket" || suffix == "_count") && !(value >= 0) { // NaN is none
		return fmt.Errorf("a count below 0")
	}
	if parts[5] != "" && suffix != "_total" && suffix != "_bucket" {
		return fmt.Errorf("an exemplar where none may be")
	}
	return nil
}

// TestStrictParserIsStrict: it rejects what strict parsers reject.
func TestStrictParserIsStrict(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"# TYPE a gauge\na 1\n": "no EOF",
		"# TYPE a gauge\na 1\n# TYPE a counter\na_total 1\n# EOF\n":             "the family stands twice",
		"# TYPE a gauge\na 1\n# TYPE a_total gauge\na_total 1\n# EOF\n":         "",
		"# TYPE a counter\na_total 1\n# TYPE a_total gauge\na_total 1\n# EOF\n": "is that of a",
		"# TYPE a_count gauge\na_count 1\n# TYPE a summary\na_count 1\n# EOF\n": "is that of a_count",
		"# TYPE a counter\na 1\n# EOF\n":                                        "does not belong",
		"# TYPE a gauge\na 1\n# HELP a late\n# EOF\n":                           "the family stands twice",
		"# TYPE a gauge\n# TYPE a gauge\na 1\n# EOF\n":                          "TYPE stands twice",
		"# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n":                        "the unit",
		"# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n# EOF\n":                         "label b stands twice",
		"# TYPE a gauge\na{b=\"1\",c=\"2\"} 1\na{c=\"2\",b=\"1\"} 1\n# EOF\n":   "the series stands twice",
		"# TYPE a gauge\na{b=\"\\x\"} 1\n# EOF\n":                               "no sample",
		"# TYPE a gauge\na one\n# EOF\n":                                        "wrong value",
		"# TYPE a counter\na_total -1\n# EOF\n":                                 "below 0",
		"# TYPE a gauge\na 1 # {b=\"1\"} 1\n# EOF\n":                            "an exemplar",
		"# TYPE a counter\na_total 1 # {b=\"1\"} 1\na_created 1\n# EOF\n":       "",
		"# HELP a b\n# TYPE a gauge\n\na 1\n# EOF\n":                            "no sample",
	} {
		_, err := parseStrictly(text)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestEveryFormatParses reads every endpoint in every format strictly.
func TestEveryFormatParses(t *testing.T) {
	t.Parallel()
	for _, created := range []bool{false, true} {
		r := rig.TwoAccounts(t, func(o *app.Options) { o.CreatedSamples = created })
		r.Scrape()
		for _, path := range []string{"/metrics", "/metrics/exporter", "/probe?account=fund&account=agency"} {
			for _, version := range []string{"0.0.1", "1.0.0"} {
				_, body := r.Request(http.MethodGet, path, http.Header{"Accept": {"application/openmetrics-text;version=" + version}})
				families, err := parseStrictly(body)
				if err != nil || families < 10 {
					t.Errorf("%s, OpenMetrics %s: %d families, %v", path, version, families, err)
				}
			}
			for _, accept := range []string{
				"", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
				"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
				"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=compact-text",
			} {
				status, body := r.Request(http.MethodGet, path, http.Header{"Accept": {accept}})
				if status != http.StatusOK || strings.Contains(body, `go_memstats_alloc_bytes"`) || strings.Contains(body, "\ngo_memstats_alloc_bytes ") {
					t.Errorf("%s as %q: %d, or it has the gauge whose name clashes", path, accept, status)
				}
				if accept == "" {
					rig.Parse(t, body)
				}
			}
		}
	}
}
