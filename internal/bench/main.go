// Bench measures the cost of a scrape, compared with what most exporters do (constant
// metrics in a registry) and with the lower bound (writing the same bytes prepared in
// advance). It prints ratios from a single run. Every scenario runs in a separate
// process, to separate its CPU time and memory.
//
// Without a flag, it measures whole processes from outside: the real binary, a real
// naive exporter and a server of ready-made bytes. CPU time and memory are those
// reported by the operating system.
//
// With --memory, it measures the memory of the process in the worst cases that
// docs/operations.md describes.
//
// usage: go run ./internal/bench [--only REGEXP | --inside | --memory]
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// result is the cost of a scenario.
type result struct {
	// CPU is the user and system time of one round, and Wall the elapsed time.
	CPU, Wall time.Duration
	// Calls is the number of requests to the providers.
	Calls int64
	// Peak is the maximum resident memory of the process in bytes.
	Peak int64
}

func main() {
	cli := kingpin.New("bench", "Measures what a scrape costs.")
	scenario := cli.Flag("scenario", "Run one scenario and print its result as JSON.").String()
	inside := cli.Flag("inside", "Measure in one process, to explain the figures from outside.").Bool()
	memory := cli.Flag("memory", "Measure peak memory in the worst cases.").Bool()
	only := cli.Flag("only", "Measure only the cases whose names match, from outside.").Default("").Regexp()
	role := cli.Flag("role", "Serve as a part of a measurement from outside.").Hidden().String()
	target := cli.Flag("target", "What the role works on.").Hidden().String()
	named := cli.Flag("payload", "What the role's provider answers.").Hidden().Default("plain").String()
	accounts := cli.Flag("accounts", "Accounts of the role.").Hidden().Default("1").Int()
	reports := cli.Flag("reports", "Reports in the scenario.").Default("10000").Int()
	kingpin.MustParse(cli.Parse(os.Args[1:]))
	var err error
	switch {
	case *role != "":
		err = play(*role, *target, *named, *reports, *accounts)
	case *memory:
		err = memoryTable()
	case *scenario == "" && !*inside:
		err = outside(*only)
	default:
		err = run(*scenario, *reports)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(scenario string, reports int) error {
	if scenario == "" {
		return table()
	}
	measure, ok := scenarios()[scenario]
	if !ok {
		return fmt.Errorf("no scenario %q", scenario)
	}
	measured, err := measure(reports)
	if err != nil {
		return fmt.Errorf("%s: %w", scenario, err)
	}
	return json.NewEncoder(os.Stdout).Encode(measured)
}

// child runs a scenario in a separate process.
func child(scenario string, reports int) (result, error) {
	self, err := os.Executable()
	if err != nil {
		return result{}, fmt.Errorf("finding the program: %w", err)
	}
	command := exec.Command(self, "--scenario", scenario, "--reports", strconv.Itoa(reports))
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return result{}, fmt.Errorf("%s with %d reports: %w", scenario, reports, err)
	}
	var measured result
	if err := json.Unmarshal(output, &measured); err != nil {
		return result{}, fmt.Errorf("%s: %w", scenario, err)
	}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		measured.Peak = usage.Maxrss << 10 // Linux reports KiB
	}
	return measured, nil
}

// rounds runs f for at least three rounds and two seconds, after a warm-up round, and
// returns the mean cost of a round.
func rounds(f func() error) (result, error) {
	if err := f(); err != nil {
		return result{}, err
	}
	const least, enough = 3, 2 * time.Second
	begin, cpu := time.Now(), cpuTime()
	count := 0
	for count < least || time.Since(begin) < enough {
		if err := f(); err != nil {
			return result{}, err
		}
		count++
	}
	return result{
		CPU:  (cpuTime() - cpu) / time.Duration(count),
		Wall: time.Since(begin) / time.Duration(count),
	}, nil
}

// cpuTime returns the CPU time that the process has used.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
