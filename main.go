// export_status_exporter shows Prometheus the state of data exports that were
// requested from providers: queued, processing, ready, failed, expired.
package main

import (
	"os"

	"export_status_exporter/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
