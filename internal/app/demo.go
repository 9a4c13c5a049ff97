package app

import (
	"context"
	"fmt"

	"export_status_exporter/internal/sandbox"
)

// startDemo starts the emulated providers: the four in code, and one that is
// asked by a definition. Their configuration goes
// through the ordinary loader.
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
