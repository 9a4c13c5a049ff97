package main

import (
	"context"
	"encoding/json"
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

// clock is a clock that advances only when it is set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// record runs a pipeline for the given time and returns the scraped samples.
func record(p pipeline, length time.Duration) (_ *recording, err error) {
	time := &clock{now: start()}
	providers := sandbox.New(sandbox.Options{Now: time.Now, KeepRequests: 1})
	if p.api != nil {
		providers.Define(*p.api)
	}
	if err := providers.Start(); err != nil {
		return nil, fmt.Errorf("starting the providers: %w", err)
	}
	defer func() { err = errors.Join(err, providers.Close()) }()
	account := providers.AddAccount(p.provider, "account")
	account.SetReportsFunc(p.lists)
	dir, err := os.MkdirTemp("", "healthy")
	if err != nil {
		return nil, fmt.Errorf("making a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(file, []byte(config(p, providers.URL(p.provider), account.Credentials())), 0o600); err != nil {
		return nil, fmt.Errorf("writing the configuration: %w", err)
	}
	r := &run{clock: time, file: file, client: &http.Client{Transport: &http.Transport{}}, recording: newRecording(length)}
	defer func() {
		r.client.CloseIdleConnections()
		err = errors.Join(err, r.stop())
	}()
	return r.recording, r.through(length, func() {
		outage := happenings().outage
		if now := time.Now(); now.Equal(outage.from) {
			account.SetFault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: http.StatusServiceUnavailable})
		} else if now.Equal(outage.until) {
			account.ClearFault()
		}
		if p.credits != nil {
			account.SetCredits(p.credits(time.Now()))
		}
	})
}

// config returns the exporter's configuration for the pipeline.
func config(p pipeline, address string, c sandbox.Credentials) string {
	text := ""
	if p.api != nil {
		text = definition
	}
	text += "accounts:\n  - name: account\n"
	for _, setting := range p.settings {
		text += "    " + setting + "\n"
	}
	text += "    " + string(p.provider) + ":\n"
	for key, value := range map[string]string{
		"base_url": address, "api_key": c.Key, "api_secret": c.Secret, "passphrase": c.Passphrase, "token": c.Token,
	} {
		if value != "" {
			quoted, _ := json.Marshal(value) // a string cannot fail
			text += "      " + key + ": " + string(quoted) + "\n"
		}
	}
	return text
}

// run is an exporter that is scraped once a minute.
type run struct {
	clock     *clock
	file      string
	client    *http.Client
	recording *recording
	app       *app.App // nil while it is down
}

// through scrapes once a minute from the start on. It calls tell before each scrape, to
// update the providers.
func (r *run) through(length time.Duration, tell func()) error {
	what := happenings()
	for at := start(); !at.After(start().Add(length)); at = at.Add(step) {
		r.clock.set(at)
		tell()
		if what.down(at) != (r.app == nil) {
			if err := r.toggle(); err != nil {
				return err
			}
		}
		if what.gap.has(at) {
			r.recording.skip()
			continue
		}
		if r.app == nil {
			r.recording.add(map[string]float64{up: 0})
			continue
		}
		samples, err := r.scrape()
		if err != nil {
			return fmt.Errorf("scraping at %s: %w", at, err)
		}
		r.recording.add(samples)
	}
	return nil
}

// toggle starts or stops the exporter.
func (r *run) toggle() error {
	if r.app != nil {
		return r.stop()
	}
	loggers, err := app.NewLoggers(io.Discard, "error", "logfmt", r.clock.Now)
	if err != nil {
		return fmt.Errorf("making the log: %w", err)
	}
	program, err := app.New(app.Options{
		ConfigFile: r.file, MaxRequests: 10, Loggers: loggers, Version: "healthy",
		Settings: fleet.Settings{
			MaxRefreshes: 10, Now: r.clock.Now,
			// The longest waits, so that an outage has the strongest effect.
			Rand:  func() float64 { return 0.999 },
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		},
	})
	if err != nil {
		return fmt.Errorf("making the exporter: %w", err)
	}
	r.app = program
	if err := program.Listen(); err != nil {
		return errors.Join(fmt.Errorf("starting the exporter: %w", err), r.stop())
	}
	program.Serve()
	return nil
}

func (r *run) stop() error {
	if r.app == nil {
		return nil
	}
	r.client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	program := r.app
	r.app = nil
	if err := program.Stop(ctx); err != nil {
		return fmt.Errorf("stopping the exporter: %w", err)
	}
	return nil
}

func (r *run) scrape() (map[string]float64, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+r.app.Addr()+"/metrics", nil)
	if err != nil {
		return nil, fmt.Errorf("asking: %w", err)
	}
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "240")
	answer, err := r.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %w", answer.StatusCode, err)
	}
	return parse(string(body), start())
}

// parse returns the samples of the metrics that the rules use. Timestamps are relative
// to the start.
func parse(body string, start time.Time) (map[string]float64, error) {
	samples := map[string]float64{up: 1}
	for line := range strings.Lines(body) {
		series, text, ok := cutLast(strings.TrimSpace(line), " ")
		name, _, labelled := strings.Cut(series, "{")
		if !ok || strings.HasPrefix(line, "#") || !labelled || !named(name) {
			continue
		}
		var value float64
		if _, err := fmt.Sscan(text, &value); err != nil {
			return nil, fmt.Errorf("reading %s: %w", line, err)
		}
		if strings.HasSuffix(name, "_timestamp_seconds") {
			value -= float64(start.Unix())
		}
		samples[series] = value
	}
	return samples, nil
}

func cutLast(text, by string) (before, after string, ok bool) {
	at := strings.LastIndex(text, by)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(by):], true
}
