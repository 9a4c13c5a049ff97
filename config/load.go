package config

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/internal/files"
	"export_status_exporter/provider"
)

// Bounds on the file.
const (
	maxFileBytes = 16 << 20
	// MaxAccounts is how many accounts one process takes.
	MaxAccounts = 10000
)

// Load reads a configuration file, and the secrets that it names, by a reader
// that the program keeps: while a file of an earlier Load waits for its storage,
// it is not opened again. A problem with the content is an *Error.
func Load(ctx context.Context, reader *files.Reader, file string) (*Config, error) {
	reader.Named(file)
	content, err := reader.ReadOrPipe(ctx, file, maxFileBytes)
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	return parse(ctx, reader, content, file)
}

// Parse is Load for content that is already there. Relative paths inside are
// relative to the file's folder.
func Parse(content []byte, file string) (*Config, error) {
	return parse(context.Background(), files.New(), content, file)
}

func parse(ctx context.Context, reader *files.Reader, content []byte, file string) (*Config, error) {
	d := &decoder{ctx: ctx, files: reader, lines: make(map[string]int), names: make(map[string]string)}
	config := &Config{General: defaults(), Expect: defaultExpect(), Hash: hash(content)}
	root := d.document(content)
	var accounts *yaml.Node
	if root != nil {
		keys := d.fields(&config.General)
		keys["expect"] = d.expectSetter(&config.Expect)
		keys["accounts"] = func(node *yaml.Node, _ string) { accounts = node }
		d.object(root, "", keys)
	}
	config.given = d.givenSince(0, "")
	d.checkGeneral("", 0, &config.General)
	if accounts != nil {
		config.Accounts = d.accounts(accounts, config, filepath.Dir(file))
	} else if root != nil && d.settings <= maxSettings && (root.Kind == yaml.MappingNode || isNull(root)) {
		d.late("accounts", 0, "must hold at least one account")
	}
	if d.settings > maxSettings {
		d.found++
		d.tell(0, "", fmt.Sprintf("aliases and merge keys (<<) stand for more than %d settings, or merge keys for more than %d others in each other", maxSettings, maxMerges))
	}
	if d.found > 0 {
		slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, &Error{File: file, Problems: d.problems, More: d.found - len(d.problems)}
	}
	config.setStaleAfter()
	config.collectWarnings(ctx, reader, file)
	return config, nil
}

// document parses the file into its one document, nil if it is not YAML.
func (d *decoder) document(content []byte) *yaml.Node {
	var document, second yaml.Node
	stream := yaml.NewDecoder(bytes.NewReader(content))
	switch err := stream.Decode(&document); {
	case errors.Is(err, io.EOF):
		return &yaml.Node{Kind: yaml.MappingNode} // an empty file
	case err != nil:
		d.found++
		d.problems = append(d.problems, syntaxProblem(err))
		return nil
	}
	if err := stream.Decode(&second); !errors.Is(err, io.EOF) {
		d.problem(&second, "", "must be a single YAML document")
	}
	return resolve(document.Content[0])
}

// syntaxProblem tells what the YAML library says, whose errors name a line and
// quote no value: but one, of what may be a secret that begins with *.
func syntaxProblem(err error) Problem {
	p := Problem{Text: strings.TrimPrefix(err.Error(), "yaml: ")}
	if n, _ := fmt.Sscanf(p.Text, "line %d: ", &p.Line); n == 1 {
		_, p.Text, _ = strings.Cut(p.Text, ": ")
	}
	if strings.Contains(p.Text, "unknown anchor") {
		p.Text = "a value that begins with * names an anchor that does not exist; put a text that begins with * in quotes"
	}
	p.Text = oneLine("not valid YAML: " + p.Text)
	return p
}

// accounts decodes the list. Every account is a copy of the general settings
// with its own on top.
func (d *decoder) accounts(node *yaml.Node, general *Config, dir string) []*Account {
	if node.Kind != yaml.SequenceNode {
		d.problem(node, "accounts", "must be a list of accounts")
		return nil
	}
	if len(node.Content) == 0 {
		d.problem(node, "accounts", "must hold at least one account")
	}
	if len(node.Content) > MaxAccounts {
		d.problem(node, "accounts", "holds %d accounts, more than %d", len(node.Content), MaxAccounts)
		return nil
	}
	names := make(map[string]bool)
	owners := make(map[KeyID]string)
	var accounts []*Account
	for i, entry := range node.Content {
		before := d.found
		account := d.account(resolve(entry), fmt.Sprintf("accounts[%d]", i), general, dir)
		if account.Name != "" && names[account.Name] {
			d.problem(entry, fmt.Sprintf("accounts[%d]", i), "name %q is taken by another account", account.Name)
		}
		names[account.Name] = true
		if d.found > before {
			continue
		}
		if owner, taken := owners[account.Key()]; taken {
			d.problem(entry, fmt.Sprintf("accounts[%d] (%s)", i, account.Name),
				"has the same key as account %q: a key has one nonce, one budget and one owner", owner)
		}
		owners[account.Key()] = account.Name
		accounts = append(accounts, account)
	}
	return accounts
}

func hash(content []byte) float64 {
	sum := sha256.Sum256(content)
	// 48 bits, so that a float64 holds it exactly.
	return float64(binary.BigEndian.Uint64(sum[:8]) >> 16)
}

// maxWarnings bounds what is said of a configuration that is valid.
const maxWarnings = 100

func (c *Config) collectWarnings(ctx context.Context, reader *files.Reader, file string) {
	found := 0
	for _, account := range c.Accounts {
		for _, text := range slices.Concat(account.Provider.Warnings(), account.doubts(), account.exposures(ctx, reader, file)) {
			if found++; found <= maxWarnings {
				c.Warnings = append(c.Warnings, oneLine(fmt.Sprintf("account %s: %s", account.Name, text)))
			}
		}
	}
	if found > maxWarnings {
		c.Warnings = append(c.Warnings, fmt.Sprintf("and %d more warnings", found-maxWarnings))
	}
}

// settingPath finds where a provider's setting stands, for its line.
func settingPath(path string, problem *provider.SettingError) string {
	return join(path, problem.Setting)
}
