package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
)

// latency is the response time of the slow provider.
const latency = 200 * time.Millisecond

// slow runs the whole program with accounts of a slow provider, scraped by several
// scrapers concurrently. The result's Calls are those of one round.
func slow(accounts, scrapers int) (_ result, err error) {
	emulated := sandbox.New(sandbox.Options{KeepRequests: 10})
	if err := emulated.Start(); err != nil {
		return result{}, fmt.Errorf("starting the provider: %w", err)
	}
	defer func() { err = errors.Join(err, emulated.Close()) }()
	emulated.SetFault(sandbox.CoinbaseExchange, sandbox.Fault{Kind: sandbox.FaultLatency, Delay: latency})
	var text strings.Builder
	text.WriteString("refresh_interval: 1ms\naccounts:\n")
	for i := range accounts {
		a := emulated.AddAccount(sandbox.CoinbaseExchange, fmt.Sprintf("account-%d", i))
		text.WriteString(a.Block(a.Credentials(), ""))
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return result{}, fmt.Errorf("temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return result{}, fmt.Errorf("configuration: %w", err)
	}
	program, err := start(file)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, program.Stop(context.Background())) }()

	count := int64(0)
	measured, err := rounds(func() error {
		before := emulated.Count(sandbox.CoinbaseExchange)
		if err := scrapeAtOnce(program.Addr(), scrapers); err != nil {
			return err
		}
		count = emulated.Count(sandbox.CoinbaseExchange) - before
		return nil
	})
	measured.Calls = count
	return measured, err
}

// start runs the program with its default settings.
func start(file string) (*app.App, error) {
	loggers, err := app.NewLoggers(io.Discard, "error", "logfmt", time.Now)
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	program, err := app.New(app.Options{
		ConfigFile:    file,
		TimeoutOffset: 500 * time.Millisecond, MaxRequests: 40,
		Settings: fleet.Settings{MaxRefreshes: app.DefaultMaxRefreshes, MaxRefreshesPerHost: app.DefaultMaxRefreshesPerHost},
		Loggers:  loggers, Version: "bench",
	})
	if err != nil {
		return nil, fmt.Errorf("starting: %w", err)
	}
	if err := program.Listen(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting: %w", err), program.Stop(context.Background()))
	}
	program.Serve()
	return program, nil
}

// scrapeAtOnce makes concurrent scrapes.
func scrapeAtOnce(address string, scrapers int) error {
	results := make([]error, scrapers)
	var wait sync.WaitGroup
	for i := range scrapers {
		wait.Go(func() {
			request, err := http.NewRequest(http.MethodGet, "http://"+address+"/metrics", nil)
			if err != nil {
				results[i] = err
				return
			}
			answer, err := (&http.Client{}).Do(request)
			if err != nil {
				results[i] = err
				return
			}
			_, err = io.Copy(io.Discard, answer.Body)
			results[i] = errors.Join(err, answer.Body.Close())
		})
	}
	wait.Wait()
	return errors.Join(results...)
}
