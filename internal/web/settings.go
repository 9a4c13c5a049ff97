package web

import (
	"net/http"
	"strings"
)

// settingsPage is the page /config.
type settingsPage struct {
	frame
	Lines []settingLine
}

// settingLine is a line of the configuration. Default means that the file does
// not set it.
type settingLine struct {
	Text, Note string
	Default    bool
}

// Config handles GET /config. yaml is the configuration in effect, with
// comments on the settings that the file does not set. It is sent as a page or,
// with ?format=yaml, unchanged.
func (p *Pages) Config(w http.ResponseWriter, r *http.Request, yaml string) {
	switch r.URL.Query().Get("format") {
	case "yaml":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(yaml))
	case "", "html":
		page := settingsPage{frame: p.frame(hereConfig, "Configuration", "./", freshnessOf(p.current())), Lines: settingLines(yaml)}
		p.writeHTML(w, http.StatusOK, "config.html", page)
	default:
		http.Error(w, "format must be html or yaml", http.StatusBadRequest)
	}
}

// settingLines splits the YAML into lines and parses the comments. A comment
// also applies to the lines below that are indented more.
func settingLines(yaml string) []settingLine {
	var lines []settingLine
	below, indent := settingLine{}, -1
	for _, text := range strings.Split(strings.TrimSuffix(yaml, "\n"), "\n") {
		line := settingLine{Text: text}
		depth := len(text) - len(strings.TrimLeft(text, " "))
		for _, note := range []string{"# default", "# inherited"} {
			if before, ok := strings.CutSuffix(text, " "+note); ok {
				line = settingLine{before, strings.TrimPrefix(note, "# "), true}
			}
		}
		switch {
		case line.Default:
			below, indent = line, depth
		case indent >= 0 && depth > indent:
			line.Default = below.Default
		default:
			indent = -1
		}
		lines = append(lines, line)
	}
	return lines
}
