// Package browser tests the web pages in a real Chromium. The complete program runs in
// the test's process, with emulated providers.
//
//	cd browser && npm ci && cd ..
//	go test -tags browser -count=1 ./browser
//
// It needs Debian's packages chromium and fonts-dejavu-core, and npm, which installs
// the accessibility checker axe-core.
//
// With EXPORT_STATUS_EXPORTER_SCREENSHOTS, it saves a picture of every page in every
// state and mode to that folder. "make screenshots" sets it to build/screenshots.
//
// To update the README's pictures in docs/images:
//
//	go test -tags browser -count=1 -run TestPictures ./browser -update-pictures
package browser
