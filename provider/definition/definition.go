// Package definition implements providers that are defined in YAML. A Definition
// describes how to read one API's exports. It contains no secret and does not depend on
// an account. A Config is the block of an account that uses a Definition. The load
// files parse definitions, decode.go converts answers to reports, and status.go
// determines a report's status.
package definition

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// Definition describes how to read one API's exports. It is immutable.
type Definition struct {
	Name string
	// URL is the API's address with placeholders. It is empty if every account must set
	// its own base_url.
	URL string
	// Params holds the names of the placeholders that an account must fill.
	Params []string
	// RefreshInterval is the default interval for this API, or 0 if it has none.
	RefreshInterval time.Duration
	Auth            Auth
	Sources         []*Source
	// About holds the entries of x-about in the file.
	About map[string]string
	// File and Line are the position of the definition. File is empty if the caller
	// knows it anyway.
	File string
	Line int
	// Broken reports that the definition is invalid and must not be used.
	Broken bool

	preset  bool
	text    string // as YAML, with aliases expanded and without comments
	headers []pair
	failIf  *failIf
}

// Text returns the definition as YAML, without comments.
func (d *Definition) Text() string { return d.text }

// Equal reports whether two definitions have the same name and content.
func (d *Definition) Equal(other *Definition) bool {
	return d.Name == other.Name && d.text == other.text
}

// canonical returns a node as normalized YAML. The node must be small.
func canonical(node *yaml.Node) string {
	text, err := yaml.Marshal(plain(node))
	if err != nil {
		return "" // impossible: nodes of a loaded definition can be marshaled
	}
	return string(text)
}

// plain returns a copy of a node with aliases expanded and without comments and styles.
func plain(node *yaml.Node) *yaml.Node {
	node = yamlnode.Resolve(node)
	flat := &yaml.Node{Kind: node.Kind, Tag: node.Tag, Value: node.Value}
	for _, child := range node.Content {
		flat.Content = append(flat.Content, plain(child))
	}
	return flat
}

// Source returns the source with the given name, or nil.
func (d *Definition) Source(name string) *Source {
	for _, each := range d.Sources {
		if each.Name == name {
			return each
		}
	}
	return nil
}

// SourceNames returns the names of the sources in order.
func (d *Definition) SourceNames() []string {
	names := make([]string, len(d.Sources))
	for i, each := range d.Sources {
		names[i] = each.Name
	}
	return names
}

// Posts returns the paths of all POST calls, for review by a person: only the author
// can know that these calls do not change anything.
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

// Source is one list of an API, or one kind of export that is requested by id.
type Source struct {
	Name string

	list, get *call
	next      *next
	afterList string
	report    mapping
	items     *apiclient.PathTree // the wanted values of an item
}

// HasList reports whether the source has a list. A source without one needs ids.
func (s *Source) HasList() bool { return s.list != nil }

// HasGet reports whether single ids can be requested.
func (s *Source) HasGet() bool { return s.get != nil }

// HTTP methods, and values of after_list.
const (
	methodGet  = "GET"
	methodPost = "POST"

	detailNever      = "never"
	detailUnfinished = "unfinished"
	detailAll        = "all"
)

// idParam is the placeholder for the requested id.
const idParam = "id"

// call is a request and the description of its answer.
type call struct {
	method, path  string
	query         []pair
	body          object // only for POST
	graphql       string
	variables     object
	items         paths
	itemsOptional bool

	tree   *apiclient.PathTree // the wanted values of the answer
	failIf *failIf
	quota  []field
}

// next describes how to request further pages of a list.
type next struct {
	kind        string // cursor, last, url, offset or page
	param       string
	from        paths // only for cursor, url and last
	while       paths
	first       int
	alone       bool
	newestFirst bool
}

// Kinds of pagination.
const (
	nextCursor = "cursor"
	nextLast   = "last"
	nextURL    = "url"
	nextOffset = "offset"
	nextPage   = "page"
)

// mapping describes where an item has its values.
type mapping struct {
	id, kind, format, status paths
	fields                   []field
	words                    provider.StatusMap
	ignored                  []string // folded
	conditions               []condition
	hasExpiry                bool
}

// field describes where a time or number is.
type field struct {
	field provider.Field
	paths paths
}

// failIf describes how an answer with status 2xx reports an error.
type failIf struct {
	at     paths
	unless []string // folded
	named  bool     // whether unless is set
	word   paths
	// reasons maps folded error words to reasons.
	reasons map[string]provider.Reason
}

// bind registers the values that the source's calls need from their answers.
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
