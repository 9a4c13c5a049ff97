package app

import (
	"context"
	"fmt"
	"time"

	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
)

// startDemo starts the emulated providers: the four that are implemented in
// code, and one with an API definition. The demo's configuration goes through
// the ordinary loader.
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

// demoInterval is the interval at which the demo refreshes itself.
const demoInterval = 5 * time.Second

// watchDemo refreshes the demo at an interval, as Prometheus would, so its
// pages change while a person looks at them. Without --demo, only scrapes start
// refreshes.
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
			if a.options.Sleep(ctx, demoInterval) != nil {
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
