// Package browser tests the pages that a person looks at in a real Chromium:
// the whole program in this process, with emulated providers behind it.
//
//	cd browser && npm ci && cd ..
//	go test -tags browser -count=1 ./browser
//
// It needs chromium (Debian's package of this name), fonts (fonts-dejavu-core)
// and Node's npm, which brings axe-core, the checker of accessibility. A picture
// of every page in every mode is written to build/screenshots, or to the folder
// that EXPORT_STATUS_EXPORTER_SCREENSHOTS names.
//
//	go test -tags browser -count=1 -run TestPictures ./browser -update-pictures
//
// makes the pictures of the README again, in docs/images.
package browser
