// Package browser tests the web pages in a real Chromium. The complete program runs in
// the test's process, with emulated providers.
//
//	cd browser && npm ci && cd ..
//	go test -tags browser -count=1 ./browser
//
// It needs Debian's packages chromium and fonts-dejavu-core, and npm, which installs
// the accessibility checker axe-core. It saves a picture of every page in every mode to
// build/screenshots, or to the folder named by EXPORT_STATUS_EXPORTER_SCREENSHOTS.
//
// To update the README's pictures in docs/images:
//
//	go test -tags browser -count=1 -run TestPictures ./browser -update-pictures
package browser
