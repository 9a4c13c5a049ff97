// Package browser tests the pages that a person looks at in a real Chromium:
// the whole program in this process, with emulated providers behind it.
//
//	cd browser && npm ci && cd ..
//	go test -tags browser -count=1 ./browser
//
// It needs chromium (Debian's package of this name), fonts (fonts-dejavu-core)
// and Node's npm, which brings axe-core, the checker of accessibility.
//
// If EXPORT_STATUS_EXPORTER_SCREENSHOTS names a folder, a picture of every page
// in every state and mode is written to it. "make screenshots" does that.
//
//	go test -tags browser -count=1 -run TestPictures ./browser -update-pictures
//
// makes the pictures of the README again, in docs/images.
package browser
