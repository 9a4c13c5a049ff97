// Package parsers contains only tests. They read every endpoint of the program in every
// format, using the parsers of common scrapers. The package is a separate module,
// because the program needs none of these parsers.
package parsers
