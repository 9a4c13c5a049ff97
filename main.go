// Command export_status_exporter is a Prometheus exporter for the data exports
// that were requested from exchanges and other APIs: whether each one is
// queued, processing, ready, failed or expired.
package main

import (
	"os"

	"export_status_exporter/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
