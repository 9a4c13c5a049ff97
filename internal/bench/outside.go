package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// outsideRounds is how often a pair is measured. The two processes are measured
// alternately, so that both see the same machine.
const outsideRounds = 5

// wallEnough is the maximum duration of one measurement, not counting the last scrape.
const wallEnough = 6 * time.Second

// idleSeconds is how long an idle process is measured, after settleSeconds in which the
// garbage collector finishes.
const idleSeconds, settleSeconds = 20, 5

// outside measures whole processes and prints a table of the cases with matching names.
// It shows the exporter's CPU time per series relative to that of the other process, as
// the median of the rounds.
func outside(only *regexp.Regexp) (err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := filepath.Join(dir, "export_status_exporter")
	if output, err := exec.Command("go", "build", "-trimpath", "-o", binary, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("building the exporter: %w: %s", err, output)
	}
	fmt.Println("| exports | exporter, per scrape | other, per scrape | ratio | by series | target | peak memory |\n| --- | --: | --: | --: | --: | --: | --: |")
	for _, c := range outsideCases() {
		if !only.MatchString(c.what) {
			continue
		}
		if err := c.measure(binary, dir); err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
	}
	if !only.MatchString("idle") {
		return nil
	}
	return idle(binary, dir)
}

// idle measures a process that is not scraped.
func idle(binary, dir string) error {
	c := outsideCase{payload: "plain", accounts: 1000, exports: 1}
	source, err := role(roleProvider, "", c)
	if err != nil {
		return err
	}
	defer source.kill()
	this, err := c.exporter(binary, dir, source.address)
	if err != nil {
		return err
	}
	defer this.kill()
	if _, err := c.scrape(this.address, false); err != nil {
		return err
	}
	<-time.After(settleSeconds * time.Second)
	before := this.cpu()
	<-time.After(idleSeconds * time.Second)
	fmt.Printf("| idle, 1,000 accounts | %d ms in %d s | - | - | - | 0 | %d MiB |\n", (this.cpu() - before).Milliseconds(), idleSeconds, this.peak()>>20)
	return nil
}

// measure runs one comparison.
func (c outsideCase) measure(binary, dir string) error {
	source, err := role(roleProvider, "", c)
	if err != nil {
		return err
	}
	defer source.kill()
	this, err := c.exporter(binary, dir, source.address)
	if err != nil {
		return err
	}
	defer this.kill()
	body, err := c.scrape(this.address, false)
	if err != nil {
		return err
	}
	other, err := c.other(dir, source.address, body)
	if err != nil {
		return err
	}
	defer other.kill()
	otherBody, err := c.scrape(other.address, false)
	if err != nil {
		return err
	}
	series, otherSeries := seriesOf(body), seriesOf(otherBody)
	if least := c.accounts * c.exports; series < least || otherSeries < least {
		return fmt.Errorf("there are %d and %d series of %d exports", series, otherSeries, least)
	}

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
			break // more minutes would not change the median
		}
	}
	ratio := median(ratios)
	fmt.Printf("| %s | %.2f ms | %.2f ms | %.2f | **%.3f** | %s | %d of %d MiB, %.2f%s |\n", c.what, median(costs)*1e3, median(otherCosts)*1e3,
		ratio, ratio*float64(otherSeries)/float64(series), targetText("", c.target),
		this.peak()>>20, other.peak()>>20, float64(this.peak())/float64(other.peak()), targetText(", target ", c.memory))
	return nil
}

func targetText(before string, target float64) string {
	switch {
	case target > 0:
		return fmt.Sprintf("%s%.2f", before, target)
	case before == "":
		return "-"
	default:
		return ""
	}
}

// exporter starts the real binary with the case's accounts.
func (c outsideCase) exporter(binary, dir, source string) (*process, error) {
	interval := "1ms"
	if c.still {
		interval = "24h"
	}
	p, err := payloadOf(c.payload)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "refresh_interval: %s\nmax_reports: 100000\nmax_age: 100000h\naccounts:\n", interval)
	for i := range c.accounts {
		fmt.Fprintf(&b, "  - name: %s\n    %s: {base_url: \"http://%s\", "+p.settings+"}\n", accountName(i), p.kind, source, i)
	}
	file := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	command := exec.Command(binary, "--config.file", file, "--web.listen-address", address, "--log.level", "error")
	command.Stderr = os.Stderr
	started := &process{command: command, address: address}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting the exporter: %w", err)
	}
	return started, started.await()
}

// other starts the process that the exporter is compared with.
func (c outsideCase) other(dir, source string, body []byte) (*process, error) {
	if !c.still {
		return role(roleNaive, "http://"+source, c)
	}
	file := filepath.Join(dir, "floor.txt")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return nil, fmt.Errorf("the floor's bytes: %w", err)
	}
	return role(roleFloor, file, c)
}

// cost returns the CPU time of a process per scrape in seconds.
func (c outsideCase) cost(p *process) (float64, error) {
	const cpuEnough = 750 * time.Millisecond
	begin, cpu, count := time.Now(), p.cpu(), 0
	for count == 0 || p.cpu()-cpu < cpuEnough && time.Since(begin) < wallEnough {
		if _, err := c.scrape(p.address, true); err != nil {
			return 0, err
		}
		count++
	}
	return (p.cpu() - cpu).Seconds() / float64(count), nil
}

// scrape makes one request, with the case's Accept header or for plain text. It
// decompresses the answer.
func (c outsideCase) scrape(address string, asCase bool) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return nil, fmt.Errorf("making a request: %w", err)
	}
	if asCase && c.accept != "" {
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

// seriesOf returns the number of samples in an answer.
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
func role(name, target string, c outsideCase) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the program: %w", err)
	}
	command := exec.Command(self, "--role", name, "--target", target, "--payload", c.payload,
		"--reports", strconv.Itoa(c.exports), "--accounts", strconv.Itoa(c.accounts))
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
