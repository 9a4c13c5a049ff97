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

// variableName is what a variable may be called, and usualName how nearly all
// are. A key that was pasted where a variable's name belongs has no usual name,
// so no message shows what has none, nor more than the beginning of what has.
var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	usualName    = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)
)

// maxBytes bounds a secret, wherever it comes from: every one of the supported
// providers is far below 1 KiB, so a larger one is a mistake (a data file, a
// device).
const maxBytes = 16 << 10

// Ref says where one secret comes from: a value in the configuration, a file,
// or an environment variable. Exactly one of the three is set in a valid Ref.
type Ref struct {
	Value Secret
	File  string
	Env   string
}

// Settings are the three settings of a secret, by what follows its name in the
// configuration.
func (r *Ref) Settings() map[string]any {
	return map[string]any{"": &r.Value, "_file": &r.File, "_env": &r.Env}
}

// Validate checks that exactly one origin is given and can be one. The name is
// that of the setting, for the message.
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

// Read returns the present value, with surrounding white space removed, by the
// end of ctx. An error tells the file or variable, never a part of its content.
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

// clean returns a value without what an editor leaves around it. The origin
// stands in the error.
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

// variable is the variable's name for a message, if it is safe to show.
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

// readFile follows symlinks, so that Kubernetes' swap of a linked directory is
// seen as a change of content.
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

// expandable is what a shell or a template would have replaced in a path.
var expandable = regexp.MustCompile(`\$\{|\$\(|\$[A-Za-z_]|\{\{|%[A-Za-z_]+%|^~|/~|<[^>]*>`)

// unexpanded explains a path that leads nowhere because nobody expands it.
func (r Ref) unexpanded(err error) string {
	if expandable.MatchString(r.File) && errors.Is(err, os.ErrNotExist) {
		return "; variables, templates and ~ are not expanded here: write the path itself"
	}
	return ""
}
