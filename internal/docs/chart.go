package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"export_status_exporter/config"
	"export_status_exporter/provider/definition"
)

// chartFile is the chart template with the allowed names of an account's block.
const chartFile = "examples/kubernetes/chart/templates/_helpers.tpl"

// chartNames returns the template with up-to-date names.
func chartNames(top string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(chartFile)))
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	for list, names := range map[string][]string{"exporter.kinds": config.Kinds(), "exporter.presets": definition.PresetNames()} {
		place := regexp.MustCompile(`(?s)({{- define "` + regexp.QuoteMeta(list) + `" -}}\n).*?(\n{{- end }})`)
		if !place.Match(content) {
			return nil, fmt.Errorf("%s defines no %s", chartFile, list)
		}
		content = place.ReplaceAll(content, []byte("${1}"+strings.Join(names, " ")+"${2}"))
	}
	return content, nil
}
