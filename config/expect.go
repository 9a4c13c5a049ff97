package config

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
)

// defaultExpect returns the default expectations.
func defaultExpect() *provider.Expect {
	return &provider.Expect{General: provider.Expectation{ReadyWithin: 4 * time.Hour, FetchBeforeExpiry: 24 * time.Hour}}
}

// sourceName matches valid source names.
var sourceName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// expectSetter returns a setter that decodes a block of expectations and merges
// it into expect.
func (d *decoder) expectSetter(expect **provider.Expect) yamlnode.Setter {
	return func(node *yaml.Node, path string) {
		var general provider.Override
		var types expectedTypes
		keys := d.overrideKeys(&general)
		keys["types"] = func(node *yaml.Node, path string) { types = d.expectTypes(node, path) }
		d.Object(node, path, keys)
		*expect = (*expect).With(general, types)
	}
}

// overrideKeys returns the setters that a block of expectations and each of its
// types have in common.
func (d *decoder) overrideKeys(o *provider.Override) map[string]yamlnode.Setter {
	duration := func(to **time.Duration) yamlnode.Setter {
		return func(node *yaml.Node, path string) {
			var value Duration
			if !d.Value(node, path, &value) {
				return
			}
			if value < 0 || value > maxDuration {
				d.Problem(node, path, "must be 0 to %s; 0 turns it off", maxDuration)
				return
			}
			*to = (*time.Duration)(&value)
		}
	}
	return map[string]yamlnode.Setter{
		"ready_within":        duration(&o.ReadyWithin),
		"data_within":         duration(&o.DataWithin),
		"fetch_before_expiry": duration(&o.FetchBeforeExpiry),
	}
}

// expectedTypes are expectations by type.
type expectedTypes = map[provider.TypeKey]provider.NamedOverride

// expectTypes decodes the expectations by type.
func (d *decoder) expectTypes(node *yaml.Node, path string) expectedTypes {
	if yamlnode.IsNull(node) {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		d.Problem(node, path, "must be a mapping from TYPE or SOURCE/TYPE to settings")
		return nil
	}
	before, pairs := d.Found, d.Pairs(node, path)
	if len(pairs) > yamlnode.MaxList {
		d.Problem(node, path, "holds %d entries, more than %d", len(pairs), yamlnode.MaxList)
		return nil
	}
	types, known := d.expected[node]
	if known {
		return types
	}
	types = d.typePairs(pairs, path)
	if d.Found == before {
		d.expected[node] = types
	}
	return types
}

func (d *decoder) typePairs(pairs [][2]*yaml.Node, path string) expectedTypes {
	types := make(expectedTypes, len(pairs))
	for _, pair := range pairs {
		written, block := pair[0], pair[1]
		if text := badTypeKey(written.Value); text != "" {
			d.Problem(pair[0], path, "%q %s", provider.Clip(written.Value), text)
			continue
		}
		key := provider.ParseTypeKey(written.Value)
		if _, twice := types[key]; twice {
			d.Problem(pair[0], path, "%q is set twice; case does not count", provider.Clip(written.Value))
			continue
		}
		named := provider.NamedOverride{Key: written.Value}
		if block.Kind == yaml.ScalarNode && !yamlnode.IsNull(block) {
			d.Problem(block, yamlnode.Join(path, provider.Clip(written.Value)), "must be a mapping of settings, such as {data_within: 1d}")
			continue
		}
		d.Object(block, yamlnode.Join(path, provider.Clip(written.Value)), d.overrideKeys(&named.Override))
		types[key] = named
	}
	return types
}

// badTypeKey returns what is wrong with a key of the form TYPE or SOURCE/TYPE,
// empty if nothing is. The type may be empty, because a report may have none.
func badTypeKey(text string) string {
	source, kind, both := strings.Cut(text, "/")
	if !both {
		source, kind = "", source
	}
	switch {
	case both && !sourceName.MatchString(source):
		return "must be TYPE or SOURCE/TYPE"
	case kind != provider.TypeName(kind):
		return "has a type that is too long, or has control characters or surrounding spaces"
	default:
		return ""
	}
}

// addExpect appends the expect block to a mapping.
func addExpect(node *yaml.Node, expect *provider.Expect) {
	block := mapping()
	general := expect.General
	addOverride(block, provider.Override{
		ReadyWithin: &general.ReadyWithin, DataWithin: &general.DataWithin, FetchBeforeExpiry: &general.FetchBeforeExpiry,
	})
	if all := expect.All(); len(all) > 0 {
		types := mapping()
		for _, key := range slices.SortedFunc(maps.Keys(all), func(a, b provider.TypeKey) int {
			return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Type, b.Type))
		}) {
			each := mapping()
			addOverride(each, all[key].Override)
			types.Content = append(types.Content, scalar(all[key].Key), each)
		}
		block.Content = append(block.Content, scalar("types"), types)
	}
	node.Content = append(node.Content, scalar("expect"), block)
}

func addOverride(node *yaml.Node, o provider.Override) {
	for _, each := range []struct {
		name  string
		value *time.Duration
	}{{"ready_within", o.ReadyWithin}, {"data_within", o.DataWithin}, {"fetch_before_expiry", o.FetchBeforeExpiry}} {
		if each.value != nil {
			add(node, each.name, Duration(*each.value).String())
		}
	}
}
