// Package definition makes providers of API definitions: YAML that says how one
// API tells of its exports. A Definition holds no secret and belongs to nobody;
// a Config is the block of an account that uses one. The load files read
// definitions, decode.go maps an answer to reports, status.go its status.
package definition

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// Definition is how one API tells of its exports. It is valid and immutable.
type Definition struct {
	Name string
	// URL is the API's address with its placeholders, empty if every account
	// gives its own.
	URL string
	// Params are what an account must give.
	Params []string
	// RefreshInterval is what the API's budget bears, 0 if it does not say.
	RefreshInterval time.Duration
	Auth            Auth
	Sources         []*Source
	// About is what x-about of the file says, by key.
	About map[string]string
	// File and Line are where it stands; the file is empty where that is known
	// from elsewhere.
	File string
	Line int
	// Broken says that it has a problem, and must not be used.
	Broken bool

	preset  bool
	text    string // as YAML, aliases followed and without comments
	headers []pair
	failIf  *failIf
}

// Text is the definition as YAML, without comments.
func (d *Definition) Text() string { return d.text }

// Equal reports whether two definitions say the same, wherever they stand.
func (d *Definition) Equal(other *Definition) bool {
	return d.Name == other.Name && d.text == other.text
}

// canonical is a node as text. It must be a small one.
func canonical(node *yaml.Node) string {
	text, err := yaml.Marshal(plain(node))
	if err != nil {
		return "" // a definition that loads has only nodes that can be written
	}
	return string(text)
}

// plain is a copy of a node in which aliases are followed, and comments and styles
// are left out.
func plain(node *yaml.Node) *yaml.Node {
	node = yamlnode.Resolve(node)
	flat := &yaml.Node{Kind: node.Kind, Tag: node.Tag, Value: node.Value}
	for _, child := range node.Content {
		flat.Content = append(flat.Content, plain(child))
	}
	return flat
}

// Source returns a source by its name, nil if there is none.
func (d *Definition) Source(name string) *Source {
	for _, each := range d.Sources {
		if each.Name == name {
			return each
		}
	}
	return nil
}

// SourceNames are the names of the sources, in their order.
func (d *Definition) SourceNames() []string {
	names := make([]string, len(d.Sources))
	for i, each := range d.Sources {
		names[i] = each.Name
	}
	return names
}

// Posts are the paths of the calls that are a POST, for a person to look at:
// whether they only read is the author's promise.
func (d *Definition) Posts() []string {
	var posts []string
	for _, each := range d.Sources {
		for _, c := range []*call{each.list, each.get} {
			if c != nil && c.method == methodPost && !slices.Contains(posts, c.path) {
				posts = append(posts, c.path)
			}
		}
	}
	return posts
}

// Source is one list of an API, or one kind of export that is asked for by id.
type Source struct {
	Name string

	list, get *call
	next      *next
	afterList string
	report    report
	items     *apiclient.PathTree // what is wanted of an item
}

// HasList reports whether the source can be listed; one that cannot needs ids.
func (s *Source) HasList() bool { return s.list != nil }

// HasGet reports whether single ids can be asked for.
func (s *Source) HasGet() bool { return s.get != nil }

// The methods, and the values of after_list.
const (
	methodGet  = "GET"
	methodPost = "POST"

	detailNever      = "never"
	detailUnfinished = "unfinished"
	detailAll        = "all"
)

// idParam is the placeholder of the id that is asked for.
const idParam = "id"

// call is a request and where its answer holds what.
type call struct {
	method, path  string
	query         []pair
	body          object // of a POST
	graphql       string
	variables     object
	items         paths
	itemsOptional bool

	tree   *apiclient.PathTree // what is wanted of the answer
	failIf *failIf
	quota  []field
}

// next is how a list goes on.
type next struct {
	kind        string // cursor, last, url, offset or page
	param       string
	from        paths // of cursor, url and last
	while       paths
	first       int
	alone       bool
	newestFirst bool
}

// The kinds of pages.
const (
	nextCursor = "cursor"
	nextLast   = "last"
	nextURL    = "url"
	nextOffset = "offset"
	nextPage   = "page"
)

// report is where an item holds what.
type report struct {
	id, kind, format, status paths
	fields                   []field
	words                    provider.StatusMap
	ignored                  []string // folded
	conditions               []condition
	hasExpiry                bool
}

// field is where a moment or a number stands.
type field struct {
	field provider.Field
	paths paths
}

// failIf is how an answer with status 2xx says that it is none.
type failIf struct {
	at     paths
	unless []string // folded
	named  bool     // whether unless was given
	word   paths
	// reasons are the words of each reason, folded.
	reasons map[string]provider.Reason
}

// bind notes what the calls of the source want of their answers.
func (s *Source) bind(d *Definition, quota []field) {
	s.items = &apiclient.PathTree{}
	for _, each := range []paths{s.report.id, s.report.kind, s.report.format, s.report.status} {
		each.bind(s.items)
	}
	for _, each := range s.report.fields {
		each.paths.bind(s.items)
	}
	for i := range s.report.conditions {
		s.report.conditions[i].paths.bind(s.items)
	}
	for _, c := range []*call{s.list, s.get} {
		if c == nil {
			continue
		}
		c.tree = &apiclient.PathTree{}
		for _, each := range c.items {
			c.tree.WantItems(each.keys)
		}
		if d.failIf != nil {
			own := *d.failIf
			own.at, own.word = slices.Clone(own.at), slices.Clone(own.word)
			own.at.bind(c.tree)
			own.word.bind(c.tree)
			c.failIf = &own
		}
		for _, each := range quota {
			own := field{each.field, slices.Clone(each.paths)}
			own.paths.bind(c.tree)
			c.quota = append(c.quota, own)
		}
	}
	if s.next != nil {
		s.next.while.bind(s.list.tree)
		if s.next.kind == nextLast {
			s.next.from.bind(s.items)
		} else {
			s.next.from.bind(s.list.tree)
		}
	}
}
