package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/go-kit/log/level"

	"export_status_exporter/config"
)

// load reads the configuration and puts it into effect.
func (a *App) load() error {
	fresh, err := a.parse()
	if err != nil {
		return err
	}
	if err := a.fleet.Load(fresh); err != nil {
		return err
	}
	a.process.ReloadSuccessful.Set(1)
	a.process.ReloadTime.Set(float64(a.options.Now().UnixMilli()) / 1000)
	noted := make(map[string]bool, len(fresh.Notes))
	for _, text := range fresh.Notes {
		noted[text] = true
		if a.demo == nil && !a.noted[text] { // the demo's definition has no real API behind it
			_ = level.Info(a.options.Loggers.Kit).Log("msg", "note about an API definition", "note", text)
		}
	}
	a.noted = noted
	for _, warning := range fresh.Warnings {
		_ = level.Warn(a.options.Loggers.Kit).Log("msg", "configuration warning", "line", warning.Line, "warning", warning.Text)
	}
	return nil
}

// logged logs each problem of a configuration on its own line. It returns a
// summary as the error.
func (a *App) logged(err error) error {
	var wrong *config.Error
	if !errors.As(err, &wrong) {
		return err
	}
	for _, problem := range wrong.Problems {
		_ = level.Error(a.options.Loggers.Kit).Log("msg", "configuration is wrong", "file", cmp.Or(problem.File, wrong.File), "line", problem.Line, "setting", problem.Path, "problem", problem.Text)
	}
	if wrong.More > 0 {
		return fmt.Errorf("%s has %d problems, the first %d are logged, one per line", wrong.File, len(wrong.Problems)+wrong.More, len(wrong.Problems))
	}
	return fmt.Errorf("%s has problems: %d, logged one per line", wrong.File, len(wrong.Problems))
}

// parse reads the configuration file, or the demo's configuration, and keeps
// only the accounts selected by --account.
func (a *App) parse() (fresh *config.Config, err error) {
	if a.demo != nil {
		fresh, err = config.Parse(a.demo.DemoConfig(), "demo")
	} else {
		fresh, err = config.Load(context.Background(), a.files, a.options.ConfigFile)
	}
	if errors.Is(err, fs.ErrNotExist) && a.fleet.Current() == nil {
		return nil, fmt.Errorf("%w; set --config.file, or try --demo", err)
	}
	if err != nil {
		return nil, err
	}
	return fresh, fresh.Only(a.options.Accounts)
}
