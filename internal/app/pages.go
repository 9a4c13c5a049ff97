package app

import (
	"net/http"
	"sync"

	"export_status_exporter/config"
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
		text, err := a.masked.text(a.fleet.Current().Config)
		if err != nil {
			http.Error(w, "the configuration cannot be shown", http.StatusInternalServerError)
			return
		}
		pages.Config(w, r, text)
	}
}

// masked caches the masked text of the configuration in effect. Rendering it
// costs time and memory for each account, and anybody who reaches the port can
// request it.
type masked struct {
	mu   sync.Mutex
	of   *config.Config
	last string
}

func (m *masked) text(c *config.Config) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of == c {
		return m.last, nil
	}
	text, err := c.Masked()
	if err == nil {
		m.of, m.last = c, text
	}
	return text, err
}
