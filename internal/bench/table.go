package main

import (
	"fmt"
	"os"
	"text/tabwriter"
	"time"
)

// table measures all scenarios and prints one line per target.
func table() error {
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer func() { _ = out.Flush() }()
	_, _ = fmt.Fprintln(out, "what\ttarget\tmeasured\tdetails")
	line := func(what, target, measured, details string, values ...any) {
		_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", what, target, measured, fmt.Sprintf(details, values...))
	}

	fastCycle, slowCycle, err := pair("cycle", "cycle-naive", 10000)
	if err != nil {
		return err
	}
	line("whole cycle at 10,000 reports, CPU", "<= 0.15 of naive", ratio(fastCycle.CPU, slowCycle.CPU), "%s against %s", fastCycle.CPU, slowCycle.CPU)

	fastGzip, slowGzip, err := pair("scrape-gzip", "naive-gzip", 10000)
	if err != nil {
		return err
	}
	line("scrape of unchanged snapshots at 10,000 reports, gzip, CPU", "<= 0.10 of naive", ratio(fastGzip.CPU, slowGzip.CPU), "%s against %s", fastGzip.CPU, slowGzip.CPU)

	plain, floor, err := pair("scrape", "floor", 10000)
	if err != nil {
		return err
	}
	line("the same against the floor, the same bytes ready-made", "-", ratio(fastGzip.CPU, floor.CPU), "%s against %s", fastGzip.CPU, floor.CPU)
	line("the same without compression", "-", ratio(plain.CPU, slowGzip.CPU), "%s", plain.CPU)

	if err := perReport(line); err != nil {
		return err
	}
	fastPeak, slowPeak, err := pair("cycle", "cycle-naive", 100000)
	if err != nil {
		return err
	}
	line("peak memory at 100,000 reports", "<= 0.4 of naive", fmt.Sprintf("%.2f", float64(fastPeak.Peak)/float64(slowPeak.Peak)),
		"%d MiB against %d MiB", fastPeak.Peak>>20, slowPeak.Peak>>20)
	few, err := child("allocations", 10)
	if err != nil {
		return err
	}
	many, err := child("allocations", 10000)
	if err != nil {
		return err
	}
	line("allocations of a scrape of unchanged snapshots", "do not grow", fmt.Sprintf("%+d", many.Calls-few.Calls), "%d for 10 reports, %d for 10,000", few.Calls, many.Calls)
	return slowProviders(line)
}

// perReport compares the CPU time per report for fleets of all sizes.
func perReport(line func(what, target, measured, details string, values ...any)) error {
	var least, most time.Duration
	details := ""
	for _, n := range []int{100, 1000, 10000, 100000} {
		measured, err := child("cycle", n)
		if err != nil {
			return err
		}
		each := measured.CPU / time.Duration(n)
		details += fmt.Sprintf("%d: %s  ", n, each)
		if least == 0 || each < least {
			least = each
		}
		most = max(most, each)
	}
	line("CPU per report of a whole cycle, 100 to 100,000 reports", "within 1.3", ratio(most, least), "%s", details)
	return nil
}

func slowProviders(line func(what, target, measured, details string, values ...any)) error {
	one, err := child("slow-one", 0)
	if err != nil {
		return err
	}
	many, err := child("slow-32", 0)
	if err != nil {
		return err
	}
	line("32 accounts of 200 ms latency, one scrape, wall", "<= 1.15 of one", ratio(many.Wall, one.Wall), "%s against %s, %d calls", many.Wall, one.Wall, many.Calls)
	crowd, err := child("slow-32-by-8", 0)
	if err != nil {
		return err
	}
	line("the same, 8 scrapers at once", "32 calls, <= 1.3", ratio(crowd.Wall, latency), "%s, %d calls", crowd.Wall, crowd.Calls)
	fleet, err := child("slow-1000", 0)
	if err != nil {
		return err
	}
	line("1,000 accounts of 200 ms, one scrape, default settings", "<= 3 s", fleet.Wall.Round(time.Millisecond).String(), "%d calls", fleet.Calls)
	return nil
}

// pair measures two scenarios, one after the other.
func pair(first, second string, reports int) (a, b result, err error) {
	if a, err = child(first, reports); err == nil {
		b, err = child(second, reports)
	}
	return a, b, err
}

func ratio(a, b time.Duration) string { return fmt.Sprintf("%.3f", float64(a)/float64(b)) }
