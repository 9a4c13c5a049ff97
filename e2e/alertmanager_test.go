//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"
)

// alertmanager is a running Alertmanager.
type alertmanager struct {
	address string
	client  *http.Client
}

func startAlertmanager(t *testing.T, config *document) *alertmanager {
	t.Helper()
	dir := t.TempDir()
	p := start(t, "alertmanager", installed(t, "prometheus-alertmanager"),
		"--config.file="+config.write(dir), "--storage.path="+dir+"/data",
		"--web.listen-address=127.0.0.1:0", "--cluster.listen-address=")
	return &alertmanager{address: p.find(`msg="Listening on" address=(\S+)`), client: newClient(t)}
}

// awaitInhibited waits until an alert fires and another one mutes it.
func (a *alertmanager) awaitInhibited(t *testing.T, alert, account string) {
	t.Helper()
	poll(t, alert+" of "+account+" inhibited", func(ctx context.Context) error {
		var all []struct {
			Labels map[string]string
			Status struct {
				State       string
				InhibitedBy []string
			}
		}
		if err := getJSON(ctx, a.client, "http://"+a.address+"/api/v2/alerts", &all); err != nil {
			return err
		}
		for _, each := range all {
			if each.Labels["alertname"] != alert || each.Labels["account"] != account {
				continue
			}
			if len(each.Status.InhibitedBy) == 0 {
				return fmt.Errorf("it is %s", each.Status.State)
			}
			return nil
		}
		return fmt.Errorf("not among %d alerts", len(all))
	})
}
