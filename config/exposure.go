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
// the account in files, by setting and never by value.
func (a *Account) exposures(ctx context.Context, reader *files.Reader) []string {
	var warnings []string
	check := func(setting, path string) {
		if mode, ok := readable(ctx, reader, path); ok {
			warnings = append(warnings, fmt.Sprintf("%s: mode %04o lets everyone on this machine read %s; take that right away (chmod o-r)", setting, mode, path))
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
		warnings = append(warnings, yamlnode.Join(block, "tls_config.insecure_skip_verify")+": whoever is between the exporter and the provider can read and use the key; name the right authority by ca_file instead")
	}
	return warnings
}

// inlineSecrets collects the accounts whose secrets stand in the configuration,
// which are one warning however many they are.
type inlineSecrets struct {
	file   bool        // the configuration is in one: the demo's is in none
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

// warning is the one about all of them, and the first account that it is about.
func (s *inlineSecrets) warning() (first *Account, text string) {
	if s.accounts == 0 || !s.file {
		return nil, ""
	}
	verb, rest := "stands", ""
	if len(s.settings) > 1 {
		verb = "stand"
	}
	if s.public {
		rest = fmt.Sprintf(", whose mode %04o lets everyone on this machine read it", s.mode)
	}
	text = fmt.Sprintf("account %s: %s: %s in the configuration itself%s", s.first.Name, strings.Join(s.settings, ", "), verb, rest)
	if s.accounts > 1 {
		text += fmt.Sprintf(", as do secrets of %d more accounts", s.accounts-1)
		if s.accounts == 2 {
			text = strings.TrimSuffix(text, "s")
		}
	}
	return s.first, text + "; a file of its own keeps a secret out of copies of the configuration and can be changed without a reload"
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
