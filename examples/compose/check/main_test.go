package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestComposeFile(t *testing.T) {
	services, err := check(t.Context(), filepath.Join("..", "compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(services, " "), "alertmanager exporter grafana prometheus"; got != want {
		t.Errorf("services = %q, want %q", got, want)
	}
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct{ name, service, want string }{
		{"unknown key", "{image: 'a:1.2.3', prots: []}", "prots"},
		{"floating tag", "{image: 'a:latest'}", `image "a:latest" is not pinned`},
		{"short tag", "{image: 'a:12.4'}", `image "a:12.4" is not pinned`},
		{"open port", "{image: 'a:1.2.3', ports: ['9090:9090']}", "port 9090 is published beyond"},
		{"missing file", "{image: 'a:1.2.3', volumes: ['./none.yml:/x:ro']}", "mount for /x: stat"},
		{"writable mount", "{image: 'a:1.2.3', volumes: ['./compose.yml:/x']}", "mount for /x can be written"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "compose.yml")
			if err := os.WriteFile(path, []byte("name: x\nservices:\n  a: "+tc.service+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := check(t.Context(), path)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("check = %v, want an error with %q", err, tc.want)
			}
		})
	}
}
