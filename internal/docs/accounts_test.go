package main

import (
	"crypto/rand"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"export_status_exporter/config"
)

// random returns a value that is valid for any secret setting.
func random() string {
	key := make([]byte, 64)
	_, _ = rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// kinds returns the provider blocks that are implemented in code.
func kinds(*testing.T) []string { return config.Kinds() }

// account parses an account of a provider, with its secrets and the given settings.
func account(t *testing.T, kind string, more ...string) (*config.Config, error) {
	t.Helper()
	value := random()
	lines := []string{"accounts:", "  - name: a", "    " + kind + ":"}
	for _, name := range secrets(t, kind) {
		lines = append(lines, "      "+name+": "+value)
	}
	for _, each := range more {
		lines = append(lines, "      "+each)
	}
	return config.Parse([]byte(strings.Join(lines, "\n")), "docs.yml")
}

// secrets returns the secret settings of a provider, from the program's error message
// about missing settings.
func secrets(t *testing.T, kind string) []string {
	t.Helper()
	_, err := config.Parse([]byte("accounts: [{name: a, "+kind+": {}}]"), "docs.yml")
	if err == nil {
		t.Fatalf("%s: an account without secrets was accepted", kind)
	}
	var names []string
	for _, found := range regexp.MustCompile(`exactly one of (\w+), \w+_file`).FindAllStringSubmatch(err.Error(), -1) {
		names = append(names, found[1])
	}
	return names
}
