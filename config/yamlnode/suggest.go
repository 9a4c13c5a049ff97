package yamlnode

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/provider"
)

// Shown is a key as a message may show it: up to the first character that no key
// has, and not whole if it is long. Behind a forgotten colon stands the value, and
// that may be a secret, as may what stands in the place of the key.
func Shown(key string) string {
	end := strings.IndexFunc(key, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	if end < 0 {
		return provider.Shown(key)
	}
	return key[:min(end, provider.MaxShown)] + "..."
}

// remedy is what to write in place of an unknown key: where it belongs, the one
// that was probably meant, else one of those that are known, unless they are
// many.
func (d *Decoder) remedy(path string, key, value *yaml.Node, keys map[string]Setter) string {
	const most = 24
	if odd.MatchString(key.Value) {
		return "; it begins with a character that only looks like a space"
	}
	if d.Elsewhere != nil {
		if text := d.Elsewhere(path, key, value); text != "" {
			return text
		}
	}
	text := Suggestion(key.Value, keys)
	if text == "" && len(keys) > 0 && len(keys) <= most {
		text = "; known are: " + strings.Join(Sorted(keys), ", ")
	}
	return text
}

// Suggestion names the key that was probably meant, if one is near enough: of a
// short key more letters must be right. The beginning of a single key is, too.
func Suggestion[T any](key string, keys map[string]T) string {
	best, nearest := "", min(3, len(key)/2+1)
	for _, candidate := range slices.Sorted(maps.Keys(keys)) {
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

// beginning is the one key that begins with a word, if the word is long enough.
func beginning[T any](word string, keys map[string]T) string {
	const least = 5
	found := ""
	for candidate := range keys {
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

// distance is the Levenshtein distance in bytes. Keys longer than any of ours
// are not compared.
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
