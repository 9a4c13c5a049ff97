package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v3"

	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
)

// maxWebBytes bounds a web configuration, and each file that it names.
const maxWebBytes = 1 << 20

// checkWebConfig looks at a web configuration before exporter-toolkit reads it,
// which would wait for a FIFO and read a device to its end, and repeats what it
// cannot use.
func checkWebConfig(reader *files.Reader, file string) error {
	c, err := ReadWebConfig(context.Background(), reader, file)
	if err != nil {
		return err
	}
	c.SetDirectory(filepath.Dir(file))
	for _, each := range []struct{ setting, path string }{
		{"cert_file", c.TLSCertPath}, {"key_file", c.TLSKeyPath}, {"client_ca_file", c.ClientCAs},
	} {
		if each.path == "" {
			continue
		}
		if _, err := reader.Read(context.Background(), each.path, maxWebBytes); err != nil {
			return fmt.Errorf("tls_server_config.%s: %w", each.setting, err)
		}
	}
	if err := web.Validate(file); err != nil {
		return errors.New(withoutLongWords(err.Error(), file, c.TLSCertPath, c.TLSKeyPath, c.ClientCAs))
	}
	return nil
}

// ReadWebConfig returns what a web configuration says of TLS.
func ReadWebConfig(ctx context.Context, reader *files.Reader, file string) (*web.TLSConfig, error) {
	reader.Named(file)
	content, err := reader.Read(ctx, file, maxWebBytes)
	if err != nil {
		return nil, err
	}
	var c struct {
		TLS web.TLSConfig `yaml:"tls_server_config"`
	}
	if err := yaml.Unmarshal(content, &c); err != nil {
		// The library quotes what it could not use.
		return nil, errors.New(withoutLongWords(err.Error(), file))
	}
	return &c.TLS, nil
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
