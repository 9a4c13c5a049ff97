package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"export_status_exporter/internal/files"
)

// variableName matches the valid names of variables, and usualName nearly all
// that are in use. A key that was pasted in the place of a name does not match
// usualName. So messages never show such a name, and of any other only the
// beginning.
var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	usualName    = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)
)

// maxBytes is the maximum size of a secret from any origin. Those of all supported
// providers are far below 1 KiB, so a larger one is a mistake, such as a data
// file or a device.
const maxBytes = 16 << 10

// Ref is the origin of a secret: a value in the configuration, a file or an
// environment variable. In a valid Ref, exactly one of the three is set.
type Ref struct {
	Value Secret
	File  string
	Env   string
}

// Settings returns the three settings of a secret, by the suffix of its name in
// the configuration.
func (r *Ref) Settings() map[string]any {
	return map[string]any{"": &r.Value, "_file": &r.File, "_env": &r.Env}
}

// Validate checks that exactly one origin is set and that it is valid. The
// message contains the name of the setting.
func (r Ref) Validate(name string) error {
	given := 0
	for _, set := range []bool{!r.Value.Empty(), r.File != "", r.Env != ""} {
		if set {
			given++
		}
	}
	if given != 1 {
		return fmt.Errorf("exactly one of %s, %s_file and %s_env must be set, %d are", name, name, name, given)
	}
	if r.Env != "" && !variableName.MatchString(r.Env) {
		return fmt.Errorf("%s_env must be the name of an environment variable, without $ or braces, and not the secret itself", name)
	}
	return nil
}

// Read returns the current value without surrounding white space. It returns when
// ctx is done at the latest. An error names the file or the variable, but never
// holds a part of its content.
func (r Ref) Read(ctx context.Context, reader *files.Reader) (Secret, error) {
	switch {
	case r.File != "":
		return r.readFile(ctx, reader)
	case r.Env != "":
		value, ok := os.LookupEnv(r.Env)
		if !ok {
			return Secret{}, fmt.Errorf("environment variable%s is not set", r.variable())
		}
		return clean(value, "environment variable"+r.variable())
	default:
		return clean(r.Value.Reveal(), "value")
	}
}

// clean removes a byte order mark and surrounding white space from a value. Errors
// name the origin.
func clean(value, origin string) (Secret, error) {
	value = strings.TrimSpace(strings.TrimPrefix(value, "\uFEFF"))
	switch {
	case value == "":
		return Secret{}, fmt.Errorf("%s is empty", origin)
	case len(value) > maxBytes:
		return Secret{}, fmt.Errorf("%s is larger than %d bytes", origin, maxBytes)
	}
	return New(value), nil
}

// variable returns the variable's name for a message, with a space before it. It
// is empty if the name is not safe to show.
func (r Ref) variable() string {
	const shown = 16
	switch {
	case !usualName.MatchString(r.Env):
		return ""
	case len(r.Env) > shown:
		return " " + r.Env[:shown] + "..."
	}
	return " " + r.Env
}

// readFile reads the secret's file. It follows symlinks: Kubernetes updates a
// secret by replacing a link to a folder.
func (r Ref) readFile(ctx context.Context, reader *files.Reader) (Secret, error) {
	content, err := reader.Read(ctx, r.File, maxBytes)
	if err != nil {
		return Secret{}, fmt.Errorf("secret file: %w%s", err, r.unexpanded(err))
	}
	text, err := decode(content)
	if err != nil {
		return Secret{}, fmt.Errorf("secret file %s: %w", r.File, err)
	}
	return clean(text, "secret file "+r.File)
}

// expandable matches what a shell or a template would have replaced in a path.
var expandable = regexp.MustCompile(`\$\{|\$\(|\$[A-Za-z_]|\{\{|%[A-Za-z_]+%|^~|/~|<[^>]*>`)

// unexpanded returns a hint if a file does not exist because its path should have
// been expanded.
func (r Ref) unexpanded(err error) string {
	if expandable.MatchString(r.File) && errors.Is(err, os.ErrNotExist) {
		return "; variables, templates and ~ are not expanded here: write the path itself"
	}
	return ""
}
