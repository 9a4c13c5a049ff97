package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/human"
)

// Warning is about something that is allowed but probably not intended.
type Warning struct {
	// Line is the line in the configuration file, 0 if it has none.
	Line int
	Text string
}

// String implements fmt.Stringer.
func (w Warning) String() string { return w.Text }

// maxWarnings is the maximum number of warnings listed.
const maxWarnings = 100

// warnings returns the warnings about the accounts that could be decoded. Only
// a valid configuration shows whether its expectations match anything.
func (d *decoder) warnings(c *Config, file string, valid bool) []Warning {
	var list []Warning
	found := 0
	warn := func(line func() int, name, text string) {
		if found++; found <= maxWarnings {
			list = append(list, Warning{line(), human.Printable(name + text)})
		}
	}
	if valid {
		line, _ := d.Line("expect")
		for _, text := range c.expectDoubts() {
			warn(func() int { return line }, "", text)
		}
	}
	inline := newInlineSecrets(d.ctx, d.files, file)
	for _, account := range d.told {
		texts := slices.Concat(account.Provider.Warnings(), account.doubts())
		if valid {
			texts = append(texts, account.expectDoubts(c.Expect)...)
		}
		for _, text := range append(texts, account.exposures(d.ctx, d.files)...) {
			warn(func() int { return d.lineOf(account, text) }, "account "+account.Name+": ", text)
		}
		inline.add(account)
	}
	if first, text := inline.warning(); text != "" {
		warn(func() int { return d.lineOf(first, text) }, "", text)
	}
	if found > maxWarnings {
		list = append(list, Warning{Text: fmt.Sprintf("and %d more warnings", found-maxWarnings)})
	}
	return list
}

// leadingSetting matches the setting at the beginning of a warning.
var leadingSetting = regexp.MustCompile(`^(account [^:]*: )?([a-z0-9_.]+)`)

// lineOf returns the line of the setting that a warning begins with, else that
// of the account.
func (d *decoder) lineOf(account *Account, text string) int {
	at := d.places[account]
	if match := leadingSetting.FindStringSubmatch(text); match != nil {
		setting := strings.TrimSuffix(match[2], ".")
		for _, path := range []string{at.path, yamlnode.Join(at.path, account.Provider.Name())} {
			if line := d.secretLine(path, setting, 0); line > 0 {
				return line
			}
		}
	}
	return at.line
}
