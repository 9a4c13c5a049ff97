package app

import (
	"net/http"

	"export_status_exporter/internal/web"
)

// pages returns the HTML pages. They show the current views and start no
// refresh.
func (a *App) pages() *web.Pages {
	return web.New(func() web.Fleet {
		now := a.options.Now()
		return web.Fleet{Now: now, Accounts: a.fleet.Current().Views(now)}
	}, web.Info{Version: a.options.Version, Profiles: a.options.EnablePprof})
}

// serveConfig shows the configuration in effect, with all secrets masked.
func (a *App) serveConfig(pages *web.Pages) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text, err := a.fleet.Current().Masked()
		if err != nil {
			http.Error(w, "the configuration cannot be shown", http.StatusInternalServerError)
			return
		}
		pages.Config(w, r, text)
	}
}
