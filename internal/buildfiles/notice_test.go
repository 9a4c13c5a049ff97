package buildfiles

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write NOTICE anew")

// noticeRule separates what NOTICE says by hand from the texts that are generated, and each module from the next.
const noticeRule = "\n================================================================================\n"

// licenseFile matches the names under which modules keep what a copy has to carry.
var licenseFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents)([-._].*)?$`)

// linkedModule is a module that a built program contains.
type linkedModule struct{ Path, Version, Dir string }

// linkedModules returns the folders of the packages that the released programs link, by module.
func linkedModules(t *testing.T) map[linkedModule][]string {
	t.Helper()
	modules := map[linkedModule][]string{}
	targets := regexp.MustCompile(`(?m)^ +- ([a-z]+)_(amd64|arm64)$`).FindAllStringSubmatch(string(readNoticeInput(t, "../../.goreleaser.yml")), -1)
	if len(targets) == 0 {
		t.Fatal(".goreleaser.yml names no targets")
	}
	for _, target := range targets {
		command := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Dir,Module", ".")
		command.Dir = "../.."
		command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+target[1], "GOARCH="+target[2])
		out, err := command.Output()
		if err != nil {
			t.Fatalf("go list for %s: %v", target[0], err)
		}
		for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
			var listed struct {
				Dir    string
				Module *struct {
					linkedModule
					Main bool
				}
			}
			if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if listed.Module != nil && !listed.Module.Main {
				modules[listed.Module.linkedModule] = append(modules[listed.Module.linkedModule], listed.Dir)
			}
		}
	}
	return modules
}

// licenseTexts returns the licences and notices of a module that hold for the given folders: theirs and those above.
func licenseTexts(t *testing.T, root string, dirs []string) string {
	t.Helper()
	files := map[string]bool{}
	for _, dir := range dirs {
		for ; strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range entries {
				if !entry.IsDir() && licenseFile.MatchString(entry.Name()) && filepath.Ext(entry.Name()) != ".go" {
					files[filepath.Join(dir, entry.Name())] = true
				}
			}
		}
	}
	var texts strings.Builder
	for _, file := range slices.Sorted(maps.Keys(files)) {
		text := strings.ReplaceAll(string(readNoticeInput(t, file)), "\r\n", "\n")
		fmt.Fprintf(&texts, "\n--- %s\n\n%s\n", strings.TrimPrefix(file, root+"/"), strings.TrimRight(text, "\n"))
	}
	return texts.String()
}

func readNoticeInput(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestNotice compares NOTICE with the licences of Go and of all modules that a released program links, and writes it
// with -update.
func TestNotice(t *testing.T) {
	have := string(readNoticeInput(t, "../../NOTICE"))
	head, _, _ := strings.Cut(have, noticeRule)
	goroot, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root := strings.TrimSpace(string(goroot))
	sections := []string{"The Go standard library\n" + licenseTexts(t, root, []string{root})}
	modules := linkedModules(t)
	for _, module := range slices.SortedFunc(maps.Keys(modules), func(a, b linkedModule) int { return strings.Compare(a.Path, b.Path) }) {
		texts := licenseTexts(t, module.Dir, modules[module])
		if texts == "" {
			t.Errorf("%s has no licence: find out whether we may ship it", module.Path)
		}
		sections = append(sections, module.Path+" "+module.Version+"\n"+texts)
	}
	want := strings.TrimRight(head, "\n") + "\n" + noticeRule + strings.Join(sections, noticeRule)
	if *update {
		if err := os.WriteFile("../../NOTICE", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have != want {
		t.Error("NOTICE is not what the linked modules ask for: make notice")
	}
}
