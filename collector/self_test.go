package collector

import (
	"math"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
)

// TestSelf: it shows what client_golang's own collector does, name by name.
func TestSelf(t *testing.T) {
	t.Parallel()
	gather := func(c prometheus.Collector) map[string]*dto.MetricFamily {
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(c)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		byName := make(map[string]*dto.MetricFamily)
		for _, family := range families {
			byName[family.GetName()] = family
		}
		return byName
	}
	want := gather(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	got := gather(NewSelf())
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%d metrics, want %d", len(got), len(want))
	}
	for name, family := range want {
		mine := got[name]
		if mine == nil || mine.GetHelp() != family.GetHelp() || mine.GetType() != family.GetType() {
			t.Errorf("%s: got %v, want %v", name, mine, family)
			continue
		}
		// What a moment changes is of the same size: a unit cannot be wrong.
		a, b := valueOf(mine), valueOf(family)
		if math.Abs(a-b) > 0.5*max(a, b)+1 {
			t.Errorf("%s: got %v, want about %v", name, a, b)
		}
	}
	for _, name := range []string{"process_start_time_seconds", "process_max_fds", "process_virtual_memory_max_bytes"} {
		if want[name] != nil && valueOf(got[name]) != valueOf(want[name]) {
			t.Errorf("%s: got %v, want %v", name, got[name], want[name])
		}
	}
}

func valueOf(family *dto.MetricFamily) float64 {
	metric := family.GetMetric()[0]
	return metric.GetGauge().GetValue() + metric.GetCounter().GetValue()
}
