package provider

import (
	"fmt"
	"slices"
	"strings"
)

// SettingError is what is wrong with one setting of a provider's block in the
// configuration. Config adds the file, the line and the account.
type SettingError struct {
	// Setting is the key inside the provider's block.
	Setting string
	// Problem says what is wrong and what would be right.
	Problem string
}

// Error implements error.
func (e *SettingError) Error() string { return e.Setting + ": " + e.Problem }

// MaxShown is how many characters of an unknown word a message shows: enough to
// see what was meant, and not enough of a token that was pasted there.
const MaxShown = 16

// Shown is an unknown word as a message may show it.
func Shown(word string) string {
	shown := 0
	for i := range word {
		if shown++; shown > MaxShown {
			return word[:i] + "..."
		}
	}
	return word
}

// MaxExplicitIDs bounds a list of ids in the configuration: each is a call of
// its own in every refresh.
const MaxExplicitIDs = 100

// CheckIDs returns what is wrong with a list of report ids in the
// configuration. Valid says whether an id can stand in a path.
func CheckIDs(setting string, ids []string, valid func(string) bool) []*SettingError {
	if len(ids) > MaxExplicitIDs {
		return []*SettingError{{Setting: setting, Problem: fmt.Sprintf("holds %d ids, more than %d", len(ids), MaxExplicitIDs)}}
	}
	var problems []*SettingError
	add := func(format string, args ...any) {
		problems = append(problems, &SettingError{Setting: setting, Problem: fmt.Sprintf(format, args...)})
	}
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		if !valid(id) {
			add("id %d is not of the form [A-Za-z0-9_-]{1,64}", i+1)
		}
		if seen[id] {
			add("id %d is named twice", i+1)
		}
		seen[id] = true
	}
	return problems
}

// CheckTypes returns what is wrong with a list of types in the configuration.
func CheckTypes(types []string) []*SettingError {
	if len(types) > MaxTypes {
		return []*SettingError{{Setting: "types", Problem: fmt.Sprintf("holds %d types, more than %d", len(types), MaxTypes)}}
	}
	var problems []*SettingError
	add := func(format string, args ...any) {
		problems = append(problems, &SettingError{Setting: "types", Problem: fmt.Sprintf(format, args...)})
	}
	seen := make(map[string]bool, len(types))
	for i, name := range types {
		if name == "" || name != TypeName(name) {
			add("type %d is empty, too long or holds control characters", i+1)
		}
		if seen[name] {
			add("%q is named twice", Shown(name))
		}
		seen[name] = true
	}
	return problems
}

// UndocumentedTypes returns a warning for each type that the provider does not
// document: a typo would silently match nothing. Case does not matter, as in
// NewList.
func UndocumentedTypes(types, documented []string) []string {
	var warnings []string
	for _, name := range types {
		if !slices.ContainsFunc(documented, func(each string) bool { return strings.EqualFold(each, name) }) {
			warnings = append(warnings, fmt.Sprintf("types: %q is not a type that the provider documents", Shown(name)))
		}
	}
	return warnings
}
