// Package parsers has tests only: they read every endpoint of the built program,
// in every format, by the parsers that scrapers use. They are a module of their
// own because the program needs none of them.
package parsers
