package buildfiles

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// build is one way to build the program, told without the words of its tool.
type build struct {
	CGO             bool
	Flags           []string
	Stripped        bool
	Stamps          map[string]string // package variable to what it is set to
	Binary, Package string
}

const stampPackage = "github.com/prometheus/common/version."

// linkerFlags reads -ldflags. The values of the stamps are given the Makefile's
// names by the replacer.
func linkerFlags(t *testing.T, words []string, b *build, names *strings.Replacer) {
	t.Helper()
	b.Stamps = map[string]string{}
	var symbols, debug bool
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "-s":
			symbols = true
		case "-w":
			debug = true
		case "-X":
			i++
			name, value, ok := strings.Cut(words[i], "=")
			variable, ours := strings.CutPrefix(name, stampPackage)
			if !ok || !ours {
				t.Fatalf("stamp %s", words[i])
			}
			b.Stamps[variable] = names.Replace(value)
		default:
			t.Fatalf("linker flag %s", words[i])
		}
	}
	b.Stripped = symbols && debug
}

// fields splits at spaces that are not inside of {{ }}.
func fields(text string) []string {
	return regexp.MustCompile(`(?:\{\{.*?\}\}|\S)+`).FindAllString(text, -1)
}

func makefileBuild(t *testing.T) build {
	t.Helper()
	m := parseMakefile(t)
	recipe := m.recipes["build"]
	if len(recipe) != 1 {
		t.Fatalf("make build has %d commands, want 1", len(recipe))
	}
	parts := regexp.MustCompile(`^(.*)go build (.*)-ldflags '([^']*)' -o (\S+) (\S+)$`).FindStringSubmatch(m.expand(recipe[0]))
	if parts == nil {
		t.Fatalf("make build runs %q", recipe[0])
	}
	b := build{
		CGO:   !slices.Contains(strings.Fields(parts[1]), "CGO_ENABLED=0"),
		Flags: strings.Fields(parts[2]), Binary: parts[4], Package: parts[5],
	}
	linkerFlags(t, fields(parts[3]), &b, strings.NewReplacer("$(", "", ")", ""))
	return b
}

type promu struct {
	Go struct {
		Version string
		CGO     bool
	}
	Build struct {
		Binaries []struct{ Name, Path string }
		Static   bool
		Flags    string
		Ldflags  string
	}
	Tarball    struct{ Files []string }
	Crossbuild struct{ Platforms []string }
}

func readPromu(t *testing.T) promu {
	t.Helper()
	var p promu
	readYAML(t, ".promu.yml", &p)
	return p
}

func promuBuild(t *testing.T) build {
	t.Helper()
	p := readPromu(t)
	if len(p.Build.Binaries) != 1 {
		t.Fatalf("promu builds %d binaries, want 1", len(p.Build.Binaries))
	}
	b := build{CGO: p.Go.CGO, Flags: strings.Fields(p.Build.Flags), Binary: p.Build.Binaries[0].Name, Package: p.Build.Binaries[0].Path}
	if p.Build.Static {
		b.Flags = append(b.Flags, "static") // promu then passes -extldflags
	}
	linkerFlags(t, fields(p.Build.Ldflags), &b, strings.NewReplacer(
		"{{.Version}}", "VERSION", "{{.Revision}}", "REVISION", "{{.Branch}}", "BRANCH", `{{date "20060102-15:04:05"}}`, "BUILDDATE"))
	return b
}

type goreleaser struct {
	Builds []struct {
		Main, Binary                 string
		Env, Flags, Ldflags, Targets []string
	}
	Archives []struct {
		Files []struct{ Src string }
	}
	Nfpms []struct {
		PackageName string `yaml:"package_name"`
		Bindir      string
		Scripts     map[string]string
		Contents    []struct{ Src, Dst, Type string }
	}
}

func readGoreleaser(t *testing.T) goreleaser {
	t.Helper()
	var g goreleaser
	readYAML(t, ".goreleaser.yml", &g)
	if len(g.Builds) != 1 || len(g.Archives) != 1 || len(g.Nfpms) != 1 {
		t.Fatalf("goreleaser has %d builds, %d archives and %d packages, want one of each", len(g.Builds), len(g.Archives), len(g.Nfpms))
	}
	return g
}

func goreleaserBuild(t *testing.T) build {
	t.Helper()
	g := readGoreleaser(t).Builds[0]
	b := build{CGO: !slices.Contains(g.Env, "CGO_ENABLED=0"), Flags: g.Flags, Binary: g.Binary, Package: g.Main}
	linkerFlags(t, fields(strings.Join(g.Ldflags, " ")), &b, strings.NewReplacer("{{ .Env.", "", " }}", ""))
	return b
}

// TestOneBuild compares the three ways to build with each other, and one of them
// with what every build must be.
func TestOneBuild(t *testing.T) {
	made := makefileBuild(t)
	if made.CGO || !made.Stripped || !slices.Contains(made.Flags, "-trimpath") || made.Binary != "export_status_exporter" {
		t.Errorf("make build is not static, stripped and free of paths: %+v", made)
	}
	for _, stamp := range []string{"Version", "Revision", "BuildDate"} {
		if made.Stamps[stamp] == "" {
			t.Errorf("make build stamps no %s", stamp)
		}
	}
	if diff := cmp.Diff(made, promuBuild(t)); diff != "" {
		t.Errorf(".promu.yml is not as the Makefile (-make +promu):\n%s", diff)
	}
	if diff := cmp.Diff(made, goreleaserBuild(t)); diff != "" {
		t.Errorf(".goreleaser.yml is not as the Makefile (-make +goreleaser):\n%s", diff)
	}
}

// TestStampsAreTheCommits checks that who builds, where and when is not stamped.
func TestStampsAreTheCommits(t *testing.T) {
	m := parseMakefile(t)
	if date := m.variables["BUILDDATE"]; !strings.Contains(date, "TZ=UTC git log -1") {
		// A prefix of the recipe's command comes too late: make expands the variable before the shell sees it.
		t.Errorf("BUILDDATE is %q: not the commit's moment, or in the zone of whoever builds", date)
	}
	if user := makefileBuild(t).Stamps["BuildUser"]; user != "" {
		t.Errorf("BuildUser is %q", user)
	}
}

func TestPlatforms(t *testing.T) {
	platforms := readPromu(t).Crossbuild.Platforms
	want := []string{}
	for _, system := range []string{"darwin", "freebsd", "linux", "windows"} {
		want = append(want, system+"/amd64", system+"/arm64")
	}
	if diff := cmp.Diff(want, platforms); diff != "" {
		t.Errorf("platforms of .promu.yml (-want +got):\n%s", diff)
	}
	targets := readGoreleaser(t).Builds[0].Targets
	for i := range targets {
		targets[i] = strings.ReplaceAll(targets[i], "_", "/")
	}
	if diff := cmp.Diff(platforms, targets); diff != "" {
		t.Errorf("platforms of .goreleaser.yml (-promu +goreleaser):\n%s", diff)
	}
}

func TestGoVersion(t *testing.T) {
	module := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	if module == nil || module[1] != readPromu(t).Go.Version {
		t.Errorf("go.mod has %q, .promu.yml %q", module, readPromu(t).Go.Version)
	}
	if base := regexp.MustCompile(`FROM \S+ golang:(\d+\.\d+)\.\d+ `).FindStringSubmatch(read(t, "Dockerfile")); base == nil || base[1] != module[1] {
		t.Errorf("go.mod has %q, the Dockerfile %q", module, base)
	}
}
