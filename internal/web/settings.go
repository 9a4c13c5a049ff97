package web

import (
	"net/http"
	"strings"
)

// settingsPage is /config.
type settingsPage struct {
	frame
	Lines []settingLine
}

// settingLine is a line of the configuration. Default says that nobody wrote it.
type settingLine struct {
	Text, Note string
	Default    bool
}

// Config answers GET /config with a configuration, as YAML in which comments tell
// what nobody set: as a page or, with ?format=yaml, as it is.
func (p *Pages) Config(w http.ResponseWriter, r *http.Request, yaml string) {
	switch r.URL.Query().Get("format") {
	case "yaml":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(yaml))
	case "", "html":
		page := settingsPage{frame: p.frame(hereConfig, "Configuration", "./", ageOf(p.current())), Lines: settingLines(yaml)}
		p.writeHTML(w, http.StatusOK, "config.html", page)
	default:
		http.Error(w, "format must be html or yaml", http.StatusBadRequest)
	}
}

// settingLines reads the comments. What is indented further than a line with one
// belongs to it.
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
