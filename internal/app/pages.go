package app

import (
	"net/http"
	"sync"

	"export_status_exporter/config"
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
		text, err := a.masked.text(a.fleet.Current().Config)
		if err != nil {
			http.Error(w, "the configuration could not be written", http.StatusInternalServerError)
			return
		}
		pages.Config(w, r, text)
	}
}

// masked keeps the text of the configuration in force. To make it takes time and
// memory for each account, and whoever reaches the port may ask for it.
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
