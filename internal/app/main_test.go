package app_test

import (
	"testing"

	"export_status_exporter/internal/rig"
)

func TestMain(m *testing.M) { rig.Main(m) }
