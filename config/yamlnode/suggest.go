package yamlnode

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/provider"
)

// Shown returns a key in a form that is safe for messages: shortened, and only
// up to the first character that no key has. If a colon is missing, the key
// includes the value, which may be a secret.
func Shown(key string) string {
	end := strings.IndexFunc(key, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	if end < 0 {
		return provider.Clip(key)
	}
	return key[:min(end, provider.MaxShown)] + "..."
}

// remedy returns a hint for an unknown key: where it belongs, else the key that
// was probably meant, else the known keys unless there are many.
func (d *Decoder) remedy(path string, key, value *yaml.Node, keys map[string]Setter) string {
	const most = 24
	if odd.MatchString(key.Value) {
		return "; it begins with a character that looks like a space but is not one"
	}
	if d.Elsewhere != nil {
		if text := d.Elsewhere(path, key, value); text != "" {
			return text
		}
	}
	known := Sorted(keys)
	text := Suggestion(key.Value, known)
	if text == "" && len(known) > 0 && len(known) <= most {
		text = "; known are: " + strings.Join(known, ", ")
	}
	return text
}

// Suggestion returns a hint with the key that was probably meant, empty if none
// is similar. Short keys need a closer match. The beginning of exactly one key
// matches too.
func Suggestion(key string, keys []string) string {
	best, nearest := "", min(3, len(key)/2+1)
	for _, candidate := range slices.Sorted(slices.Values(keys)) {
		if d := distance(key, candidate); d < nearest {
			best, nearest = candidate, d
		}
	}
	if best == "" {
		best = beginning(key, keys)
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// beginning returns the only key that begins with a word, empty if there are
// several or the word is too short.
func beginning(word string, keys []string) string {
	const least = 5
	found := ""
	for _, candidate := range keys {
		if len(word) < least || !strings.HasPrefix(candidate, word) {
			continue
		}
		if found != "" {
			return ""
		}
		found = candidate
	}
	return found
}

// distance returns the Levenshtein distance in bytes. It does not compare keys
// that are longer than any valid one.
func distance(a, b string) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
