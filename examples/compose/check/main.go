// Command check loads a compose file with the library behind "docker compose config" and looks at what a schema
// cannot say. It is a module of its own: the exporter does not depend on that library.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"sort"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: check COMPOSE_FILE")
		os.Exit(2)
	}
	services, err := check(context.Background(), os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%s: ok, services %v\n", os.Args[1], services)
}

// check loads the file and returns the names of its services, or every problem it has.
func check(ctx context.Context, path string) ([]string, error) {
	options, err := cli.NewProjectOptions([]string{path},
		cli.WithConsistency(true), cli.WithNormalization(true), cli.WithResolvedPaths(true))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	project, err := options.LoadProject(ctx)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	var problems []error
	for _, service := range project.Services {
		for _, problem := range serviceProblems(service) {
			problems = append(problems, fmt.Errorf("service %s: %w", service.Name, problem))
		}
	}
	names := project.ServiceNames()
	sort.Strings(names)
	return names, errors.Join(problems...)
}

// A full version, which "latest", "v3" and "12.4" are not: the same file gives the same stack next year.
var pinned = regexp.MustCompile(`:v?\d+\.\d+\.\d+$`)

func serviceProblems(service types.ServiceConfig) []error {
	var problems []error
	if service.Build == nil && !pinned.MatchString(service.Image) {
		problems = append(problems, fmt.Errorf("image %q is not pinned to a version", service.Image))
	}
	for _, port := range service.Ports {
		if port.HostIP != "127.0.0.1" {
			problems = append(problems, fmt.Errorf("port %s is published beyond the loopback address", port.Published))
		}
	}
	for _, volume := range service.Volumes {
		if volume.Type != types.VolumeTypeBind {
			continue
		}
		// The engine would make a directory in its place, and the service would start without its file.
		if _, err := os.Stat(volume.Source); err != nil {
			problems = append(problems, fmt.Errorf("mount for %s: %w", volume.Target, err))
		}
		if !volume.ReadOnly {
			problems = append(problems, fmt.Errorf("mount for %s can be written to", volume.Target))
		}
	}
	return problems
}
