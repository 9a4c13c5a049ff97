package web

// frame holds what every page has around its content.
type frame struct {
	Title, Heading string
	// Base is the relative path from the page to the root: ./ or ../.
	Base string
	// Here is the current page in the navigation.
	Here string
	// JSON is the URL of the same content as JSON.
	JSON           string
	Age            freshness
	Version        string
	RefreshSeconds int
}

// The pages of the navigation.
const (
	hereOverview = "overview"
	hereExports  = "exports"
	hereRunbooks = "runbooks"
	hereConfig   = "config"
)

// product is the name of the exporter on the pages.
const product = "Export Status Exporter"

func (p *Pages) frame(here, heading, base string, a freshness) frame {
	return frame{Title: heading + " · " + product, Heading: heading, Base: base, Here: here, Age: a, Version: p.info.Version}
}
