package app

import (
	"net/http"

	"export_status_exporter/internal/web"
)

// pages are what a person looks at. They show what is there and ask nobody.
func (a *App) pages() *web.Pages {
	return web.New(func() web.Fleet {
		now := a.options.Now()
		return web.Fleet{Now: now, Accounts: a.fleet.Current().Views(now)}
	}, web.Info{Version: a.options.Version, Profiles: a.options.EnablePprof})
}

// serveConfig shows the configuration in force, with every secret masked.
func (a *App) serveConfig(pages *web.Pages) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text, err := a.fleet.Current().Config.Masked()
		if err != nil {
			http.Error(w, "the configuration could not be written", http.StatusInternalServerError)
			return
		}
		pages.Config(w, r, text)
	}
}
