package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/internal/files"
	"export_status_exporter/provider/definition"
	"export_status_exporter/secret"
)

// accountName matches valid account names. They are used as label values and in
// URLs.
var accountName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,64}$`)

// account decodes one account with everything in it. Accounts with problems are
// returned too, as far as they could be decoded.
func (d *decoder) account(node *yaml.Node, path string, general *Config) *Account {
	account := &Account{General: general.General, Expect: general.Expect}
	if node.Kind != yaml.MappingNode {
		d.Object(node, path, nil) // reports the expected form
		if yamlnode.IsNull(node) {
			d.noBlock(node, path)
		}
		return account
	}
	pairs := d.Pairs(node, named(path, ownName(node)))
	d.name(node, pairs, path, account)
	path = named(path, account.Name)
	keys := d.Fields(&account.General)
	keys["expect"] = d.expectSetter(&account.Expect)
	keys["name"] = func(*yaml.Node, string) {} // decoded by d.name
	// A misnamed block is reported as an unknown key, so it must not be
	// reported as missing too.
	hasBlock, misnamed := false, false
	for _, name := range d.blocksFor(pairs, keys) {
		keys[name] = func(block *yaml.Node, path string) {
			if hasBlock {
				d.Problem(block, path, "an account has one provider; make another account for this one")
				return
			}
			hasBlock = true
			account.Provider = d.blocks[name]()
			if account.Provider == nil || yamlnode.IsNull(block) && d.besides(pairs, account.Provider) {
				return
			}
			d.provider(block, path, account)
		}
	}
	for _, pair := range pairs {
		if _, known := keys[pair[0].Value]; known {
			continue
		}
		misnamed = misnamed || pair[1].Kind == yaml.MappingNode
		if d.lacksAPIs && pair[1].Kind != yaml.SequenceNode {
			keys[pair[0].Value] = func(*yaml.Node, string) { hasBlock = true }
		}
	}
	before := len(d.given)
	d.Known(pairs, path, keys, true)
	account.given = d.givenSince(before, path)
	if !hasBlock && !misnamed {
		d.noBlock(node, path)
	}
	d.setInterval(path, node.Line, account)
	d.checkGeneral(path, node.Line, &account.General)
	account.setStaleAfter()
	return account
}

// blocksFor returns the names of provider blocks that an account has. If it also has an
// unknown key that is listed as a problem, it returns all, for a hint. All names for each
// account would take time in proportion to accounts times definitions.
func (d *decoder) blocksFor(pairs [][2]*yaml.Node, keys map[string]yamlnode.Setter) []string {
	var own []string
	for _, pair := range pairs {
		name := pair[0].Value
		switch {
		case d.blocks[name] != nil:
			own = append(own, name)
		case keys[name] == nil && d.Room() && (!d.lacksAPIs || pair[1].Kind == yaml.SequenceNode):
			return yamlnode.Sorted(d.blocks)
		}
	}
	return own
}

func (d *decoder) noBlock(node *yaml.Node, path string) {
	d.Problem(node, path, "must have one provider block: %s, or one named after an API (--list-apis shows those that are known)", strings.Join(Kinds(), ", "))
}

// setInterval applies the refresh_interval of the API's definition, unless the
// account has its own.
func (d *decoder) setInterval(path string, line int, account *Account) {
	block, ok := account.Provider.(*definition.Config)
	if _, own := d.Line(yamlnode.Join(path, "refresh_interval")); own || !ok || block.RefreshInterval() == 0 {
		return
	}
	account.RefreshInterval = Duration(block.RefreshInterval())
	_, own := d.Line(yamlnode.Join(path, "stale_after"))
	if least := account.leastStaleAfter(); !own && account.StaleAfter != 0 && account.StaleAfter < least {
		d.Late(path, line, fmt.Sprintf("stale_after must be at least 2 x refresh_interval + timeout = %s, because the definition of %s has a refresh_interval of %s; set stale_after or refresh_interval in the account",
			least, block.Name(), account.RefreshInterval))
	}
}

// named returns the path of an account, with its name if that is valid.
func named(path, name string) string {
	if !accountName.MatchString(name) {
		return path
	}
	return fmt.Sprintf("%s (%s)", path, name)
}

// ownName returns the value of the key name of an account, empty if there is
// none.
func ownName(node *yaml.Node) string {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == "name" {
			return yamlnode.Resolve(node.Content[i+1]).Value
		}
	}
	return ""
}

// name decodes the account's name before anything else, so that all other
// problems can name the account.
func (d *decoder) name(node *yaml.Node, pairs [][2]*yaml.Node, path string, account *Account) {
	for _, pair := range pairs {
		if pair[0].Value != "name" || yamlnode.IsNull(pair[1]) {
			continue
		}
		if d.Value(pair[1], yamlnode.Join(path, "name"), &account.Name) && !accountName.MatchString(account.Name) {
			d.Problem(pair[1], yamlnode.Join(path, "name"), "must be 1 to 64 of a-z A-Z 0-9 _ . -")
			account.Name = ""
		}
		return
	}
	d.Problem(node, path, "must have a name")
}

// provider decodes and validates the provider's block with the connection in
// it, and reads the secrets.
func (d *decoder) provider(block *yaml.Node, path string, account *Account) {
	keys := d.Fields(account.Provider)
	maps.Copy(keys, d.Fields(&account.Connection))
	if own, ok := account.Provider.(*definition.Config); ok {
		d.refuse(keys, own)
	}
	d.Object(block, path, keys)
	if block.Kind != yaml.MappingNode && !yamlnode.IsNull(block) {
		return // it would lack every other setting too
	}
	d.openSecrets(path, block.Line, account)
	d.checkShown(path, block.Line, account)
	d.finishConnection(path, block.Line, account)
	for _, problem := range account.Provider.Validate() {
		d.Late(yamlnode.Join(path, problem.Setting), block.Line, problem.Problem)
	}
}

// refuse reports the secrets that the auth of a definition does not use, and
// says which ones it takes.
func (d *decoder) refuse(keys map[string]yamlnode.Setter, block *definition.Config) {
	for name := range keys {
		setting := strings.TrimSuffix(strings.TrimSuffix(name, "_file"), "_env")
		if block.Takes(setting) {
			continue
		}
		keys[name] = func(node *yaml.Node, path string) {
			d.Problem(node, path, "has no meaning here: the definition of %s has auth: %s, which takes %s", block.Name(), block.Definition.Auth.Kind, takes(block))
		}
	}
}

// takes describes the secrets that a block takes, for messages.
func takes(block *definition.Config) string {
	names := block.Needs()
	if len(names) == 0 {
		return "no secret"
	}
	return strings.Join(names, ", ") + " (each also as *_file or *_env)"
}

// finishConnection sets the connection's defaults and validates it.
func (d *decoder) finishConnection(path string, line int, account *Account) {
	connection := &account.Connection
	connection.TLS.setDirectory(d.dir)
	if block, ok := account.Provider.(*definition.Config); ok {
		block.OwnBaseURL = connection.BaseURL.URL != nil
	}
	if connection.BaseURL.URL == nil {
		base, err := url.Parse(account.Provider.DefaultBaseURL())
		if err != nil {
			base = &url.URL{} // invalid params are reported by Validate
		}
		connection.BaseURL.URL = base
	}
	connection.BaseURL.Path = strings.TrimRight(connection.BaseURL.Path, "/")
	connection.BaseURL.RawPath = strings.TrimRight(connection.BaseURL.RawPath, "/")
	found := connection.problems(account.Provider.Endpoints())
	connection.client = d.tls(connection.TLS)
	if err := connection.client.err; err != nil {
		setting, text := "tls_config", err.Error()
		var wrong *tlsError
		if errors.As(err, &wrong) {
			setting, text = d.tlsSetting(path, wrong.setting), wrong.err.Error()
		}
		found[setting] = text
	}
	for _, setting := range slices.Sorted(maps.Keys(found)) {
		d.Late(yamlnode.Join(path, setting), line, found[setting])
	}
}

// tlsSetting returns the name of a setting of tls_config as the file has it: ca
// or ca_file, for example.
func (d *decoder) tlsSetting(path, setting string) string {
	setting = yamlnode.Join("tls_config", setting)
	_, inline := d.Line(yamlnode.Join(path, setting))
	if _, file := d.Line(yamlnode.Join(path, setting+"_file")); file && !inline {
		return setting + "_file"
	}
	return setting
}

// openSecrets checks that each secret of the block has exactly one origin,
// resolves the paths of secret files against the configuration's folder, and
// reads each secret once. It reports all problems, not only the first.
func (d *decoder) openSecrets(path string, line int, account *Account) {
	block := reflect.ValueOf(account.Provider).Elem()
	needed := account.Provider.Secrets()
	var names []string
	for i := range block.NumField() {
		ref, ok := block.Field(i).Addr().Interface().(*secret.Ref)
		name := yamlnode.Tag(block.Type().Field(i))
		if _, isNeeded := needed[name]; !ok || !isNeeded {
			continue
		}
		if ref.Validate(name) != nil {
			d.wrongSecret(path, name, line, ref)
			continue
		}
		if ref.File != "" && !filepath.IsAbs(ref.File) {
			ref.File = filepath.Join(d.dir, ref.File)
		}
		names = append(names, name)
	}
	if d.hung {
		return
	}
	specs := account.Provider.Secrets() // again, with the resolved paths
	maps.DeleteFunc(specs, func(name string, _ secret.Spec) bool { return !slices.Contains(names, name) })
	set, wrong := secret.Open(d.ctx, d.files, specs)
	for _, name := range names {
		if err := wrong[name]; err != nil {
			d.hung = d.hung || errors.Is(err, files.ErrHangs)
			d.At(d.secretLine(path, name, line), path, name+": "+err.Error()+unsetHint(specs[name].Ref))
		}
	}
	account.Secrets = set
}

// checkShown reports secrets of an account that also occur in its API
// definition, which is public.
func (d *decoder) checkShown(path string, line int, account *Account) {
	const least = 8 // shorter values may occur by chance
	block, ok := account.Provider.(*definition.Config)
	if !ok || account.Secrets == nil {
		return
	}
	text := block.Definition.Text()
	specs := account.Provider.Secrets()
	for name, value := range account.Secrets.Values() {
		if !specs[name].Public && len(value.Reveal()) >= least && strings.Contains(text, value.Reveal()) {
			d.Late(path, line, fmt.Sprintf("%s also occurs in the definition of %s, which is public: remove it there, because auth adds it where the API wants it", name, block.Name()))
		}
	}
}

// secretLine returns the line of a secret, in whichever of its three forms it
// is set.
func (d *decoder) secretLine(path, name string, fallback int) int {
	for _, form := range []string{"", "_file", "_env"} {
		if line, ok := d.Line(yamlnode.Join(path, name+form)); ok {
			return line
		}
	}
	return fallback
}
