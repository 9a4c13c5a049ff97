package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// contributingFile is a page with a generated list of places.
const contributingFile = "CONTRIBUTING.md"

// place is a file that must mention every kind of provider in code. In its name and
// mark, KIND is the name of the folder and NAME the name of the block.
type place struct {
	file string
	// what describes what to write there.
	what string
	// mark is in the file if it mentions the kind. Case and underscores are ignored.
	mark string
}

// places returns all places. A test checks each of them for all kinds, and finds other
// files that list the kinds.
func places() []place {
	return []place{
		{"provider/KIND/config.go", "the block: settings with `yaml` tags, defaults, `Endpoints` as the allow-list, `Secrets`, `Validate`, `Warnings`, `Serial`, `Sources`", `const Name = "NAME"`},
		{"provider/KIND/*.go", "`fetch.go`: one `provider.Source` for each thing that can fail on its own, with lists built by `provider.NewList`; `sign.go`, if requests are signed", ") Fetch("},
		{"provider/KIND/decode.go", "the types of the API's JSON, built from `apiclient`'s tolerant types. Decode only what is used", "`json:"},
		{"provider/KIND/errors.go", "what the API's errors mean, and what a person can do about each reason", "provider.Reason"},
		{"provider/KIND/words.go", "the API's words for statuses and errors as data: `StatusWords`, `ErrorWords`", ") StatusWords("},
		{"provider/KIND/*_test.go", "the responses that the vendor documents, verbatim, in `testdata/`; signature vectors; a fuzz target", "func FuzzDecode("},
		{"config/config.go", "one line in `kinds`", "KIND.DefaultConfig()"},
		{"internal/sandbox/KIND.go", "an emulation of the API that does not use `provider/KIND` and checks signatures with its own code; exports for the demo", ") facts() Facts"},
		{"internal/sandbox/sandbox.go", "its name, and one line in `apis`", `= "NAME"`},
		{"internal/faults/faults_words_test.go", "its errors, each with its expected reason", "sandbox.NAME: {"},
		{"internal/answers/dialects_test.go", "how it writes lists, errors and times: in `dialects` if its exports are like those of the others, else in `allDialects`", "provider: sandbox.NAME,"},
		{"internal/docs/told.go", "which values it reports", `"NAME"`},
		{"docs/providers.md", "its column and its section", "`NAME`"},
		{"docs/configuration.md", "its section, and its line under *How does it reach the providers?*", "### NAME"},
		{"examples/export_status_exporter.yml", "an account", "    NAME:"},
	}
}

// placeList returns the list of places in CONTRIBUTING.md.
func placeList() string {
	var b strings.Builder
	for i, each := range places() {
		fmt.Fprintf(&b, "%d. `%s`: %s.\n", i+1, each.file, each.what)
	}
	return b.String()
}

// contributingPage returns the page with an up-to-date list.
func contributingPage(top string) ([]byte, error) {
	page, err := os.ReadFile(filepath.Join(top, contributingFile))
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	return betweenMarks(contributingFile, page, placeList())
}

// betweenMarks inserts a text between the marks of the generated part.
func betweenMarks(name string, page []byte, text string) ([]byte, error) {
	before, rest, begun := strings.Cut(string(page), beginMark)
	_, after, ended := strings.Cut(rest, endMark)
	if !begun || !ended {
		return nil, errors.New(name + " has lost a mark of what is generated")
	}
	return []byte(before + beginMark + text + endMark + after), nil
}
