package config

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider/definition"
	"export_status_exporter/secret"
)

// wrongSecret reports a secret that has no origin or more than one, with the
// lines of its settings. It reports nothing if one of them already has a
// problem.
func (d *decoder) wrongSecret(path, name string, line int, ref *secret.Ref) {
	var there, where []string
	for _, form := range []string{"", "_file", "_env"} {
		at := yamlnode.Join(path, name+form)
		if d.Told(at) {
			return
		}
		if line, ok := d.There(at); ok {
			there = append(there, at)
			where = append(where, fmt.Sprintf("%s in line %d", name+form, line))
		}
	}
	err := ref.Validate(name)
	switch empty := ref.Value.Empty() && ref.File == "" && ref.Env == ""; {
	case empty && len(there) > 0:
		own, _ := d.There(there[0])
		d.At(own, there[0], fmt.Sprintf("is empty: set one of %s, %s_file and %s_env; put a value that begins with #, & or ! in quotes", name, name, name))
	case len(there) > 1:
		d.Late(path, line, fmt.Sprintf("%s: %s; remove all but one", err, strings.Join(where, ", ")))
	default:
		d.Late(path, line, err.Error())
	}
}

// variableName matches the names of nearly all environment variables.
var variableName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

// unsetHint returns a hint for an environment variable that is not set.
func unsetHint(ref secret.Ref) string {
	if _, set := os.LookupEnv(ref.Env); ref.Env == "" || set {
		return ""
	}
	if !variableName.MatchString(ref.Env) {
		return "; give the name of an environment variable, not the secret itself"
	}
	return "; set it in the environment of the exporter (and of --config.check)"
}

// besides reports whether the settings of an empty block are beside it, because
// of a wrong indentation. Each of them is reported as an unknown key of the
// account.
func (d *decoder) besides(pairs [][2]*yaml.Node, block Provider) bool {
	keys := d.Fields(block)
	return slices.ContainsFunc(pairs, func(pair [2]*yaml.Node) bool { return keys[pair[0].Value] != nil })
}

// elsewhere returns a hint where an unknown key belongs, empty if that is not
// known.
func (d *decoder) elsewhere(path string, at, value *yaml.Node) string {
	key := at.Value
	has := func(target any) bool { return d.Fields(target)[key] != nil }
	inBlock := strings.Count(path, ".") > 0
	var homes []string
	for _, build := range kinds() {
		if block := build(); has(block) {
			homes = append(homes, block.Name())
		}
	}
	switch {
	case path == "apis" || strings.HasPrefix(path, "apis."):
		return ""
	case path == "" && value.Anchor != "":
		return "; begin a key that only holds an anchor with x-"
	case !inBlock && (key == "provider" || key == "type" || key == "kind") && value.Kind == yaml.ScalarNode:
		return "; instead, name a block after the provider, such as kraken:, and put its settings below it"
	case key == "accounts" || key == "apis" || key == "api_files":
		return "; it belongs at the top of the file, without indentation"
	case key == "expect" || has(&General{}):
		return "; it belongs in the account, beside its name, or at the top of the file"
	case key == "name" || d.blocks[key] != nil || slices.Contains(Kinds(), key) || slices.Contains(definition.PresetNames(), key):
		return "; it belongs in an entry of accounts: check the indentation"
	case key == "ready_within" || key == "data_within" || key == "fetch_before_expiry":
		return "; it belongs in expect"
	case strings.HasPrefix(path, "accounts") && !inBlock && value.Kind == yaml.MappingNode && yamlnode.Suggestion(key, yamlnode.Sorted(d.blocks)) == "":
		return "; providers are " + strings.Join(yamlnode.Sorted(d.blocks), ", ") + "; for an API definition of your own, name its file in api_files"
	case inBlock && has(&TLS{}):
		return "; it belongs in tls_config"
	case !inBlock && (len(homes) > 0 || has(&Connection{})):
		return "; it belongs in the provider's block: check the indentation"
	case inBlock && len(homes) > 0 && yamlnode.Suggestion(key, yamlnode.Sorted(d.Fields(&Connection{}))) == "":
		return "; it is a setting of " + strings.Join(homes, ", ")
	}
	return ""
}
