package buildfiles

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// matches returns the files of the project that a pattern means.
func matches(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("../..", pattern))
	if err != nil {
		t.Fatal(err)
	}
	for i := range found {
		found[i] = strings.TrimPrefix(found[i], "../../")
	}
	return found
}

// TestArchivesHaveTheirFiles checks that what goes into the tarballs is there,
// and that promu's would have nothing else.
func TestArchivesHaveTheirFiles(t *testing.T) {
	var archived []string
	for _, file := range readGoreleaser(t).Archives[0].Files {
		found := matches(t, file.Src)
		if len(found) == 0 {
			t.Errorf("nothing is %s", file.Src)
		}
		archived = append(archived, found...)
	}
	for _, file := range readPromu(t).Tarball.Files {
		if !slices.Contains(archived, file) {
			t.Errorf("%s is in promu's tarball only", file)
		}
	}
	for _, file := range archived {
		info, err := os.Stat(filepath.Join("../..", file))
		if err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s is no file: %v", file, err)
		}
	}
}

// TestPackagesHaveTheirFiles checks the sources of the packages' files, but for
// what the release makes in build/.
func TestPackagesHaveTheirFiles(t *testing.T) {
	n := readGoreleaser(t).Nfpms[0]
	for _, content := range n.Contents {
		if content.Type == "dir" || strings.HasPrefix(content.Src, "build/") {
			continue
		}
		if len(matches(t, content.Src)) == 0 {
			t.Errorf("nothing is %s", content.Src)
		}
	}
	for _, name := range []string{"preinstall", "postinstall", "preremove", "postremove"} {
		if script := read(t, n.Scripts[name]); !strings.HasPrefix(script, "#!/bin/sh\n") || !strings.Contains(script, "\nset -e\n") {
			t.Errorf("%s is no script that stops at a failure", n.Scripts[name])
		}
	}
}

// setting returns the last value of a setting of a systemd unit.
func setting(unit, name string) string {
	found := regexp.MustCompile(`(?m)^`+name+`=(.*)$`).FindAllStringSubmatch(unit, -1)
	if found == nil {
		return ""
	}
	return found[len(found)-1][1]
}

// TestOneService checks that unit, scripts, configuration and manual page mean
// the same user, program and files.
func TestOneService(t *testing.T) {
	n := readGoreleaser(t).Nfpms[0]
	targets := map[string]string{}
	for _, content := range n.Contents {
		targets[content.Dst] = content.Type
	}
	changes := read(t, "packaging/package.conf")
	command := strings.Fields(setting(changes, "ExecStart"))
	config := "/etc/export_status_exporter/export_status_exporter.yml"
	if len(command) != 2 || command[0] != n.Bindir+"/export_status_exporter" || command[1] != "--config.file="+config {
		t.Errorf("the service runs %q", command)
	}
	if targets[config] != "config|noreplace" {
		t.Errorf("%s is packaged as %q", config, targets[config])
	}
	user := setting(changes, "User")
	if user == "" || user != setting(changes, "Group") || !strings.Contains(read(t, n.Scripts["preinstall"]), "\nuser="+user+"\n") {
		t.Errorf("the service runs as %q, which is not the user of preinstall.sh", user)
	}
	// An ExecStart or a credential of the example that is not reset would be there beside these.
	unit := read(t, "examples/systemd/export_status_exporter.service")
	for _, name := range []string{"ExecStart", "LoadCredential"} {
		if setting(unit, name) != "" && !strings.Contains(changes, "\n"+name+"=\n") {
			t.Errorf("package.conf adds to the example's %s and does not replace it", name)
		}
	}
	if setting(unit, "DynamicUser") == "yes" && setting(changes, "DynamicUser") != "no" {
		t.Error("the service has a user for the moment, the package one that lasts")
	}
	environment := strings.TrimPrefix(setting(unit, "EnvironmentFile"), "-")
	if targets[environment] != "config|noreplace" {
		t.Errorf("the unit reads %s, which the package does not have", environment)
	}
	if manual := read(t, "packaging/man.tail"); !strings.Contains(manual, config) {
		t.Errorf("the manual page does not name %s", config)
	}
}
