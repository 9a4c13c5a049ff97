package config

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/secret"
)

// Masked is the configuration as it is in force, in the form of the file.
// Settings that nobody wrote there have a comment, default or inherited. Secrets,
// and what identifies a person, are <secret>.
func (c *Config) Masked() (string, error) {
	root := mapping()
	addFields(root, &c.General)
	addExpect(root, c.Expect)
	note(root, "", c.given, nil)
	accounts := &yaml.Node{Kind: yaml.SequenceNode}
	for _, account := range c.Accounts {
		node := mapping()
		add(node, "name", account.Name)
		addFields(node, &account.General)
		addExpect(node, account.Expect)
		block := mapping()
		addFields(block, account.Provider)
		addFields(block, &account.Connection)
		if !reflect.ValueOf(account.Connection.TLS).IsZero() {
			add(block, "tls_config", account.Connection.TLS) // its key masks itself
		}
		node.Content = append(node.Content, scalar(account.Provider.Name()), block)
		note(node, "", account.given, c.given)
		accounts.Content = append(accounts.Content, node)
	}
	root.Content = append(root.Content, scalar("accounts"), accounts)
	text, err := yaml.Marshal(root)
	if err != nil {
		return "", fmt.Errorf("writing the configuration: %w", err)
	}
	return string(text), nil
}

// addFields adds the settings of a struct, by its yaml tags.
func addFields(node *yaml.Node, target any) {
	value := reflect.ValueOf(target).Elem()
	for i := range value.NumField() {
		name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		switch field := value.Field(i).Interface().(type) {
		case secret.Ref:
			switch {
			case field.File != "":
				add(node, name+"_file", field.File)
			case field.Env != "":
				add(node, name+"_env", field.Env)
			default:
				add(node, name, field.Value)
			}
		case secret.Secret:
			if !field.Empty() {
				add(node, name, field)
			}
		case Duration:
			add(node, name, field.String())
		case URL:
			if field.URL != nil {
				add(node, name, masked(field.URL))
			}
		default:
			if !value.Field(i).IsZero() {
				add(node, name, field)
			}
		}
	}
}

// masked is an address without what may be a secret in it: who asks, and how.
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
