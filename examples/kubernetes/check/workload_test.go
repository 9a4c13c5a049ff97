package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestOneProcess(t *testing.T) {
	all := render(t, real)
	d := one[appsv1.Deployment](t, all)
	if *d.Spec.Replicas != 1 || d.Spec.Strategy.Type != appsv1.RecreateDeploymentStrategyType {
		t.Errorf("%d replicas, %s: two processes would share keys", *d.Spec.Replicas, d.Spec.Strategy.Type)
	}
	for _, arg := range pod(t, all).Spec.Containers[0].Args {
		if strings.Contains(arg, "shard") {
			t.Errorf("argument %s", arg)
		}
	}
	if ip := one[corev1.Service](t, all).Spec.ClusterIP; ip != "" {
		t.Errorf("cluster IP %s", ip)
	}
}

func TestShards(t *testing.T) {
	all := render(t, everything)
	s := one[appsv1.StatefulSet](t, all)
	service := one[corev1.Service](t, all)
	if *s.Spec.Replicas != 3 || s.Spec.ServiceName != service.Name || service.Spec.ClusterIP != corev1.ClusterIPNone {
		t.Errorf("%d replicas of service %q, which is %q with cluster IP %q", *s.Spec.Replicas, s.Spec.ServiceName, service.Name, service.Spec.ClusterIP)
	}
	c := s.Spec.Template.Spec.Containers[0]
	for _, arg := range []string{"--shard=$(POD_INDEX)", "--total-shards=3", "--config.file=/etc/export_status_exporter/export_status_exporter.yml", "--web.config.file=/web/web-config.yml", "--web.enable-pprof", "--log.level=debug", "--log.format=json"} {
		if !slices.Contains(c.Args, arg) {
			t.Errorf("no argument %s in %q", arg, c.Args)
		}
	}
	at := slices.IndexFunc(c.Env, func(v corev1.EnvVar) bool { return v.Name == "POD_INDEX" })
	if at < 0 || c.Env[at].ValueFrom.FieldRef.FieldPath != "metadata.labels['apps.kubernetes.io/pod-index']" {
		t.Errorf("the shard's number does not come from the pod's: %+v", c.Env)
	}
}

// TestSelectors checks that whatever selects pods selects these, and that a label that an update changes is not in it.
func TestSelectors(t *testing.T) {
	for name, values := range map[string]string{"real": real, "everything": everything} {
		t.Run(name, func(t *testing.T) {
			all := render(t, values)
			labels := pod(t, all).Labels
			selectors := []map[string]string{one[corev1.Service](t, all).Spec.Selector}
			for _, o := range get[appsv1.Deployment](all) {
				selectors = append(selectors, o.Spec.Selector.MatchLabels)
			}
			for _, o := range get[appsv1.StatefulSet](all) {
				selectors = append(selectors, o.Spec.Selector.MatchLabels)
			}
			selectors = append(selectors, policies(t, all)...)
			for _, selector := range selectors {
				if len(selector) == 0 {
					t.Error("a selector is empty")
				}
				for key, value := range selector {
					if labels[key] != value {
						t.Errorf("selector %s=%s, the pod has %q", key, value, labels[key])
					}
					if key == "helm.sh/chart" || key == "app.kubernetes.io/version" {
						t.Errorf("selector with %s, which an update changes", key)
					}
				}
			}
		})
	}
}

func TestSecretsByReference(t *testing.T) {
	p := pod(t, render(t, real))
	mounts := map[string]string{}
	for _, m := range p.Spec.Containers[0].VolumeMounts {
		if !m.ReadOnly || m.SubPath != "" {
			t.Errorf("mount %s: read-only %v, subPath %q", m.MountPath, m.ReadOnly, m.SubPath)
		}
		mounts[m.Name] = m.MountPath
	}
	var got []string
	for _, v := range p.Spec.Volumes {
		if v.Secret != nil {
			got = append(got, v.Secret.SecretName+" "+mounts[v.Name])
			if *v.Secret.DefaultMode != 0o440 {
				t.Errorf("mode %o", *v.Secret.DefaultMode)
			}
		}
	}
	want := []string{"treasury-kraken /secrets/treasury", "derivatives-kraken /secrets/derivatives", "agency-token /secrets/agency", "finance-token /secrets/finance"}
	if !slices.Equal(got, want) {
		t.Errorf("secrets %q, want %q", got, want)
	}
	for _, v := range p.Spec.Containers[0].Env {
		if v.Value != "" && v.Name != "GOMEMLIMIT" {
			t.Errorf("variable %s has a value", v.Name)
		}
	}
}

// TestConfigurationIsAccepted gives the rendered file to the exporter, with random secrets.
func TestConfigurationIsAccepted(t *testing.T) {
	dir := t.TempDir()
	config := one[corev1.ConfigMap](t, render(t, real)).Data["export_status_exporter.yml"]
	cmd := exec.CommandContext(t.Context(), program(t, "EXPORTER", "../../../export_status_exporter"), "--config.check", "--config.file", filepath.Join(dir, "config.yml"))
	cmd.Env = os.Environ()
	for _, m := range regexp.MustCompile(`_env: (\w+)`).FindAllStringSubmatch(config, -1) {
		cmd.Env = append(cmd.Env, m[1]+"="+random())
	}
	files := regexp.MustCompile(`_file: (/secrets/\S+)`).FindAllStringSubmatch(config, -1)
	if len(files) != 6 {
		t.Fatalf("%d secret files in\n%s", len(files), config)
	}
	for _, m := range files {
		path := dir + m[1]
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(random()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config = strings.ReplaceAll(config, "/secrets/", dir+"/secrets/")
	if err := os.WriteFile(filepath.Join(dir, "config.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, config)
	}
}

func TestNewConfigurationNewPod(t *testing.T) {
	const key = "checksum/config"
	before := pod(t, render(t, real)).Annotations[key]
	after := pod(t, render(t, strings.Replace(real, "refresh_interval: 2m", "refresh_interval: 3m", 1))).Annotations[key]
	if before == "" || before == after {
		t.Errorf("checksum %q, then %q", before, after)
	}
}

func TestImage(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0a", 32)
	for values, want := range map[string]string{
		"": "export_status_exporter:0.1.0",
		"image: {repository: r.example.internal/e, tag: v1}":                           "r.example.internal/e:v1",
		"image: {repository: r.example.internal/e, tag: v1, digest: '" + digest + "'}": "r.example.internal/e@" + digest,
	} {
		if got := pod(t, render(t, demo+values)).Spec.Containers[0].Image; got != want {
			t.Errorf("image %s, want %s", got, want)
		}
	}
}
