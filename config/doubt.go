package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider/coinbase"
	"export_status_exporter/provider/kraken"
	"export_status_exporter/provider/krakenfutures"
	"export_status_exporter/secret"
)

// doubts returns a warning for each secret that is probably wrong. It names the
// setting, never the value.
func (a *Account) doubts() []string {
	var warnings []string
	values := a.Secrets.Values()
	block := a.Provider.Name()
	specs := a.Provider.Secrets()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text := ""
		if spec := specs[name]; !spec.Document && !spec.Public {
			text = secret.Doubt(values[name])
		}
		if text == "" && name == a.Provider.KeySecret() {
			text = otherProduct(block, values[name].Reveal())
		}
		if text == "" && !utf8.ValidString(values[name].Reveal()) {
			text = "is not UTF-8; save its file as UTF-8"
		}
		if text != "" {
			warnings = append(warnings, fmt.Sprintf("%s: %s", yamlnode.Join(block, name), text))
		}
	}
	return warnings
}

// product is a provider's product with a recognizable form of keys, and the
// blocks that accept them. Kraken's products share one form.
type product struct {
	name   string
	key    *regexp.Regexp
	blocks []string
}

var products = []product{
	{"Coinbase Exchange", regexp.MustCompile(`^[0-9a-f]{32}$`), []string{coinbase.Name}},
	{"Coinbase's developer platform (CDP)", regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`), nil},
	{"Kraken", regexp.MustCompile(`^[A-Za-z0-9+/]{56}$`), []string{kraken.Name, krakenfutures.Name}},
}

// otherProduct returns a warning if a key looks like that of a product which
// the block does not accept.
func otherProduct(block, key string) string {
	known := []string{coinbase.Name, kraken.Name, krakenfutures.Name}
	for _, each := range products {
		if slices.Contains(known, block) && each.key.MatchString(key) && !slices.Contains(each.blocks, block) {
			return fmt.Sprintf("looks like a key of %s, which this block's provider does not take", each.name)
		}
	}
	return ""
}
