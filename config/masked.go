package config

import (
	"encoding/pem"
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider/definition"
	"export_status_exporter/secret"
)

// maxMaskedBytes is the length of the text after which Masked leaves out the rest.
// Aliases and inherited settings can make it a thousand times longer than the file.
const maxMaskedBytes = 2 << 20

// Masked returns the configuration in effect as YAML. A comment marks settings
// that are not in the file as default or inherited. Secrets, and what
// identifies a person, are shown as <secret>. A comment before the block of an
// API definition lists the requests that it may send. At about 2 MiB, a comment
// says how much is left out.
func (c *Config) Masked() (string, error) {
	root := mapping()
	addFields(root, reflect.ValueOf(&c.General).Elem())
	addExpect(root, c.Expect)
	note(root, "", c.given, nil)
	var text strings.Builder
	if err := write(&text, root, ""); err != nil {
		return "", err
	}
	names := yamlnode.Sorted(c.apis)
	if len(names) > 0 {
		err := writeEach(&text, "apis", "API definitions", len(names), func(i int) *yaml.Node {
			return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar(names[i]), definitionNode(c.apis[names[i]])}}
		})
		if err != nil {
			return "", err
		}
	}
	err := writeEach(&text, "accounts", "accounts", len(c.Accounts), func(i int) *yaml.Node {
		return &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{c.Accounts[i].masked(c.given)}}
	})
	return text.String(), err
}

// writeEach writes a key and its values one by one: all at once take a hundred
// times the memory of the text.
func writeEach(to *strings.Builder, key, what string, count int, each func(i int) *yaml.Node) error {
	heading := key + ":\n"
	to.WriteString(heading)
	for i := range count {
		if to.Len() > maxMaskedBytes {
			_, _ = fmt.Fprintf(to, "# %d more %s are not shown\n", count-i, what)
			return nil
		}
		one := mapping()
		one.Content = []*yaml.Node{scalar(key), each(i)}
		if err := write(to, one, heading); err != nil {
			return err
		}
	}
	return nil
}

// write writes a node without its heading line.
func write(to *strings.Builder, node *yaml.Node, heading string) error {
	text, err := yaml.Marshal(node)
	if err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	to.WriteString(strings.TrimPrefix(string(text), heading))
	return nil
}

func (a *Account) masked(general given) *yaml.Node {
	node := mapping()
	add(node, "name", a.Name)
	addFields(node, reflect.ValueOf(&a.General).Elem())
	addExpect(node, a.Expect)
	block := mapping()
	addFields(block, reflect.ValueOf(a.Provider).Elem())
	addFields(block, reflect.ValueOf(&a.Connection).Elem())
	key := scalar(a.Provider.Name())
	if own, ok := a.Provider.(*definition.Config); ok {
		key.HeadComment = "may call: " + strings.Join(own.Calls(a.Connection.BaseURL.URL), ", ")
	}
	node.Content = append(node.Content, key, block)
	note(node, "", a.given, general)
	return node
}

// definitionNode returns an API definition as written in the file. It holds no
// secret.
func definitionNode(d *definition.Definition) *yaml.Node {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(d.Text()), &document); err != nil || len(document.Content) == 0 {
		return scalar("<cannot be shown>")
	}
	return document.Content[0]
}

// addFields appends the settings of a struct to a mapping, by their yaml tags.
func addFields(node *yaml.Node, target reflect.Value) {
	for i := range target.NumField() {
		name := yamlnode.Tag(target.Type().Field(i))
		if name == "" {
			continue
		}
		value := target.Field(i)
		switch field := value.Interface().(type) {
		case secret.Ref:
			addSecret(node, name, field)
		case Duration:
			add(node, name, field.String())
		case URL:
			if field.URL != nil {
				add(node, name, masked(field.URL))
			}
		case secret.Secret:
			if !field.Empty() {
				add(node, name, field)
			}
		case string:
			if shown := withoutKeys(field); shown != "" {
				add(node, name, shown)
			}
		default:
			switch {
			case value.IsZero():
			case value.Kind() == reflect.Struct:
				inside := mapping()
				addFields(inside, value)
				node.Content = append(node.Content, scalar(name), inside)
			default:
				add(node, name, field)
			}
		}
	}
}

// withoutKeys returns a setting. If it holds private keys in PEM, as a client certificate
// may, it returns only its certificates.
func withoutKeys(text string) string {
	if !strings.Contains(text, "PRIVATE KEY") {
		return text
	}
	var shown strings.Builder
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			_ = pem.Encode(&shown, block) // a Builder does not fail
		}
	}
	return shown.String()
}

// addSecret appends the origin of a secret, if it has one.
func addSecret(node *yaml.Node, name string, ref secret.Ref) {
	switch {
	case ref.File != "":
		add(node, name+"_file", ref.File)
	case ref.Env != "":
		add(node, name+"_env", ref.Env)
	case !ref.Value.Empty():
		add(node, name, ref.Value)
	}
}

// masked returns a URL without the parts that may hold a secret: user, query
// and fragment.
func masked(u *url.URL) string {
	const mask = "<secret>"
	text := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
	if u.User != nil {
		text = strings.Replace(text, "://", "://"+mask+"@", 1)
	}
	if u.RawQuery != "" {
		text += "?" + mask
	}
	if u.Fragment != "" {
		text += "#" + mask
	}
	return text
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

func scalar(text string) *yaml.Node {
	node := &yaml.Node{}
	node.SetString(text)
	return node
}

func add(node *yaml.Node, name string, value any) {
	encoded := &yaml.Node{}
	if err := encoded.Encode(value); err != nil {
		encoded = scalar("<cannot be shown>")
	}
	node.Content = append(node.Content, scalar(name), encoded)
}
