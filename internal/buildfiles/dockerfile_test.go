package buildfiles

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// instruction is one of a Dockerfile, its lines joined.
type instruction struct{ name, arguments string }

// stages parses a Dockerfile: the instructions before the first FROM, then those
// of each stage, beginning with its FROM.
func stages(t *testing.T, text string) [][]instruction {
	t.Helper()
	all := [][]instruction{nil}
	line := ""
	for part := range strings.Lines(text) {
		part = strings.TrimSpace(part)
		if part == "" || strings.HasPrefix(part, "#") {
			continue
		}
		if start, more := strings.CutSuffix(part, `\`); more {
			line += start
			continue
		}
		name, arguments, ok := strings.Cut(line+part, " ")
		line = ""
		if !ok || name != strings.ToUpper(name) {
			t.Fatalf("no instruction: %s", part)
		}
		if name == "FROM" {
			all = append(all, nil)
		}
		last := len(all) - 1
		all[last] = append(all[last], instruction{name, regexp.MustCompile(` {2,}`).ReplaceAllString(arguments, " ")})
	}
	if line != "" {
		t.Fatalf("the last instruction does not end: %s", line)
	}
	return all
}

// all returns the arguments of every instruction of a name.
func all(stage []instruction, name string) []string {
	var found []string
	for _, i := range stage {
		if i.name == name {
			found = append(found, i.arguments)
		}
	}
	return found
}

// one returns the arguments of the only instruction of a name.
func one(t *testing.T, stage []instruction, name string) string {
	t.Helper()
	found := all(stage, name)
	if len(found) != 1 {
		t.Fatalf("%d times %s, want 1", len(found), name)
	}
	return found[0]
}

// execForm decodes a command that needs no shell.
func execForm(t *testing.T, text string) []string {
	t.Helper()
	var words []string
	if err := json.Unmarshal([]byte(text), &words); err != nil {
		t.Fatalf("%s is not of the form that needs no shell: %v", text, err)
	}
	return words
}

func TestImage(t *testing.T) {
	file := stages(t, read(t, "Dockerfile"))
	final := file[len(file)-1]

	if base := one(t, final, "FROM"); base != "gcr.io/distroless/static-debian12:nonroot" {
		t.Errorf("base %s", base)
	}
	// By number and not root, or Kubernetes' runAsNonRoot refuses it.
	user, group, _ := strings.Cut(one(t, final, "USER"), ":")
	for _, id := range []string{user, group} {
		if n, err := strconv.Atoi(id); err != nil || n == 0 {
			t.Errorf("USER %s:%s", user, group)
		}
	}
	program := execForm(t, one(t, final, "ENTRYPOINT"))
	if diff := cmp.Diff([]string{"/bin/export_status_exporter"}, program); diff != "" {
		t.Errorf("ENTRYPOINT (-want +got):\n%s", diff)
	}
	options, command, _ := strings.Cut(one(t, final, "HEALTHCHECK"), " CMD ")
	if diff := cmp.Diff([]string{program[0], "--health"}, execForm(t, command)); diff != "" {
		t.Errorf("HEALTHCHECK (-want +got):\n%s", diff)
	}
	for _, option := range []string{"--interval=", "--timeout=", "--start-period=", "--retries="} {
		if !strings.Contains(options, option) {
			t.Errorf("HEALTHCHECK without %s", option)
		}
	}
	if environment := one(t, final, "ENV"); environment != "EXPORT_STATUS_EXPORTER_CONFIG_FILE=/etc/export_status_exporter/export_status_exporter.yml" {
		t.Errorf("ENV %s", environment)
	}
	for _, label := range []string{"title", "description", "licenses", "version", "revision"} {
		if !strings.Contains(one(t, final, "LABEL"), "org.opencontainers.image."+label+"=\"") {
			t.Errorf("no label %s", label)
		}
	}
	for _, name := range []string{"RUN", "ADD", "SHELL", "VOLUME"} {
		if found := all(final, name); found != nil {
			t.Errorf("the last stage has %s %s", name, found)
		}
	}
	for _, copied := range all(final, "COPY") {
		if !strings.HasPrefix(copied, "--from=binary /unpacked/") {
			t.Errorf("COPY %s", copied)
		}
	}
}

// TestImagePort compares the image's port with the program's own.
func TestImagePort(t *testing.T) {
	file := stages(t, read(t, "Dockerfile"))
	port := one(t, file[len(file)-1], "EXPOSE")
	if !strings.Contains(read(t, "internal/cli/command.go"), `kingpinflag.AddFlags(command, ":`+port+`")`) {
		t.Errorf("EXPOSE %s is not where the program listens", port)
	}
}

// TestImageBinary checks both ways to the binary: the Makefile's build for the
// platform that is asked for, and the release's tarball of that platform.
func TestImageBinary(t *testing.T) {
	byName := map[string][]instruction{}
	for _, stage := range stages(t, read(t, "Dockerfile"))[1:] {
		if _, name, ok := strings.Cut(stage[0].arguments, " AS "); ok {
			byName[name] = stage
		}
	}
	source := byName["source"]
	if !slices.ContainsFunc(all(source, "RUN"), func(s string) bool {
		return strings.Contains(s, "GOOS=$TARGETOS GOARCH=$TARGETARCH make build")
	}) {
		t.Errorf("the stage source runs %q", all(source, "RUN"))
	}
	if !strings.HasPrefix(source[0].arguments, "--platform=$BUILDPLATFORM ") {
		t.Error("the compiler would be emulated")
	}
	m := parseMakefile(t)
	stamps := strings.Join(all(source, "ARG"), " ")
	for _, name := range makefileBuild(t).Stamps {
		if name == "" {
			continue
		}
		if !strings.Contains(stamps, name+"=") {
			t.Errorf("the stage source has no ARG %s", name)
		}
		if m.variables[name] == "" {
			t.Errorf("the Makefile has no %s", name)
		}
	}
	// The name that goreleaser gives to a tarball.
	tarball := "export_status_exporter-*.${TARGETOS}-${TARGETARCH}.tar.gz"
	if add := one(t, byName["release"], "ADD"); add != tarball+" /unpacked/" {
		t.Errorf("ADD %s", add)
	}
	if names := read(t, ".goreleaser.yml"); !strings.Contains(names, `name_template: "{{ .ProjectName }}-{{ .Version }}.{{ .Os }}-{{ .Arch }}"`) {
		t.Error("goreleaser names tarballs otherwise than the Dockerfile expects")
	}
	if from := byName["binary"]; from[0].arguments != "${BINARY_FROM} AS binary" {
		t.Errorf("FROM %s", from[0].arguments)
	}
}

// TestImageContext checks that the build context has what the program is built
// from, and nothing by default: no key, no configuration, no history.
func TestImageContext(t *testing.T) {
	var allowed []string
	ignored := false
	for line := range strings.Lines(read(t, ".dockerignore")) {
		line = strings.TrimSpace(line)
		if line == "*" && allowed == nil {
			ignored = true
		}
		if name, ok := strings.CutPrefix(line, "!"); ok {
			allowed = append(allowed, name)
		}
	}
	if !ignored {
		t.Fatal(".dockerignore does not begin with ignoring everything")
	}
	for _, name := range []string{"go.mod", "go.sum", "Makefile", "LICENSE", "NOTICE", "*.go"} {
		if !slices.Contains(allowed, name) {
			t.Errorf("the context has no %s", name)
		}
	}
	for folder := range imported(t, ".", map[string]bool{}) {
		if top, _, _ := strings.Cut(folder, "/"); top != "." && !slices.Contains(allowed, top) {
			t.Errorf("the program imports %s, which is not in the context", folder)
		}
	}
}

// imported adds the folders of the project that a folder's code imports, itself
// included, and so on.
func imported(t *testing.T, folder string, seen map[string]bool) map[string]bool {
	t.Helper()
	if seen[folder] {
		return seen
	}
	seen[folder] = true
	sources, err := filepath.Glob(filepath.Join("../..", folder, "*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("%s: %d files, %v", folder, len(sources), err)
	}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		data, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, data, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if ours, ok := strings.CutPrefix(path, "export_status_exporter/"); ok {
				imported(t, ours, seen)
			}
		}
	}
	return seen
}
