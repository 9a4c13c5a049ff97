package secret

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"export_status_exporter/internal/files"
)

func TestExactlyOneOrigin(t *testing.T) {
	t.Parallel()
	value := canary()
	for _, c := range []struct {
		name string
		ref  Ref
		want string
	}{
		{"value", Ref{Value: New(value)}, ""},
		{"file", Ref{File: "/f"}, ""},
		{"variable", Ref{Env: "E"}, ""},
		{"none", Ref{}, "exactly one of api_key, api_key_file and api_key_env must be set, 0 are"},
		{"two", Ref{Value: New(value), File: "/f"}, "exactly one of api_key, api_key_file and api_key_env must be set, 2 are"},
		{"variable with a lower case name", Ref{Env: "e_1"}, ""},
		{"variable with another form", Ref{Env: "not/a+name="}, "api_key_env must be the name of an environment variable, without $ or braces, and not the secret itself"},
		{"three", Ref{Value: New(value), File: "/f", Env: "E"}, "exactly one of api_key, api_key_file and api_key_env must be set, 3 are"},
	} {
		got := ""
		if err := c.ref.Validate("api_key"); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestReadValue(t *testing.T) {
	t.Parallel()
	value := canary()
	if got, err := (Ref{Value: New(" " + value + "\n")}).Read(t.Context(), files.New()); err != nil || got != New(value) {
		t.Errorf("error %v, or another value", err)
	}
	if _, err := (Ref{Value: New(" \n")}).Read(t.Context(), files.New()); err == nil || err.Error() != "value is empty" {
		t.Errorf("white space: %v", err)
	}
}

func TestReadEnv(t *testing.T) {
	const name = "EXPORT_STATUS_EXPORTER_TEST_SECRET" // messages show 16 characters of it
	value := canary()
	t.Setenv(name, "\t"+value+"\r\n")
	if got, err := (Ref{Env: name}).Read(t.Context(), files.New()); err != nil || got != New(value) {
		t.Errorf("error %v, or another value", err)
	}
	t.Setenv(name, "  ")
	if _, err := (Ref{Env: name}).Read(t.Context(), files.New()); err == nil || err.Error() != "environment variable EXPORT_STATUS_EX... is empty" {
		t.Errorf("white space: %v", err)
	}
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
	if _, err := (Ref{Env: name}).Read(t.Context(), files.New()); err == nil || err.Error() != "environment variable EXPORT_STATUS_EX... is not set" {
		t.Errorf("not set: %v", err)
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	value := canary()
	for name, content := range map[string]string{
		"plain": value, "trimmed": "\n " + value + " \r\n",
		"largest": value + strings.Repeat("\n", maxBytes-len(value)),
	} {
		path := filepath.Join(dir, name)
		write(t, path, content)
		if got, err := (Ref{File: path}).Read(t.Context(), files.New()); err != nil || got != New(value) {
			t.Errorf("%s: error %v, or another value", name, err)
		}
	}

	empty, large := filepath.Join(dir, "empty"), filepath.Join(dir, "large")
	write(t, empty, " \n")
	write(t, large, strings.Repeat(value, 1000))
	for path, want := range map[string]string{
		empty:                        "secret file " + empty + " is empty",
		large:                        "secret file: " + large + ": is larger than 16384 bytes",
		dir:                          "secret file: " + dir + ": is a folder and not a regular file",
		filepath.Join(dir, "absent"): "secret file: no such file or directory; give the path of a file, relative to the configuration file, not the content of the file",
	} {
		_, err := (Ref{File: path}).Read(t.Context(), files.New())
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		if err != nil {
			wantHidden(t, err.Error(), value)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPastedKey: a key that stands where a variable's name belongs is in no
// message.
func TestPastedKey(t *testing.T) {
	for _, pasted := range []string{canary(), strings.ToUpper(canary()), "A" + strings.ToUpper(canary()), "x" + canary(), "a+/" + canary() + "=="} {
		ref := Ref{Env: pasted}
		_, err := ref.Read(t.Context(), files.New())
		if err == nil {
			t.Fatal("read a variable that is not set")
		}
		for _, text := range []string{err.Error(), errorText(ref.Validate("token"))} {
			if strings.Contains(text, pasted) {
				t.Errorf("the key is in the message: %s", text)
			}
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
