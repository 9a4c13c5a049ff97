package parsers

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	victoria "github.com/VictoriaMetrics/VictoriaMetrics/lib/protoparser/prometheus"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// Accept headers of scrapers.
const (
	text        = "text/plain;version=0.0.4"
	textUTF8    = "text/plain;version=1.0.0;escaping=allow-utf-8"
	openMetrics = "application/openmetrics-text;version=1.0.0"
	olderOpen   = "application/openmetrics-text;version=0.0.1"
	protobuf    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

// python runs prometheus_client, which Debian packages for its Python, and returns the
// number of samples.
func python(script, body string) (int, error) {
	command := exec.Command("/usr/bin/python3", script)
	command.Stdin = strings.NewReader(body)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(problems.String()), "\n")
		return 0, fmt.Errorf("%w: %s", err, lines[len(lines)-1])
	}
	return strconv.Atoi(strings.TrimSpace(string(output)))
}

// prometheus parses an answer with Prometheus's parser and returns the sorted series.
func prometheus(body []byte, contentType string) ([]string, error) {
	table := labels.NewSymbolTable()
	parser, err := textparse.New(body, contentType, table, textparse.ParserOptions{KeepClassicOnClassicAndNativeHistograms: true, OpenMetricsSkipSTSeries: true})
	if err != nil {
		return nil, err
	}
	var all []string
	for {
		entry, err := parser.Next()
		switch {
		case errors.Is(err, io.EOF):
			slices.Sort(all)
			return all, nil
		case err != nil:
			return nil, err
		case entry == textparse.EntrySeries:
			var series labels.Labels
			parser.Labels(&series)
			all = append(all, series.String())
		}
	}
}

// victoriaMetrics parses an answer with VictoriaMetrics's parser and returns the number
// of samples.
func victoriaMetrics(body string) (int, error) {
	var rows victoria.Rows
	var problems []error
	rows.UnmarshalWithErrLogger(body, func(text string) { problems = append(problems, errors.New(text)) })
	return len(rows.Rows), errors.Join(problems...)
}

// demo runs the program with its emulated providers and returns its address.
func demo(t *testing.T, arguments ...string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "export_status_exporter")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	command := exec.Command(binary, append(arguments, "--demo", "--web.listen-address=127.0.0.1:0", "--log.format=json")...)
	log, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = command.Process.Kill(), command.Wait() })
	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if _, rest, ok := strings.Cut(line, `"address":"http://`); ok {
			go func() { _, _ = io.Copy(io.Discard, lines) }()
			address, _, _ := strings.Cut(rest, `/"`)
			return address
		}
	}
}

// get returns the body and the content type of an answer.
func get(t *testing.T, url, accept string) (body []byte, contentType string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, answer.Status, err)
	}
	return body, answer.Header.Get("Content-Type")
}

// check parses one answer with every parser that supports its format.
func check(t *testing.T, body []byte, contentType string) (series []string) {
	t.Helper()
	series, err := prometheus(body, contentType)
	if err != nil || len(series) < 20 {
		t.Errorf("Prometheus reads %d series: %v", len(series), err)
	}
	if strings.Contains(contentType, "protobuf") {
		return series
	}
	script := "text.py"
	if strings.Contains(contentType, "openmetrics") {
		script = "openmetrics.py"
	}
	samples, err := python(script, string(body))
	if err != nil || samples < len(series) {
		t.Errorf("prometheus_client reads %d samples of %d: %v", samples, len(series), err)
	}
	rows, err := victoriaMetrics(string(body))
	if err != nil || rows != samples {
		t.Errorf("VictoriaMetrics reads %d samples of %d: %v", rows, samples, err)
	}
	return series
}

// TestParsers checks that strict parsers read every endpoint in every format, and find
// the same series in each format.
func TestParsers(t *testing.T) {
	for _, arguments := range [][]string{nil, {"--web.created-samples"}} {
		address := demo(t, arguments...)
		get(t, "http://"+address+"/metrics", text) // after this, every account has reports
		for _, path := range []string{"/metrics", "/metrics/exporter", "/probe?account=treasury&account=fund"} {
			var first []string
			for _, accept := range []string{text, textUTF8, openMetrics, olderOpen, protobuf} {
				t.Run(path+" "+accept+strings.Join(arguments, ""), func(t *testing.T) {
					body, contentType := get(t, "http://"+address+path, accept)
					if kind, _, _ := strings.Cut(accept, ";"); !strings.HasPrefix(contentType, kind) {
						t.Errorf("it is %s", contentType)
					}
					var exports []string
					for _, series := range check(t, body, contentType) {
						// In protobuf, histograms are native.
						if strings.Contains(series, `__name__="export_`) && !strings.Contains(series, "_duration_seconds_") {
							exports = append(exports, series)
						}
					}
					if first == nil {
						first = exports
					}
					if !slices.Equal(first, exports) {
						t.Errorf("%d series, and %d in text", len(exports), len(first))
					}
				})
			}
		}
	}
}

// TestParsersAreStrict checks that the parsers reject invalid answers.
func TestParsersAreStrict(t *testing.T) {
	for _, wrong := range []string{
		"# TYPE a gauge\na 1\n", // without the end marker
		"# TYPE a counter\na_total 1\n# TYPE a gauge\na 1\n# EOF\n",
		"# TYPE a counter\na 1\n# EOF\n",
	} {
		if samples, err := python("openmetrics.py", wrong); err == nil {
			t.Errorf("prometheus_client reads %d samples of %q", samples, wrong)
		}
	}
	if series, err := prometheus([]byte("# TYPE a gauge\na{b=1} 1\n"), text); err == nil {
		t.Errorf("Prometheus reads %q", series)
	}
	if rows, err := victoriaMetrics("a{b=\"1} 1\n"); err == nil {
		t.Errorf("VictoriaMetrics reads %d rows", rows)
	}
	if series, err := prometheus(bytes.Repeat([]byte{9}, 20), protobuf); err == nil {
		t.Errorf("Prometheus reads %q", series)
	}
}

func TestMain(m *testing.M) {
	if _, err := os.Stat("/usr/bin/python3"); err != nil {
		fmt.Fprintln(os.Stderr, "it takes Debian's python3-prometheus-client:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
