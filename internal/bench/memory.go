package main

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"export_status_exporter/provider"
)

// memoryCase is a worst case for the memory limits in the chart or the systemd unit.
type memoryCase struct {
	what     string
	accounts int
	kind     string   // the accounts' provider
	answers  []string // of the provider, in turn
	formats  int      // number of formats that scrapers request
	name     string   // precedes the accounts' names
	unread   int      // number of clients that read nothing, in each round and format
	limit    string
}

// The values of GOMEMLIMIT in the chart and the systemd unit.
const (
	chartLimit = "230MiB"
	unitLimit  = "400MiB"
)

func memoryCases() []memoryCase {
	colons := `{"error":["E` + strings.Repeat(":", 8<<20-1<<10) + `"]}`
	listed := manyItems(`{"id":"data_export_%012d","type":"transactions","status":"completed","file_type":"csv","start_date":"2026-01-01","end_date":"2026-01-31","created_at":"2026-01-31T00:00:00Z","completed_at":"2026-01-31T00:01:00Z","total_rows":1000,"rows_processed":1000,"credit_cost":5}`, 1000)
	small := manyItems(`{"id":"id-%d","status":"completed"}`, 100_000)
	changing := []string{manyItems(`{"id":"id-%d","status":"completed"}`, 4000), manyItems(`{"id":"other-%d","status":"completed"}`, 4000)}
	name := strings.Repeat("n", 50)
	return []memoryCase{
		{"8 MiB of colons as an error, 20 accounts", 20, "kraken", []string{colons}, 3, "", 0, chartLimit},
		{"100,000 small exports, 20 accounts", 20, "onlyfansapi", []string{small}, 3, "", 0, chartLimit},
		{"1,000 listed exports, 20 accounts", 20, "onlyfansapi", []string{listed}, 3, "", 0, chartLimit},
		{"1,000 listed exports, 20 accounts, clients that read nothing", 20, "onlyfansapi", []string{listed}, 3, "", 20, chartLimit},
		{"1,000 of the longest, 20 accounts", 20, "onlyfansapi", []string{longestItems(1000)}, 3, name, 0, chartLimit},
		{"1,000 of the longest, 20 accounts, clients that read nothing", 20, "onlyfansapi", []string{longestItems(1000)}, 3, name, 20, chartLimit},
		{"4,000 small exports that all change, 20 accounts", 20, "onlyfansapi", changing, 3, "", 0, chartLimit},
		{"4,000 small exports that all change, 20 accounts, clients that read nothing", 20, "onlyfansapi", changing, 3, "", 20, chartLimit},
		{"100,000 small exports, 20 accounts", 20, "onlyfansapi", []string{small}, 3, "", 0, unitLimit},
		{"1,000 listed exports, 50 accounts", 50, "onlyfansapi", []string{listed}, 3, "", 0, unitLimit},
		{"1,000 of the longest, 40 accounts, clients that read nothing", 40, "onlyfansapi", []string{longestItems(1000)}, 3, name, 20, unitLimit},
	}
}

// longestItems returns exports whose texts are as long as labels may be, and cannot be
// compressed well.
func longestItems(n int) string {
	text := func(bytes int) string {
		random := make([]byte, bytes)
		_, _ = rand.Read(random) // never fails
		return base64.RawURLEncoding.EncodeToString(random)[:bytes]
	}
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%q,"type":%q,"status":%q,"file_type":%q,"start_date":"2026-01-01","end_date":"2026-01-31",`+
			`"created_at":"2026-01-31T00:00:00Z","completed_at":"2026-01-31T00:01:00Z","total_rows":%d,"rows_processed":7,"credit_cost":5,"failed_downloads":1}`,
			text(provider.MaxReportIDBytes), text(provider.MaxTypeBytes), text(provider.MaxStatusWordBytes), text(provider.MaxFormatBytes), i)
	}
	b.WriteString(`]}`)
	return b.String()
}

func manyItems(item string, n int) string {
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, item, i)
	}
	b.WriteString(`]}`)
	return b.String()
}

// memoryTable prints the peak memory of the process in each worst case, as reported by
// the operating system.
func memoryTable() (err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := filepath.Join(dir, "export_status_exporter")
	if output, err := exec.Command("go", "build", "-trimpath", "-o", binary, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("building the exporter: %w: %s", err, output)
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, "answers\tGOMEMLIMIT\tpeak memory")
	for _, c := range memoryCases() {
		peak, err := c.measure(binary, dir)
		if err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
		_, _ = fmt.Fprintf(out, "%s\t%s\t%d MiB\n", c.what, c.limit, peak>>20)
		_ = out.Flush()
	}
	return nil
}

func pack(text string) ([]byte, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, text); err != nil {
		return nil, fmt.Errorf("packing: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("packing: %w", err)
	}
	return packed.Bytes(), nil
}

// measure runs one case: three rounds of scrapes, each with a refresh.
func (c memoryCase) measure(binary, dir string) (peak int64, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("listening: %w", err)
	}
	packed := make([][]byte, len(c.answers))
	for i, answer := range c.answers {
		if packed[i], err = pack(answer); err != nil {
			return 0, err
		}
	}
	var calls atomic.Int64
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed[int(calls.Add(1))%len(packed)])
	})}
	go func() { _ = server.Serve(listener) }() // until the listener is closed
	defer func() { err = errors.Join(err, server.Close()) }()
	p, err := c.exporter(binary, dir, listener.Addr().String())
	if err != nil {
		return 0, err
	}
	defer p.kill()
	accepts := []string{"text/plain", "application/openmetrics-text;version=1.0.0", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"}
	for range 3 {
		for _, accept := range accepts[:c.formats] {
			for i := range c.unread {
				path := []string{"/metrics", "/metrics", "/exports", "/exports?format=json"}[i/2%4]
				connection, err := askOnly(p.address, path, accept, i%2 == 0)
				if err != nil {
					return 0, err
				}
				defer func() { _ = connection.Close() }()
			}
			for _, packed := range []bool{false, true} {
				if _, err := (outsideCase{accept: accept, gzip: packed}).scrape(p.address, true); err != nil && c.unread == 0 {
					return 0, err
				}
			}
		}
	}
	return p.peak(), nil
}

// askOnly requests the metrics or a page and reads nothing.
func askOnly(address, path, accept string, packed bool) (net.Conn, error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	encoding := "identity"
	if packed {
		encoding = "gzip"
	}
	if _, err := fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: bench\r\nAccept: %s\r\nAccept-Encoding: %s\r\n\r\n", path, accept, encoding); err != nil {
		return nil, errors.Join(fmt.Errorf("requesting: %w", err), connection.Close())
	}
	return connection, nil
}

func (c memoryCase) exporter(binary, dir, source string) (*process, error) {
	var b strings.Builder
	b.WriteString("refresh_interval: 1ms\ntimeout: 4s\nmax_age: 100000h\naccounts:\n")
	for i := range c.accounts {
		credentials := fmt.Sprintf("token: token-%d", i)
		if c.kind == "kraken" {
			credentials = fmt.Sprintf("api_key: key-%d, api_secret: c2VjcmV0LW9mLXRoZS1iZW5jaC1vZi10aGUtbWVtb3J5", i)
		}
		fmt.Fprintf(&b, "  - name: %s\n    %s: {base_url: \"http://%s\", %s}\n", c.name+accountName(i), c.kind, source, credentials)
	}
	file := filepath.Join(dir, "memory.yml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	command := exec.Command(binary, "--config.file="+file, "--web.listen-address="+address, "--log.level=error")
	command.Env = append(os.Environ(), "GOMEMLIMIT="+c.limit)
	p := &process{command: command, address: address}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting the exporter: %w", err)
	}
	return p, p.await()
}
