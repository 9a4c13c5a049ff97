package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/secret"
)

// accountName is what an account may be called: it is a label and stands in
// addresses.
var accountName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,64}$`)

// account decodes one account and everything in it.
func (d *decoder) account(node *yaml.Node, path string, general General, dir string) *Account {
	account := &Account{General: general}
	d.name(node, path, account)
	if account.Name != "" {
		path = fmt.Sprintf("%s (%s)", path, account.Name)
	}
	keys := d.fields(&account.General)
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
	d.object(node, path, keys)
	d.checkGeneral(path, node.Line, &account.General)
	account.setStaleAfter()
	if account.Provider == nil && (node.Kind == yaml.MappingNode || isNull(node)) {
		d.problem(node, path, "must have one provider block: %s", strings.Join(slices.Sorted(maps.Keys(kinds())), ", "))
	}
	return account
}

// name finds the account's name first, so that every other problem can tell
// which account it is about.
func (d *decoder) name(node *yaml.Node, path string, account *Account) {
	if node.Kind != yaml.MappingNode {
		return
	}
	before := len(d.problems)
	pairs := d.pairs(node, path)
	d.problems = d.problems[:before] // object tells them
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
	secrets, err := secret.NewSet(account.Provider.Secrets())
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
		// Each is read here, so that one that is wrong hides no other.
		if err := account.Provider.Secrets()[name].Try(); err != nil {
			d.problems = append(d.problems, Problem{Line: d.secretLine(path, name, line), Path: path, Text: secretProblem(name, ref, err)})
			whole = false
		}
	}
	return whole
}

// secretProblem says why a secret cannot be used. A path that leads nowhere is
// not repeated: it may be the secret itself, pasted where its file belongs.
func secretProblem(name string, ref *secret.Ref, err error) string {
	var path *fs.PathError
	if ref.File != "" && errors.As(err, &path) && !errors.Is(err, fs.ErrPermission) {
		return fmt.Sprintf("%s_file: %s; it must name a file, relative to this one, and not hold the secret itself", name, path.Err)
	}
	return name + ": " + err.Error()
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
	d.problems = append(d.problems, Problem{Line: line, Path: path, Text: text})
}
