package main

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
	"text/tabwriter"
	"time"
)

// outsideRounds is how often a pair is measured. Between two measurements of
// one process the other is measured, so that both meet the same machine.
const outsideRounds = 5

// wallEnough is how long one measurement takes at most, beyond one scrape.
const wallEnough = 6 * time.Second

// outsideCase is one comparison of whole processes.
type outsideCase struct {
	what              string
	accounts, exports int
	unchanged         bool // snapshots are not refreshed, and the other is the floor
	accept            string
	gzip              bool
	target            float64
}

func outsideCases() []outsideCase {
	const openMetrics = "application/openmetrics-text;version=1.0.0"
	return []outsideCase{
		{what: "4 accounts x 25", accounts: 4, exports: 25, target: 0.25},
		{what: "1 account x 100", accounts: 1, exports: 100, target: 0.25},
		{what: "1,000", accounts: 1, exports: 1000, target: 0.12},
		{what: "1,000, OpenMetrics, gzip", accounts: 1, exports: 1000, accept: openMetrics, gzip: true},
		{what: "10,000", accounts: 1, exports: 10000, target: 0.08},
		{what: "100,000 in 10 accounts", accounts: 10, exports: 10000, target: 0.08},
		{what: "1,000 accounts x 10", accounts: 1000, exports: 10},
		{what: "unchanged, 1,000, gzip, against the floor", accounts: 1, exports: 1000, unchanged: true, gzip: true, target: 1.1},
	}
}

// outside measures whole processes from outside and prints a table: the CPU time
// of the exporter, for each series, as a part of the other's, by the median of
// the rounds.
func outside() (err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := filepath.Join(dir, "export_status_exporter")
	if output, err := exec.Command("go", "build", "-trimpath", "-o", binary, ".").CombinedOutput(); err != nil { //nolint:gosec,noctx // It ends.
		return fmt.Errorf("building the exporter: %w: %s", err, output)
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, "exports\tthis, a scrape\tother, a scrape\tratio\tratio by series\ttarget\tpeak memory")
	for _, c := range outsideCases() {
		if err := c.measure(out, binary, dir); err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
		_ = out.Flush()
	}
	return nil
}

// measure runs one comparison.
func (c outsideCase) measure(out io.Writer, binary, dir string) error {
	source, err := role(roleProvider, "", c.exports, c.accounts)
	if err != nil {
		return err
	}
	defer source.kill()
	this, err := c.exporter(binary, dir, source.address)
	if err != nil {
		return err
	}
	defer this.kill()
	body, err := c.scrape(this.address)
	if err != nil {
		return err
	}
	other, err := c.other(dir, source.address, body)
	if err != nil {
		return err
	}
	defer other.kill()
	otherBody, err := c.scrape(other.address)
	if err != nil {
		return err
	}
	bySeries := float64(seriesOf(otherBody)) / float64(seriesOf(body))

	var ratios, costs, otherCosts []float64
	for range outsideRounds {
		mine, err := c.cost(this)
		if err != nil {
			return err
		}
		others, err := c.cost(other)
		if err != nil {
			return err
		}
		ratios, costs, otherCosts = append(ratios, mine/others), append(costs, mine), append(otherCosts, others)
		if others > wallEnough.Seconds() && len(ratios) == 3 {
			break // minutes more would not move the median
		}
	}
	target := "-"
	if c.target > 0 {
		target = fmt.Sprintf("%.2f", c.target)
	}
	_, _ = fmt.Fprintf(out, "%s\t%.2f ms\t%.2f ms\t%.2f\t%.2f\t%s\t%d of %d MiB\n", c.what, median(costs)*1e3, median(otherCosts)*1e3,
		median(ratios), median(ratios)*bySeries, target, this.peak()>>20, other.peak()>>20)
	return nil
}

// exporter starts the real binary over the accounts.
func (c outsideCase) exporter(binary, dir, source string) (*process, error) {
	interval := "1ms"
	if c.unchanged {
		interval = "24h"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "refresh_interval: %s\nmax_reports: 100000\nmax_age: 100000h\naccounts:\n", interval)
	for i := range c.accounts {
		fmt.Fprintf(&b, "  - name: %s\n    onlyfansapi: {base_url: \"http://%s\", token: token-%d}\n", accountName(i), source, i)
	}
	file := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	command := exec.Command(binary, "--config.file", file, "--web.listen-address", address, "--log.level", "error") //nolint:gosec,noctx // It is killed.
	p := &process{command: command, address: address}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting the exporter: %w", err)
	}
	return p, p.await()
}

// other starts what the exporter is compared with.
func (c outsideCase) other(dir, source string, body []byte) (*process, error) {
	if !c.unchanged {
		return role(roleNaive, "http://"+source, c.exports, c.accounts)
	}
	file := filepath.Join(dir, "floor.txt")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return nil, fmt.Errorf("the floor's bytes: %w", err)
	}
	return role(roleFloor, file, c.exports, c.accounts)
}

// cost is the CPU time of a process for one scrape, in seconds.
func (c outsideCase) cost(p *process) (float64, error) {
	const cpuEnough = 750 * time.Millisecond
	begin, cpu, count := time.Now(), p.cpu(), 0
	for count == 0 || p.cpu()-cpu < cpuEnough && time.Since(begin) < wallEnough {
		if _, err := c.scrape(p.address); err != nil {
			return 0, err
		}
		count++
	}
	return (p.cpu() - cpu).Seconds() / float64(count), nil
}

// scrape asks once, and returns the answer's bytes uncompressed only if they
// came so.
func (c outsideCase) scrape(address string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, "http://"+address+"/metrics", nil) //nolint:noctx // The other side's deadline ends it.
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	if c.accept != "" {
		request.Header.Set("Accept", c.accept)
	}
	transport := &http.Transport{DisableCompression: !c.gzip}
	defer transport.CloseIdleConnections()
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, fmt.Errorf("scraping: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("scraping: HTTP %d, %w", answer.StatusCode, err)
	}
	return body.Bytes(), nil
}

// seriesOf counts the samples of an answer.
func seriesOf(body []byte) int {
	count := 0
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if line := lines.Bytes(); len(line) > 0 && line[0] != '#' {
			count++
		}
	}
	return max(count, 1)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// role starts this program in a role.
func role(name, target string, exports, accounts int) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the program: %w", err)
	}
	command := exec.Command(self, "--role", name, "--target", target, "--reports", strconv.Itoa(exports), "--accounts", strconv.Itoa(accounts)) //nolint:gosec,noctx // It is killed.
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the %s: %w", name, err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting the %s: %w", name, err)
	}
	p := &process{command: command}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		p.kill()
		return nil, fmt.Errorf("starting the %s: %w", name, err)
	}
	p.address = strings.TrimSpace(line)
	return p, nil
}
