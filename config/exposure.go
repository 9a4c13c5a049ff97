package config

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
)

// readableByAll is the permission that a secret file should not give.
const readableByAll fs.FileMode = 0o004

// exposures tells how more people than need to may come to read the secrets of
// the account, by setting and never by value. The file is the configuration, which need
// not exist: the demo's is in none, so that nobody can read what is in it.
func (a *Account) exposures(ctx context.Context, reader *files.Reader, file string) []string {
	var inline, warnings []string
	check := func(setting, path string) {
		if mode, ok := readable(ctx, reader, path); ok {
			warnings = append(warnings, fmt.Sprintf("%s: mode %04o lets everyone on this machine read %s; take that right away (chmod o-r)", setting, mode, path))
		}
	}
	block := a.Provider.Name()
	specs := a.Provider.Secrets()
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		switch ref := specs[name].Ref; {
		case ref.File != "":
			check(yamlnode.Join(block, name+"_file"), ref.File)
		case ref.Env == "" && !specs[name].Public:
			inline = append(inline, yamlnode.Join(block, name))
		}
	}
	if path := a.Connection.TLS.KeyFile; path != "" {
		check(yamlnode.Join(block, "tls_config.key_file"), path)
	}
	if a.Connection.TLS.InsecureSkipVerify {
		warnings = append(warnings, yamlnode.Join(block, "tls_config.insecure_skip_verify")+": whoever is between the exporter and the provider can read and use the key; name the right authority by ca_file instead")
	}
	if !a.Connection.TLS.Key.Empty() {
		inline = append(inline, yamlnode.Join(block, "tls_config.key"))
	}
	if _, err := reader.Mode(ctx, file); err == nil && len(inline) > 0 {
		text := "stands in the configuration itself"
		if len(inline) > 1 {
			text = "stand in the configuration itself"
		}
		if mode, ok := readable(ctx, reader, file); ok {
			text += fmt.Sprintf(", whose mode %04o lets everyone on this machine read it", mode)
		}
		warnings = append(warnings, fmt.Sprintf("%s: %s; a file of its own keeps a secret out of copies of the configuration and can be changed without a reload",
			strings.Join(inline, ", "), text))
	}
	return warnings
}

// readable reports whether everyone may read a file, and its mode. Links are
// followed. Windows has no such mode: Go makes one up there.
func readable(ctx context.Context, reader *files.Reader, path string) (mode fs.FileMode, yes bool) {
	mode, err := reader.Mode(ctx, path)
	if err != nil || runtime.GOOS == "windows" {
		return 0, false
	}
	return mode.Perm(), mode.Perm()&readableByAll != 0
}
