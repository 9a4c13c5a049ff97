package check

// demo is the least that renders.
const demo = "demo: true\n"

// real watches one account of every provider, with secrets in files and variables.
const real = `
config:
  refresh_interval: 2m
  max_reports: 100000
  accounts:
    - name: treasury
      kraken: {api_key_file: /secrets/treasury/key, api_secret_file: /secrets/treasury/secret}
    - name: fund
      timeout: 20s
      coinbase_exchange: {api_key_env: CB_KEY, api_secret_env: CB_SECRET, passphrase_env: CB_PASSPHRASE}
    - name: derivatives
      kraken_futures: {api_key_file: /secrets/derivatives/key, api_secret_file: /secrets/derivatives/secret}
    - name: agency
      onlyfansapi: {token_file: /secrets/agency/token, proxy_url: "http://proxy.example.internal:3128"}
    - name: finance
      stripe: {token_file: /secrets/finance/token}
    - name: survey
      own_api: {token_env: OWN_TOKEN, params: {project: a}, ids: {exports: [one]}}
  x-shared: {auth: bearer}
  apis:
    own_api:
      url: https://api.example.internal
      params: [project]
      auth: bearer
      sources:
        exports:
          get: {path: "/{project}/exports/{id}"}
          report: {id: id, status: status}
          statuses: {ready: [done]}
secrets:
  - {secretName: treasury-kraken, directory: treasury}
  - {secretName: derivatives-kraken, directory: derivatives}
  - {secretName: agency-token, directory: agency}
  - {secretName: finance-token, directory: finance}
env:
  - {name: CB_KEY, valueFrom: {secretKeyRef: {name: fund-coinbase, key: key}}}
  - {name: CB_SECRET, valueFrom: {secretKeyRef: {name: fund-coinbase, key: secret}}}
  - {name: CB_PASSPHRASE, valueFrom: {secretKeyRef: {name: fund-coinbase, key: passphrase}}}
  - {name: OWN_TOKEN, valueFrom: {secretKeyRef: {name: survey-own, key: token}}}
`

// everything turns every switch on, over three shards.
const everything = real + `
shards: 3
image: {repository: registry.example.internal/export_status_exporter, tag: v1.2.3, pullPolicy: Always}
imagePullSecrets: [{name: registry}]
log: {level: debug, format: json}
extraArgs: [--web.enable-pprof, "--web.external-url=https://exporter.example.internal/"]
webConfig: {secretName: exporter-web, scheme: HTTPS}
service: {annotations: {team: treasury}}
scrape:
  mode: accounts
  interval: 30s
  timeout: 20s
  tlsConfig: {ca: {secret: {name: exporter-ca, key: ca.crt}}, serverName: exporter.example.internal}
  basicAuth: {username: {name: scraper, key: user}, password: {name: scraper, key: password}}
serviceMonitor: {enabled: true, labels: {release: prometheus}}
prometheusRule: {enabled: true, labels: {release: prometheus}, runbookBaseURL: "https://docs.example.internal/runbooks/"}
dashboards: {enabled: true, annotations: {grafana_folder: Exports}}
networkPolicy:
  ingressFrom: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
  egressPorts: [443, 3128]
  egressTo: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]
podDisruptionBudget: {maxUnavailable: 50%}
serviceAccount: {annotations: {team: treasury}}
nodeSelector: {kubernetes.io/os: linux}
tolerations: [{key: dedicated, operator: Exists}]
affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [amd64, arm64]}]}]}}}
topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]
priorityClassName: system-cluster-critical
podAnnotations: {team: treasury}
podLabels: {team: treasury}
`

// least turns everything off that can be.
const least = `
existingConfigMap: ours
networkPolicy: {enabled: false}
podDisruptionBudget: {enabled: false}
serviceAccount: {create: false}
resources: {requests: null, limits: null}
podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}
`

// matrix is every set of values, for what must hold whatever they are.
var matrix = map[string]string{"demo": demo, "real": real, "everything": everything, "least": least}
