package provider

import (
	"fmt"
	"slices"
	"strings"
)

// SettingError is a problem with one setting in a provider's block of the
// configuration. Package config adds the file, the line and the account.
type SettingError struct {
	// Setting is the key within the provider's block.
	Setting string
	// Problem describes what is wrong and how to fix it.
	Problem string
}

// Error implements the error interface.
func (e *SettingError) Error() string { return e.Setting + ": " + e.Problem }

// MaxShown is how many characters of an unknown word a message shows. It is enough to
// recognize a typo, but too little to leak a pasted token.
const MaxShown = 16

// Clip shortens an unknown word for use in a message.
func Clip(word string) string {
	characters := 0
	for i := range word {
		if characters++; characters > MaxShown {
			return word[:i] + "..."
		}
	}
	return word
}

// MaxExplicitIDs is the maximum length of a list of ids in the configuration. Every
// refresh makes one call for each id.
const MaxExplicitIDs = 100

// CheckIDs returns the problems of a list of report ids in the configuration. The valid
// function reports whether an id may be used in a path.
func CheckIDs(setting string, ids []string, valid func(string) bool) []*SettingError {
	if len(ids) > MaxExplicitIDs {
		return []*SettingError{{Setting: setting, Problem: fmt.Sprintf("holds %d ids, more than %d", len(ids), MaxExplicitIDs)}}
	}
	var problems []*SettingError
	add := func(format string, args ...any) {
		problems = append(problems, &SettingError{Setting: setting, Problem: fmt.Sprintf(format, args...)})
	}
	for i, id := range ids {
		if !valid(id) {
			add("id %d is not of the form [A-Za-z0-9_-]{1,64}", i+1)
		}
		if slices.Contains(ids[:i], id) {
			add("id %d is named twice", i+1)
		}
	}
	return problems
}

// CheckTypes returns the problems of a list of types in the configuration.
func CheckTypes(types []string) []*SettingError {
	if len(types) > MaxTypes {
		return []*SettingError{{Setting: "types", Problem: fmt.Sprintf("holds %d types, more than %d", len(types), MaxTypes)}}
	}
	var problems []*SettingError
	add := func(format string, args ...any) {
		problems = append(problems, &SettingError{Setting: "types", Problem: fmt.Sprintf(format, args...)})
	}
	for i, name := range types {
		if name == "" || name != TypeName(name) {
			add("type %d is empty, too long or holds control characters", i+1)
		}
		if slices.Contains(types[:i], name) {
			add("%q is named twice", Clip(name))
		}
	}
	return problems
}

// CheckWords returns the problems of a list in the configuration whose words must be
// among the known ones. The unknown parameter says what any other word is.
func CheckWords(setting string, words, known []string, unknown string) []*SettingError {
	var problems []*SettingError
	add := func(word, problem string) {
		problems = append(problems, &SettingError{Setting: setting, Problem: fmt.Sprintf("%q %s", Clip(word), problem)})
	}
	for i, word := range words {
		if !slices.Contains(known, word) {
			add(word, unknown)
		}
		if slices.Contains(words[:i], word) {
			add(word, "is named twice")
		}
	}
	return problems
}

// UndocumentedTypes returns a warning for each type that the provider does not
// document, because a misspelled type would silently match nothing. Case is ignored, as
// in NewList.
func UndocumentedTypes(types, documented []string) []string {
	var warnings []string
	for _, name := range types {
		if !slices.ContainsFunc(documented, func(each string) bool { return strings.EqualFold(each, name) }) {
			warnings = append(warnings, fmt.Sprintf("types: %q is not a type that the provider documents", Clip(name)))
		}
	}
	return warnings
}
