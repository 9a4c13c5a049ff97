package cli

import (
	"slices"
	"strings"
	"text/template"

	"github.com/alecthomas/kingpin/v2"
)

// helpTemplate is what --help prints: every flag, in groups.
const helpTemplate = `usage: {{.App.Name}} [<flags>]

{{.App.Help | Wrap 0}}
{{range groups .Context.Flags}}{{.Title}}:
{{rows .Flags | FormatTwoColumns}}
{{end}}`

// group is the flags that stand together in --help.
type group struct {
	Title string
	Flags []*kingpin.FlagModel
}

// groups puts flags into groups by the first part of their names. A flag
// without one is about what the program does.
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

// rows are the two columns of --help: a flag with the form of its value, and
// what it means, with its default.
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
