package cli

import (
	"slices"
	"strings"
	"text/template"

	"github.com/alecthomas/kingpin/v2"
)

// helpTemplate is the text of --help: all flags, in groups.
const helpTemplate = `usage: {{.App.Name}} [<flags>]

{{.App.Help | Wrap 0}}
{{range groups .Context.Flags}}{{.Title}}:
{{rows .Flags | FormatTwoColumns}}
{{end}}`

// group is a titled group of flags in --help.
type group struct {
	Title string
	Flags []*kingpin.FlagModel
}

// groups sorts flags into groups by the first part of their names. A flag
// without such a part selects a mode.
func groups(flags []*kingpin.FlagModel) []group {
	parts := []string{"", "config", "web", "refresh", "log"}
	all := []group{{Title: "Modes"}, {Title: "Configuration"}, {Title: "Web"}, {Title: "Refreshes"}, {Title: "Log"}}
	for _, flag := range flags {
		if flag.Hidden {
			continue
		}
		part, _, _ := strings.Cut(flag.Name, ".")
		if strings.HasSuffix(part, "shards") || part == "shard" {
			part = "refresh"
		}
		at := max(slices.Index(parts, part), 0)
		all[at].Flags = append(all[at].Flags, flag)
	}
	return all
}

// rows returns the two columns of --help: the flag with its placeholder, and
// its help with the default.
func rows(flags []*kingpin.FlagModel) [][2]string {
	all := make([][2]string, 0, len(flags))
	for _, flag := range flags {
		left := "    --" + flag.Name
		if flag.Short != 0 {
			left = "-" + string(flag.Short) + ", --" + flag.Name
		}
		if !flag.IsBoolFlag() {
			left += "=" + flag.PlaceHolder
		}
		right := flag.Help
		if fallback := strings.Join(flag.Default, " "); fallback != "" && fallback != "false" {
			right = strings.TrimSuffix(right, ".") + " (default " + fallback + ")."
		}
		all = append(all, [2]string{left, right})
	}
	return all
}

func helpFuncs() template.FuncMap { return template.FuncMap{"groups": groups, "rows": rows} }
