package config

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider/definition"
)

// Limits on the configuration file.
const (
	maxFileBytes = 8 << 20
	// MaxAccounts is the maximum number of accounts of one process.
	MaxAccounts = 10000
)

// Load reads a configuration file and the secrets that it names. Pass the same
// reader every time: while a read of a file hangs, it does not start another. A
// load waits for all its files together for at most files.LoadWait. A problem
// with the content is an *Error.
func Load(ctx context.Context, reader *files.Reader, file string) (*Config, error) {
	ctx = files.Patiently(ctx)
	reader.Named(file)
	content, err := reader.ReadOrPipe(ctx, file, maxFileBytes)
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	return parse(ctx, reader, content, file)
}

// Parse is like Load for content that is already in memory. Paths in it are
// relative to the folder of file.
func Parse(content []byte, file string) (*Config, error) {
	return parse(files.Patiently(context.Background()), files.New(), content, file)
}

// decoder reads one configuration.
type decoder struct {
	yamlnode.Decoder

	ctx   context.Context //nolint:containedctx // A decoder lives as long as one call.
	files *files.Reader
	dir   string // that relative paths are relative to
	hung  bool   // a file could not be read in time
	sum   hash.Hash

	// own holds the definitions of the configuration, and presets those that
	// come with the program and are used.
	own, presets map[string]*definition.Definition
	// lacksAPIs means that some definitions could not be read, so a block with
	// an unknown name may be valid.
	lacksAPIs bool
	notes     []string
	blocks    map[string]func() Provider
	given     given             // the settings found so far
	names     map[string]string // of settings, interned
	routes    map[TLS]*clientTLS
	// expected caches decoded blocks of expectations without problems. With
	// aliases, many accounts can have the same block.
	expected map[*yaml.Node]expectedTypes
	// places holds the positions of the accounts. told holds the accounts that
	// are complete enough for warnings.
	places map[*Account]place
	told   []*Account
}

// place is a position in the file.
type place struct {
	path string
	line int
}

func newDecoder(ctx context.Context, reader *files.Reader, dir string) *decoder {
	d := &decoder{
		names: make(map[string]string),
		ctx:   ctx, files: reader, dir: dir, sum: sha256.New(),
		presets: make(map[string]*definition.Definition), routes: make(map[TLS]*clientTLS),
		expected: make(map[*yaml.Node]expectedTypes), places: make(map[*Account]place),
	}
	d.Elsewhere = d.elsewhere
	d.Given = func(path string) { d.given = append(d.given, path) }
	return d
}

func parse(ctx context.Context, reader *files.Reader, content []byte, file string) (*Config, error) {
	d := newDecoder(ctx, reader, filepath.Dir(file))
	_, _ = d.sum.Write(content) // a hash never fails
	config := &Config{General: defaults(), Expect: defaultExpect()}
	if root := d.Document(content); root != nil {
		d.root(root, config)
	}
	if wrong := d.failure(file); wrong != nil {
		if !d.hung {
			wrong.Warnings = d.warnings(config, file, false)
		}
		return nil, wrong
	}
	config.Hash = hashOf(d.sum)
	config.apis = d.own
	config.Notes = slices.Concat(d.notes, d.posts())
	config.setStaleAfter()
	config.Warnings = d.warnings(config, file, true)
	return config, nil
}

// root decodes the top-level settings, first those that accounts refer to.
func (d *decoder) root(root *yaml.Node, config *Config) {
	var accounts, inline, patterns *yaml.Node
	keys := d.Fields(&config.General)
	keys["expect"] = d.expectSetter(&config.Expect)
	for name, to := range map[string]**yaml.Node{"accounts": &accounts, "apis": &inline, "api_files": &patterns} {
		keys[name] = func(node *yaml.Node, _ string) { *to = node }
	}
	switch root.Kind {
	case yaml.MappingNode:
		// Keys that begin with x- only hold anchors.
		pairs := slices.DeleteFunc(d.Pairs(root, ""), func(pair [2]*yaml.Node) bool { return strings.HasPrefix(pair[0].Value, "x-") })
		d.Known(pairs, "", keys, true)
	case yaml.SequenceNode:
		d.Problem(root, "", "must be a mapping of settings; put this list under accounts:")
	default:
		d.Object(root, "", keys) // reports the expected form
	}
	config.given = d.givenSince(0, "")
	d.checkGeneral("", 0, &config.General)
	d.apis(inline, patterns)
	d.blocks = d.makers()
	switch {
	case accounts != nil:
		config.Accounts = d.accounts(accounts, config)
	case misspelled(root, keys):
	case !d.Exceeded() && (root.Kind == yaml.MappingNode || yamlnode.IsNull(root)):
		text := "must hold at least one account"
		if inline != nil {
			text += "; if this is an API definition, name this file in api_files of the configuration"
		}
		d.Late("accounts", 0, text)
	}
}

// misspelled reports whether an unknown key is probably a misspelled accounts,
// which is already reported.
func misspelled(root *yaml.Node, keys map[string]yamlnode.Setter) bool {
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := root.Content[i].Value
		if _, known := keys[key]; !known && !strings.HasPrefix(key, "x-") && strings.Contains(yamlnode.Suggestion(key, yamlnode.Sorted(keys)), `"accounts"`) {
			return true
		}
	}
	return false
}

// accounts decodes the list of accounts. Every account starts as a copy of the
// general settings.
func (d *decoder) accounts(node *yaml.Node, general *Config) []*Account {
	if node.Kind != yaml.SequenceNode {
		d.Problem(node, "accounts", "must be a list of accounts: begin each one with - before its name")
		return nil
	}
	if len(node.Content) == 0 {
		d.Problem(node, "accounts", "must hold at least one account")
	}
	if len(node.Content) > MaxAccounts {
		d.Problem(node, "accounts", "holds %d accounts, more than %d", len(node.Content), MaxAccounts)
		return nil
	}
	names := make(map[string]place)
	owners := NewOwners()
	var accounts []*Account
	for i, entry := range node.Content {
		before := d.Found
		at := place{path: fmt.Sprintf("accounts[%d]", i), line: entry.Line}
		account := d.account(yamlnode.Resolve(entry), at.path, general)
		at.path = named(at.path, account.Name)
		d.places[account] = at
		if account.Name != "" {
			if first, taken := names[account.Name]; taken {
				d.Problem(entry, fmt.Sprintf("accounts[%d]", i), "name %q is already used by the account in line %d; choose another name", account.Name, first.line)
			} else {
				names[account.Name] = at
			}
		}
		// After a file that hangs, which is already reported, no more secrets
		// are read.
		if account.Provider == nil || account.Secrets == nil {
			continue
		}
		d.told = append(d.told, account)
		if d.Found > before {
			continue
		}
		if owner := owners.Claim(account, account.Secrets.Values()); owner != nil {
			d.Problem(entry, at.path, "has the same key as account %q, in line %d: %s", owner.Name, d.places[owner].line, account.whyAlone())
		}
		accounts = append(accounts, account)
	}
	return accounts
}

func hashOf(sum hash.Hash) float64 {
	// 48 bits, so that a float64 holds it exactly.
	return float64(binary.BigEndian.Uint64(sum.Sum(nil)[:8]) >> 16)
}
