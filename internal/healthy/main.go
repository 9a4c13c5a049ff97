// Command healthy records what Prometheus sees of five healthy pipelines in seven days.
// It writes the recording as a test of the alerting rules in which no alert may fire.
//
//	go run ./internal/healthy > examples/alerts_healthy_test.yml   (make healthy)
//
// It runs the complete exporter against the emulated providers, with a clock that
// advances by a minute between scrapes. The recording includes restarts, a gap in
// Prometheus and a provider outage.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
	step = time.Minute // between scrapes
)

func main() {
	if err := write(os.Stdout, pipelines(), week); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const head = `# Healthy pipelines over %s, recorded from the exporter against emulated providers. No alert may fire.
# A program writes this file. Change the program, then run:
#
#   make healthy
#   promtool test rules examples/alerts_healthy_test.yml
#
# Times count from the start of the test, which is 0 for promtool.

rule_files:
  - alerts.yml

evaluation_interval: 5m

tests:
`

// write records the pipelines and writes their tests.
func write(w io.Writer, all []pipeline, length time.Duration) error {
	recorded := make([]*recording, len(all))
	var group errgroup.Group
	for i := range all {
		group.Go(func() (err error) {
			if recorded[i], err = record(all[i], length); err != nil {
				err = fmt.Errorf("recording %s: %w", all[i].name, err)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	out := bufio.NewWriter(w)
	_, _ = fmt.Fprintf(out, head, days(length)) // Flush returns the error
	for i, each := range all {
		recorded[i].writeTest(out, each.name, length)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

func days(d time.Duration) string { return fmt.Sprintf("%.0f days", d.Hours()/24) }
