// Command soak puts load and faults on the whole program and checks that its
// promises hold: many accounts at four emulated providers, many scrapers, faults
// that come and go at random, and reloads meanwhile. Everything happens in one
// process on loopback, and ends by itself. It exits with 1 and the list of what
// was broken, else with one line of numbers.
//
//	go run ./internal/soak --duration 60s --accounts 1000 --scrapers 16
package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(arguments []string, out, problems io.Writer) int {
	cli := kingpin.New("soak", "Puts load and faults on the whole program and checks its promises. Loopback only.")
	var o options
	cli.Flag("duration", "How long load and faults last; the warm-up is its first quarter.").Default("60s").DurationVar(&o.duration)
	cli.Flag("accounts", "How many accounts, over the four providers.").Default("1000").IntVar(&o.accounts)
	cli.Flag("scrapers", "How many scrape at once.").Default("16").IntVar(&o.scrapers)
	cli.Flag("pause", "The longest pause of a scraper between two scrapes.").Default("2s").DurationVar(&o.pause)
	cli.Flag("timeout", "The timeout of a refresh in the configuration.").Default("10s").DurationVar(&o.timeout)
	cli.Flag("seed", "Repeats the choices of another run; 0 takes a new one.").Default("0").Uint64Var(&o.seed)
	if _, err := cli.Parse(arguments); err != nil {
		_, _ = fmt.Fprintln(problems, "soak:", err)
		return 2
	}
	if o.seed == 0 {
		o.seed = rand.Uint64()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	_, _ = fmt.Fprintf(out, "soak: %d accounts, %d scrapers, %s, seed %d\n", o.accounts, o.scrapers, o.duration, o.seed)
	result, err := soak(ctx, o)
	if err != nil {
		_, _ = fmt.Fprintln(problems, "soak:", err)
		return 1
	}
	for _, text := range result.broken {
		_, _ = fmt.Fprintln(out, "BROKEN", text)
	}
	_, _ = fmt.Fprintln(out, result)
	if len(result.broken) > 0 {
		return 1
	}
	return 0
}
