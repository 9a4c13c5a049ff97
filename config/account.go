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

	"export_status_exporter/internal/files"
	"export_status_exporter/secret"
)

// accountName is what an account may be called: it is a label and stands in
// addresses.
var accountName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,64}$`)

// account decodes one account and everything in it.
func (d *decoder) account(node *yaml.Node, path string, general *Config, dir string) *Account {
	account := &Account{General: general.General, Expect: general.Expect}
	var pairs [][2]*yaml.Node
	if node.Kind == yaml.MappingNode {
		pairs = d.pairs(node, named(path, ownName(node)))
		d.name(node, pairs, path, account)
	}
	path = named(path, account.Name)
	keys := d.fields(&account.General)
	keys["expect"] = d.expectSetter(&account.Expect)
	keys["name"] = func(*yaml.Node, string) {} // read before, for the path
	for name, build := range kinds() {
		keys[name] = func(block *yaml.Node, path string) {
			if account.Provider != nil {
				d.problem(block, path, "an account has one provider; make another account for this one")
				return
			}
			account.Provider = build()
			d.provider(block, path, account, dir)
		}
	}
	before := len(d.given)
	if node.Kind == yaml.MappingNode {
		d.pairwise(pairs, path, keys)
	} else {
		d.object(node, path, keys) // which says what it should be
	}
	account.given = d.givenSince(before, path)
	d.checkGeneral(path, node.Line, &account.General)
	account.setStaleAfter()
	if account.Provider == nil && (node.Kind == yaml.MappingNode || isNull(node)) {
		d.problem(node, path, "must have one provider block: %s", strings.Join(slices.Sorted(maps.Keys(kinds())), ", "))
	}
	return account
}

// named is the path of an account whose name is known.
func named(path, name string) string {
	if !accountName.MatchString(name) {
		return path
	}
	return fmt.Sprintf("%s (%s)", path, name)
}

// ownName is the name that stands in the account itself.
func ownName(node *yaml.Node) string {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == "name" {
			return resolve(node.Content[i+1]).Value
		}
	}
	return ""
}

// name finds the account's name first, so that every other problem can tell
// which account it is about.
func (d *decoder) name(node *yaml.Node, pairs [][2]*yaml.Node, path string, account *Account) {
	for _, pair := range pairs {
		if pair[0].Value != "name" || isNull(pair[1]) {
			continue
		}
		if d.value(pair[1], join(path, "name"), &account.Name) && !accountName.MatchString(account.Name) {
			d.problem(pair[1], join(path, "name"), "must be 1 to 64 of a-z A-Z 0-9 _ . -")
			account.Name = ""
		}
		return
	}
	d.problem(node, path, "must have a name")
}

// provider decodes the provider's block and the connection in it, checks both,
// and reads the secrets.
func (d *decoder) provider(block *yaml.Node, path string, account *Account, dir string) {
	connection := &account.Connection
	keys := d.fields(account.Provider)
	maps.Copy(keys, d.fields(connection))
	keys["tls_config"] = func(node *yaml.Node, path string) { d.object(node, path, d.tlsKeys(&connection.TLS)) }
	d.object(block, path, keys)
	whole := d.finishSecrets(path, block.Line, account, dir)
	d.finishConnection(path, block.Line, account, dir)
	for _, problem := range account.Provider.Validate() {
		d.late(settingPath(path, problem), block.Line, problem.Problem)
	}
	if !whole {
		return
	}
	secrets, err := secret.NewSet(d.ctx, d.files, account.Provider.Secrets())
	if err != nil { // a file that has changed since it was tried
		d.late(path, block.Line, err.Error())
		return
	}
	account.Secrets = secrets
}

// finishConnection gives the connection its defaults and checks it.
func (d *decoder) finishConnection(path string, line int, account *Account, dir string) {
	connection := &account.Connection
	connection.TLS.SetDirectory(dir)
	if connection.BaseURL.URL == nil {
		base, err := url.Parse(account.Provider.DefaultBaseURL())
		if err != nil {
			panic(err) // a constant of ours
		}
		connection.BaseURL.URL = base
	}
	connection.BaseURL.Path = strings.TrimRight(connection.BaseURL.Path, "/")
	found := connection.problems(account.Provider.Endpoints())
	if err := d.tls(connection); err != nil {
		found["tls_config"] = err.Error()
	}
	for _, setting := range slices.Sorted(maps.Keys(found)) {
		d.late(join(path, setting), line, found[setting])
	}
}

// finishSecrets checks that each secret has one origin, and makes the paths of
// secret files relative to the configuration's folder. It reports whether all
// can be read.
func (d *decoder) finishSecrets(path string, line int, account *Account, dir string) (whole bool) {
	whole = true
	block := reflect.ValueOf(account.Provider).Elem()
	for i := range block.NumField() {
		ref, ok := block.Field(i).Addr().Interface().(*secret.Ref)
		if !ok {
			continue
		}
		name := block.Type().Field(i).Tag.Get("yaml")
		if err := ref.Validate(name); err != nil {
			d.late(path, line, err.Error())
			whole = false
			continue
		}
		if ref.File != "" && !filepath.IsAbs(ref.File) {
			ref.File = filepath.Join(dir, ref.File)
		}
		// Each is read here, so that one that is wrong hides no other. But one
		// that hangs does: each of the others could hang as long.
		if d.hung {
			whole = false
			continue
		}
		if _, err := account.Provider.Secrets()[name].Try(d.ctx, d.files); err != nil {
			d.hung = errors.Is(err, files.ErrHangs)
			d.lateAt(d.secretLine(path, name, line), path, name+": "+err.Error())
			whole = false
		}
	}
	return whole
}

// secretLine is where a secret is set, in whichever of its three forms.
func (d *decoder) secretLine(path, name string, fallback int) int {
	for _, form := range []string{"", "_file", "_env"} {
		if line, ok := d.lines[join(path, name+form)]; ok {
			return line
		}
	}
	return fallback
}

// late adds a problem that was found after decoding, at the line of its
// setting if that stands in the file.
func (d *decoder) late(path string, fallback int, text string) {
	line, ok := d.lines[path]
	if !ok {
		line = fallback
	}
	d.lateAt(line, path, text)
}

func (d *decoder) lateAt(line int, path, text string) {
	if d.room() {
		d.tell(line, path, text)
	}
}
