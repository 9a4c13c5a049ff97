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

// readableByAll is the permission bit that a secret file should not have.
const readableByAll fs.FileMode = 0o004

// exposures returns a warning for each setting of the account that exposes a
// secret to more people than necessary. It names the setting, never the value.
func (a *Account) exposures(ctx context.Context, reader *files.Reader) []string {
	var warnings []string
	check := func(setting, path string) {
		if mode, ok := readable(ctx, reader, path); ok {
			warnings = append(warnings, fmt.Sprintf("%s: mode %04o lets everyone on this machine read %s; remove that permission (chmod o-r)", setting, mode, path))
		}
	}
	block := a.Provider.Name()
	specs := a.Provider.Secrets()
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		if ref := specs[name].Ref; ref.File != "" {
			check(yamlnode.Join(block, name+"_file"), ref.File)
		}
	}
	if path := a.Connection.TLS.KeyFile; path != "" {
		check(yamlnode.Join(block, "tls_config.key_file"), path)
	}
	if a.Connection.TLS.InsecureSkipVerify {
		warnings = append(warnings, yamlnode.Join(block, "tls_config.insecure_skip_verify")+": anyone between the exporter and the provider can read and use the key; set ca_file to the right authority instead")
	}
	return warnings
}

// inlineSecrets collects the accounts whose secrets are in the configuration
// file, for a single warning.
type inlineSecrets struct {
	file   bool        // false for the demo, whose configuration is not in a file
	mode   fs.FileMode // of the file, if everyone may read it
	public bool

	first    *Account
	settings []string // of the first account
	accounts int
}

func newInlineSecrets(ctx context.Context, reader *files.Reader, file string) *inlineSecrets {
	_, err := reader.Mode(ctx, file)
	s := &inlineSecrets{file: err == nil}
	s.mode, s.public = readable(ctx, reader, file)
	return s
}

func (s *inlineSecrets) add(a *Account) {
	var settings []string
	block, specs := a.Provider.Name(), a.Provider.Secrets()
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		if ref := specs[name].Ref; !ref.Value.Empty() && !specs[name].Public {
			settings = append(settings, yamlnode.Join(block, name))
		}
	}
	if !a.Connection.TLS.Key.Empty() {
		settings = append(settings, yamlnode.Join(block, "tls_config.key"))
	}
	if len(settings) == 0 {
		return
	}
	if s.accounts++; s.accounts == 1 {
		s.first, s.settings = a, settings
	}
}

// warning returns the warning about all of these accounts, and the first of
// them.
func (s *inlineSecrets) warning() (first *Account, text string) {
	if s.accounts == 0 || !s.file {
		return nil, ""
	}
	verb, rest := "is set", ""
	if len(s.settings) > 1 {
		verb = "are set"
	}
	if s.public {
		rest = fmt.Sprintf(", whose mode %04o lets everyone on this machine read it", s.mode)
	}
	text = fmt.Sprintf("account %s: %s: %s in the configuration itself%s", s.first.Name, strings.Join(s.settings, ", "), verb, rest)
	if s.accounts > 1 {
		text += fmt.Sprintf(", as are secrets of %d more accounts", s.accounts-1)
		if s.accounts == 2 {
			text = strings.TrimSuffix(text, "s")
		}
	}
	return s.first, text + "; a separate file keeps a secret out of copies of the configuration and can be changed without a reload"
}

// readable reports whether everyone may read a file, and returns its mode. It
// follows links. On Windows it returns false, because Go makes up the mode
// there.
func readable(ctx context.Context, reader *files.Reader, path string) (mode fs.FileMode, yes bool) {
	mode, err := reader.Mode(ctx, path)
	if err != nil || runtime.GOOS == "windows" {
		return 0, false
	}
	return mode.Perm(), mode.Perm()&readableByAll != 0
}
