package buildfiles

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// read returns a file of the project.
func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// readYAML decodes a file of the project, strictly where into says what may be there.
func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.NewDecoder(bytes.NewReader([]byte(read(t, path)))).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// makefile holds what the test needs of the Makefile: its variables, unexpanded,
// and its recipes.
type makefile struct {
	variables map[string]string
	recipes   map[string][]string
}

var (
	assignment = regexp.MustCompile(`^([A-Z]+) *[:?]?= *(.*)$`)
	target     = regexp.MustCompile(`^([a-z-]+):`)
	reference  = regexp.MustCompile(`\$\(([A-Z]+)\)`)
)

func parseMakefile(t *testing.T) makefile {
	t.Helper()
	m := makefile{variables: map[string]string{}, recipes: map[string][]string{}}
	current := ""
	for line := range strings.Lines(read(t, "Makefile")) {
		line = strings.TrimRight(line, "\n")
		if command, ok := strings.CutPrefix(line, "\t"); ok {
			m.recipes[current] = append(m.recipes[current], command)
		} else if found := assignment.FindStringSubmatch(line); found != nil {
			m.variables[found[1]] = found[2]
		} else if found := target.FindStringSubmatch(line); found != nil {
			current = found[1]
		}
	}
	return m
}

// expand replaces variables, but for those that hold the result of a command.
func (m makefile) expand(text string) string {
	for range 10 { // as deep as variables are nested, with room
		text = reference.ReplaceAllStringFunc(text, func(whole string) string {
			value, known := m.variables[whole[2:len(whole)-1]]
			if !known || strings.Contains(value, "$(shell") {
				return whole
			}
			return value
		})
	}
	return text
}
