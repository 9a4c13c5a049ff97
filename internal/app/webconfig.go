package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v2" // exporter-toolkit's, or the two could understand a file differently

	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
)

// maxWebBytes bounds a web configuration, and each file that it names.
const maxWebBytes = 1 << 20

// webConfig is a web configuration whose files have been read.
type webConfig struct {
	web.Config
	file string
	// text is the whole of it, with the content of its files in place of their
	// paths.
	text []byte
}

// readWebConfig reads a web configuration alone.
func readWebConfig(ctx context.Context, reader *files.Reader, file string) (*webConfig, error) {
	reader.Named(file)
	content, err := reader.Read(ctx, file, maxWebBytes)
	if err != nil {
		return nil, err
	}
	c := &webConfig{file: file, text: content}
	if err := yaml.UnmarshalStrict(content, &c.Config); err != nil {
		return nil, c.quoted(err)
	}
	c.TLSConfig.SetDirectory(filepath.Dir(file))
	return c, nil
}

// SpeaksTLS reports whether a web configuration makes the server speak TLS. A
// file that cannot be read says nothing about a server that may well be alive.
func SpeaksTLS(ctx context.Context, file string) bool {
	if file == "" {
		return false
	}
	c, err := readWebConfig(ctx, files.New(), file)
	return err == nil && c.TLSConfig.IsEnabled()
}

// readWebFiles reads a web configuration and the files that it names.
func readWebFiles(ctx context.Context, reader *files.Reader, file string) (*webConfig, error) {
	c, err := readWebConfig(ctx, reader, file)
	if err != nil {
		return nil, err
	}
	contents := make(map[any]any)
	for _, each := range []struct{ setting, inline, path string }{
		{"cert_file", "cert", c.TLSConfig.TLSCertPath},
		{"key_file", "key", c.TLSConfig.TLSKeyPath},
		{"client_ca_file", "client_ca", c.TLSConfig.ClientCAs},
	} {
		if each.path == "" {
			continue
		}
		content, err := reader.Read(ctx, each.path, maxWebBytes)
		if err != nil {
			return nil, fmt.Errorf("tls_server_config.%s: %w", each.setting, err)
		}
		contents[each.setting], contents[each.inline] = "", string(content)
	}
	return c, c.inline(contents)
}

// inline puts settings into the part about TLS.
func (c *webConfig) inline(contents map[any]any) error {
	if len(contents) == 0 {
		return nil
	}
	var whole map[string]any
	if err := yaml.Unmarshal(c.text, &whole); err != nil {
		return c.quoted(err)
	}
	settings, ok := whole["tls_server_config"].(map[any]any)
	if !ok {
		return errors.New("tls_server_config: write the settings of TLS below it")
	}
	for setting, value := range contents {
		settings[setting] = value
	}
	var text limited
	if err := yaml.NewEncoder(&text).Encode(whole); err != nil {
		return c.quoted(err)
	}
	c.text = text.Bytes()
	return nil
}

// check has exporter-toolkit judge the configuration, as it stands in a file.
func (c *webConfig) check(file string) error {
	if err := web.Validate(file); err != nil {
		return c.quoted(err)
	}
	return nil
}

// opens is why a configuration must not follow another without a restart: the
// first bytes of a file that is being written are a configuration, too.
func (c *webConfig) opens(before *webConfig) error {
	switch {
	case before == nil:
	case before.TLSConfig.IsEnabled() != c.TLSConfig.IsEnabled():
		return errors.New("tls_server_config: to switch TLS on or off takes a restart")
	case len(before.Users) > 0 && len(c.Users) == 0:
		return errors.New("basic_auth_users: to do without users takes a restart")
	}
	return nil
}

// quoted is an error of a library that repeats what it cannot use.
func (c *webConfig) quoted(err error) error {
	return errors.New(withoutLongWords(err.Error(), c.file, c.TLSConfig.TLSCertPath, c.TLSConfig.TLSKeyPath, c.TLSConfig.ClientCAs))
}

// limited is a buffer with a bound: a few bytes of aliases are a lot of text.
type limited struct{ bytes.Buffer }

// Write implements io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > 8*maxWebBytes {
		return 0, fmt.Errorf("is larger than %d MiB, with aliases followed", 8*maxWebBytes>>20)
	}
	return l.Buffer.Write(p)
}

// word is what may be a secret that stands where a setting belongs.
var word = regexp.MustCompile(`[^\s"'` + "`" + `(),:]+`)

// withoutLongWords cuts the words of a message that are neither short nor one of
// those that are known.
func withoutLongWords(text string, known ...string) string {
	return word.ReplaceAllStringFunc(text, func(word string) string {
		for _, each := range known {
			if each != "" && strings.Contains(each, word) {
				return word
			}
		}
		return provider.Shown(word)
	})
}
