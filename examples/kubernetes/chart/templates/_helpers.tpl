{{- define "exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* 52 characters: a label of a StatefulSet's pods appends a number and a hash of 10 characters. */}}
{{- define "exporter.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "exporter.labels" -}}
{{ include "exporter.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "exporter.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "exporter.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "exporter.sharded" -}}
{{- if gt (int .Values.shards) 1 }}true{{ end }}
{{- end }}

{{- define "exporter.configMapName" -}}
{{- .Values.existingConfigMap | default (include "exporter.fullname" .) }}
{{- end }}

{{/* The prefix of every path; empty at the root. */}}
{{- define "exporter.prefix" -}}
{{- trimSuffix "/" .Values.routePrefix }}
{{- end }}

{{/* Checks that values.schema.json cannot express. */}}
{{- define "exporter.check" -}}
{{- $accounts := .Values.config.accounts | default list }}
{{- $ways := 0 }}
{{- if .Values.demo }}{{ $ways = add1 $ways }}{{ end }}
{{- if .Values.existingConfigMap }}{{ $ways = add1 $ways }}{{ end }}
{{- if $accounts }}{{ $ways = add1 $ways }}{{ end }}
{{- if eq (int $ways) 0 }}{{ fail "nothing to watch: set config.accounts, existingConfigMap or demo" }}{{ end }}
{{- if gt (int $ways) 1 }}{{ fail "set only one of config.accounts, existingConfigMap and demo" }}{{ end }}
{{- range .Values.extraArgs }}
{{- if hasPrefix "--web.route-prefix" . }}{{ fail "extraArgs: set routePrefix instead, which the probes and Prometheus follow" }}{{ end }}
{{- end }}
{{- include "exporter.checkAccounts" . }}
{{- if and .Values.demo (include "exporter.sharded" .) }}{{ fail "the demo has no shards: each pod would emulate providers of its own" }}{{ end }}
{{- end }}

{{/* The providers that the exporter knows by code; written by make docs. */}}
{{- define "exporter.kinds" -}}
coinbase_exchange kraken kraken_futures onlyfansapi
{{- end }}

{{/* The API definitions that come with the exporter; written by make docs. */}}
{{- define "exporter.presets" -}}
amazon_sp customerio elasticsearch gitlab intercom intune jira salesforce shopify stripe
{{- end }}

{{/* Every account has one block, with a name that the exporter knows. */}}
{{- define "exporter.checkAccounts" -}}
{{- $settings := list "name" "refresh_interval" "timeout" "stale_after" "max_reports" "max_age" "expect" }}
{{- $known := concat (splitList " " (include "exporter.kinds" .)) (splitList " " (include "exporter.presets" .)) (keys (.Values.config.apis | default dict)) }}
{{- $unknowable := .Values.config.api_files }}
{{- range .Values.config.accounts }}
{{- $blocks := 0 }}
{{- range $name, $block := . }}
{{- if not (has $name $settings) }}
{{- $blocks = add1 $blocks }}
{{- if not (or $unknowable (has $name $known)) }}{{ fail (printf "config.accounts: no provider and no API is called %q; define it in config.apis" (trunc 16 $name)) }}{{ end }}
{{- end }}
{{- end }}
{{- if ne (int $blocks) 1 }}{{ fail (printf "config.accounts: %q must have one block of a provider or an API" .name) }}{{ end }}
{{- end }}
{{- end }}

{{/* Converts a quantity of memory to bytes. */}}
{{- define "exporter.bytes" -}}
{{- $quantity := toString . }}
{{- $factors := dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 }}
{{- $suffix := regexFind "[A-Za-z]*$" $quantity }}
{{- if not (hasKey $factors $suffix) }}{{ fail (printf "resources.limits.memory: %q has a suffix that is not known" $quantity) }}{{ end }}
{{- mulf (trimSuffix $suffix $quantity | float64) (get $factors $suffix) | floor | int64 }}
{{- end }}
