package web

// frame is what every page has around its content.
type frame struct {
	Title, Heading string
	// Base leads from the address of the page to the root: ./ or ../.
	Base string
	// Here is which page of the navigation this is.
	Here string
	// JSON is the address of the same for programs.
	JSON           string
	Age            age
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

// product is what the pages call the exporter.
const product = "Export Status Exporter"

func (p *Pages) frame(here, heading, base string, a age) frame {
	return frame{Title: heading + " · " + product, Heading: heading, Base: base, Here: here, Age: a, Version: p.info.Version}
}
