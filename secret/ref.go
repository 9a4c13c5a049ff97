package secret

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// variableName is what a variable may be called, and usualName how nearly all
// are. A key that was pasted where a variable's name belongs has no usual name,
// so no message shows what has none.
var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	usualName    = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)
)

// maxFileBytes bounds a secret file: every secret of the supported providers is
// far below 1 KiB, so a larger file is a mistake (a data file, a device).
const maxFileBytes = 16 << 10

// Ref says where one secret comes from: a value in the configuration, a file,
// or an environment variable. Exactly one of the three is set in a valid Ref.
type Ref struct {
	Value Secret
	File  string
	Env   string
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
		return fmt.Errorf("%s_env must be the name of an environment variable, not the secret itself", name)
	}
	return nil
}

// Read returns the present value, with surrounding white space removed. An
// error names the file or variable, never a part of its content.
func (r Ref) Read() (Secret, error) {
	switch {
	case r.File != "":
		return readFile(r.File)
	case r.Env != "":
		value, ok := os.LookupEnv(r.Env)
		if !ok {
			return Secret{}, fmt.Errorf("environment variable%s is not set", r.variable())
		}
		if value = strings.TrimSpace(value); value == "" {
			return Secret{}, fmt.Errorf("environment variable%s is empty", r.variable())
		}
		return New(value), nil
	default:
		value := strings.TrimSpace(r.Value.Reveal())
		if value == "" {
			return Secret{}, errors.New("value is empty")
		}
		return New(value), nil
	}
}

// variable is the variable's name for a message, if it is safe to show.
func (r Ref) variable() string {
	if usualName.MatchString(r.Env) {
		return " " + r.Env
	}
	return ""
}

// readFile follows symlinks, so that Kubernetes' swap of a linked directory is
// seen as a change of content.
func readFile(path string) (Secret, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Secret{}, fmt.Errorf("secret file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Secret{}, fmt.Errorf("secret file %s is not a regular file", path)
	}
	if info.Size() > maxFileBytes {
		return Secret{}, fmt.Errorf("secret file %s is larger than %d bytes", path, maxFileBytes)
	}
	content, err := os.ReadFile(path) //nolint:gosec // The operator's own configuration names the path.
	if err != nil {
		return Secret{}, fmt.Errorf("secret file: %w", err)
	}
	value := strings.TrimSpace(string(content))
	if value == "" {
		return Secret{}, fmt.Errorf("secret file %s is empty", path)
	}
	return New(value), nil
}
