package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v2" // the version that exporter-toolkit uses, so both parse a file alike

	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
)

// maxWebBytes is the maximum size of a web configuration file, and of each file
// that it names.
const maxWebBytes = 1 << 20

// webConfig is a web configuration with the files that it names.
type webConfig struct {
	web.Config
	file string
	// text is the configuration with the contents of its files in place of
	// their paths.
	text []byte
}

// readWebConfig reads a web configuration without the files that it names.
func readWebConfig(ctx context.Context, reader *files.Reader, file string) (*webConfig, error) {
	reader.Named(file)
	content, err := reader.Read(ctx, file, maxWebBytes)
	if err != nil {
		return nil, err
	}
	c := &webConfig{file: file, text: content}
	if err := yaml.UnmarshalStrict(content, &c.Config); err != nil {
		return nil, c.redactError(err)
	}
	if !isSingle(content) {
		return nil, errors.New("must be a single YAML document")
	}
	c.TLSConfig.SetDirectory(filepath.Dir(file))
	return c, nil
}

// isSingle reports whether nothing follows the first YAML document, or there is none.
func isSingle(content []byte) bool {
	stream := yaml.NewDecoder(bytes.NewReader(content))
	_ = stream.Decode(&struct{}{}) // the caller has decoded it
	return errors.Is(stream.Decode(&struct{}{}), io.EOF)
}

// SpeaksTLS reports whether a web configuration enables TLS. It returns false
// if the file cannot be read, because a server with the old file may still be
// running.
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

// inline replaces settings in tls_server_config.
func (c *webConfig) inline(contents map[any]any) error {
	if len(contents) == 0 {
		return nil
	}
	var whole map[string]any
	if err := yaml.Unmarshal(c.text, &whole); err != nil {
		return c.redactError(err)
	}
	settings, ok := whole["tls_server_config"].(map[any]any)
	if !ok {
		return errors.New("tls_server_config: must be a mapping of settings")
	}
	maps.Copy(settings, contents)
	var text limited
	if err := yaml.NewEncoder(&text).Encode(whole); err != nil {
		return c.redactError(err)
	}
	c.text = text.Bytes()
	return nil
}

// check validates the configuration in a file with exporter-toolkit.
func (c *webConfig) check(file string) error {
	if err := web.Validate(file); err != nil {
		return c.redactError(err)
	}
	return nil
}

// checkTransition returns an error if c must not replace the configuration
// before it without a restart. A file that is still being written can be valid
// too, but without TLS or users.
func (c *webConfig) checkTransition(before *webConfig) error {
	switch {
	case before == nil:
	case before.TLSConfig.IsEnabled() != c.TLSConfig.IsEnabled():
		return errors.New("tls_server_config: turning TLS on or off needs a restart")
	case len(before.Users) > 0 && len(c.Users) == 0:
		return errors.New("basic_auth_users: removing all users needs a restart")
	}
	return nil
}

// redactError returns a library's error without the long words that it quotes
// from the file.
func (c *webConfig) redactError(err error) error {
	return errors.New(withoutLongWords(err.Error(), c.file, c.TLSConfig.TLSCertPath, c.TLSConfig.TLSKeyPath, c.TLSConfig.ClientCAs))
}

// limited is a buffer with a maximum size. With aliases, a few bytes of YAML
// can expand to a huge text.
type limited struct{ bytes.Buffer }

// Write implements io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > 8*maxWebBytes {
		return 0, fmt.Errorf("is larger than %d MiB with all aliases expanded", 8*maxWebBytes>>20)
	}
	return l.Buffer.Write(p)
}

// word matches a word that may be a secret in the place of a setting.
var word = regexp.MustCompile(`[^\s"'` + "`" + `(),:]+`)

// withoutLongWords truncates the long words of a message, except for those in
// known.
func withoutLongWords(text string, known ...string) string {
	return word.ReplaceAllStringFunc(text, func(word string) string {
		for _, each := range known {
			if each != "" && strings.Contains(each, word) {
				return word
			}
		}
		return provider.Clip(word)
	})
}
