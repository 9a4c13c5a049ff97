package provider

import (
	"fmt"
	"slices"
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

// MaxExplicitIDs bounds a list of ids in the configuration: each is a call of
// its own in every refresh.
const MaxExplicitIDs = 100

// CheckIDs returns what is wrong with a list of report ids in the
// configuration. Valid says whether an id can stand in a path.
func CheckIDs(setting string, ids []string, valid func(string) bool) []*SettingError {
	var problems []*SettingError
	add := func(format string, args ...any) {
		problems = append(problems, &SettingError{Setting: setting, Problem: fmt.Sprintf(format, args...)})
	}
	if len(ids) > MaxExplicitIDs {
		add("holds %d ids, more than %d", len(ids), MaxExplicitIDs)
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

// CheckTypes returns what is wrong with a list of types in the configuration.
func CheckTypes(types []string) []*SettingError {
	var problems []*SettingError
	add := func(format string, args ...any) {
		problems = append(problems, &SettingError{Setting: "types", Problem: fmt.Sprintf(format, args...)})
	}
	if len(types) > MaxTypes {
		add("holds %d types, more than %d", len(types), MaxTypes)
	}
	for i, name := range types {
		if name == "" || name != TypeName(name) {
			add("type %d is empty, too long or holds control characters", i+1)
		}
		if slices.Contains(types[:i], name) {
			add("%q is named twice", name)
		}
	}
	return problems
}

// UndocumentedTypes returns a warning for each type that the provider does not
// document: a typo would silently match nothing.
func UndocumentedTypes(types, documented []string) []string {
	var warnings []string
	for _, name := range types {
		if !slices.Contains(documented, name) {
			warnings = append(warnings, fmt.Sprintf("types: %q is not a type that the provider documents", name))
		}
	}
	return warnings
}
