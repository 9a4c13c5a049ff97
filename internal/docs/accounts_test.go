package main

import (
	"crypto/rand"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"export_status_exporter/config"
)

// random is a value that any setting of a secret takes.
func random() string {
	key := make([]byte, 64)
	_, _ = rand.Read(key) // it never fails
	return base64.StdEncoding.EncodeToString(key)
}

// kinds are the provider blocks that the program knows by code.
func kinds(*testing.T) []string { return config.Kinds() }

// account returns an account of a provider with its secrets and other settings
// that are given.
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

// secrets are the settings of a provider that are secrets, by the program's own
// word: it asks for them.
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
