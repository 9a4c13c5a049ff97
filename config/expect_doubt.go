package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"export_status_exporter/provider"
)

// expectDoubts returns a warning for each type in the account's own
// expectations that none of its exports can have. Such a typo would silently
// match nothing.
func (a *Account) expectDoubts(general *provider.Expect) []string {
	if a.Expect == general || len(a.Expect.Types) == 0 {
		return nil
	}
	sources := a.reporting()
	names := make([]string, len(sources))
	for i, source := range sources {
		names[i] = source.Name()
	}
	var doubts []string
	for _, written := range unmatched(a.Expect.Types, sources) {
		doubts = append(doubts, fmt.Sprintf("expect.types: %q matches no export of this account, whose sources are: %s", provider.Clip(written), strings.Join(names, ", ")))
	}
	return doubts
}

// expectDoubts returns a warning for each type in the general expectations that
// no account's exports can have.
func (c *Config) expectDoubts() []string {
	left := maps.Clone(c.Expect.Types)
	for _, account := range c.Accounts {
		if len(left) == 0 {
			return nil
		}
		sources := account.reporting()
		maps.DeleteFunc(left, func(key provider.TypeKey, _ provider.NamedOverride) bool { return matches(key, sources) })
	}
	var doubts []string
	for _, written := range unmatched(left, nil) {
		doubts = append(doubts, fmt.Sprintf("expect.types: %q matches no export of any account", provider.Clip(written)))
	}
	return doubts
}

// reporting returns the account's sources that have reports, for inspection
// only.
func (a *Account) reporting() []provider.Source {
	all := a.Provider.Sources(provider.Deps{BaseURL: a.Connection.BaseURL.URL}, a.Secrets, nil)
	return slices.DeleteFunc(all, func(source provider.Source) bool {
		_, reportless := source.(provider.Reportless)
		return reportless
	})
}

// unmatched returns the keys that match none of the sources, as written in the
// file and sorted.
func unmatched(types expectedTypes, sources []provider.Source) []string {
	var left []string
	for key, named := range types {
		if !matches(key, sources) {
			left = append(left, named.Key)
		}
	}
	slices.Sort(left)
	return left
}

// matches reports whether one of the sources may have reports of the type.
func matches(key provider.TypeKey, sources []provider.Source) bool {
	return slices.ContainsFunc(sources, func(source provider.Source) bool {
		if key.Source != "" && key.Source != strings.ToLower(source.Name()) {
			return false
		}
		types := source.Types()
		return len(types) == 0 || slices.ContainsFunc(types, func(kind string) bool { return strings.ToLower(kind) == key.Type })
	})
}
