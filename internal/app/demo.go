package app

import (
	"context"
	"fmt"
	"time"

	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
)

// startDemo starts the emulated providers: the four in code, and one that is
// asked by a definition. Their configuration goes through the ordinary loader.
func (a *App) startDemo() error {
	a.demo = sandbox.New(sandbox.Options{Now: a.options.Now})
	a.demo.Define(sandbox.StripeAPI())
	a.demo.SeedDemo()
	if err := a.demo.Start(); err != nil {
		return fmt.Errorf("starting the demo's providers: %w", err)
	}
	a.undo = append(a.undo, func(context.Context) error {
		if err := a.demo.Close(); err != nil {
			return fmt.Errorf("stopping the demo's providers: %w", err)
		}
		return nil
	})
	return nil
}

// demoInterval is how often the demo is scraped, at least.
const demoInterval = 5 * time.Second

// watchDemo asks the demo's providers as a Prometheus would, so that its pages
// move while a person looks at them. In all other programs only scrapes ask.
func (a *App) watchDemo() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for first := true; ctx.Err() == nil; first = false {
			fleet.Refresh(ctx, a.fleet.Current().Members, a.options.Now())
			if address := a.URL(); first && address != "" && a.options.DemoReady != nil {
				a.options.DemoReady(address)
			}
			if a.options.Pause(ctx, demoInterval) != nil {
				return
			}
		}
	}()
	a.undo = append(a.undo, func(context.Context) error {
		cancel()
		<-done
		return nil
	})
}
