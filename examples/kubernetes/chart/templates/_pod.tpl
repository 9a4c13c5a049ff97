{{/* The pod, the same in the Deployment and in the StatefulSet. */}}
{{- define "exporter.pod" -}}
metadata:
  labels:
    {{- include "exporter.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: exporter
    {{- if .Values.config.accounts }}
    # A new configuration creates a new pod.
    checksum/config: {{ toYaml .Values.config | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "exporter.serviceAccountName" . }}
  # The exporter does not use the cluster's API.
  automountServiceAccountToken: false
  # For the Service, Kubernetes would set EXPORT_STATUS_EXPORTER_PORT and similar variables, which look like the program's flags.
  enableServiceLinks: false
  # Longer than --web.shutdown-timeout.
  terminationGracePeriodSeconds: 30
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    seccompProfile:
      type: RuntimeDefault
    {{- range $key := list "runAsUser" "runAsGroup" "fsGroup" }}
    {{- with get $.Values.podSecurityContext $key }}
    {{ $key }}: {{ int64 . }}
    {{- end }}
    {{- end }}
  containers:
    - name: exporter
      image: {{ include "exporter.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        {{- if .Values.demo }}
        - --demo
        {{- else }}
        - --config.file=/etc/export_status_exporter/export_status_exporter.yml
        {{- end }}
        - --web.listen-address=:10917
        {{- if .Values.webConfig.secretName }}
        - --web.config.file=/web/web-config.yml
        {{- end }}
        {{- with include "exporter.prefix" . }}
        - --web.route-prefix={{ . }}
        {{- end }}
        {{- if include "exporter.sharded" . }}
        - --shard=$(POD_INDEX)
        - --total-shards={{ int .Values.shards }}
        {{- end }}
        - --log.level={{ .Values.log.level }}
        - --log.format={{ .Values.log.format }}
        {{- range .Values.extraArgs }}
        - {{ . | quote }}
        {{- end }}
      {{- $limit := dig "limits" "memory" "" .Values.resources }}
      {{- if or $limit .Values.env (include "exporter.sharded" .) }}
      env:
        {{- if $limit }}
        - name: GOMEMLIMIT
          value: {{ div (mul (include "exporter.bytes" $limit) .Values.goMemoryLimitPercent) 100 | quote }}
        {{- end }}
        {{- if include "exporter.sharded" . }}
        - name: POD_INDEX
          valueFrom:
            fieldRef:
              fieldPath: metadata.labels['apps.kubernetes.io/pod-index']
        {{- end }}
        {{- with .Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      ports:
        - name: http
          containerPort: 10917
          protocol: TCP
      livenessProbe:
        {{- include "exporter.probe" (list . "/-/healthy") | nindent 8 }}
        failureThreshold: 3
      readinessProbe:
        {{- include "exporter.probe" (list . "/-/ready") | nindent 8 }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        runAsNonRoot: true
        capabilities:
          drop: [ALL]
      {{- if or (not .Values.demo) .Values.secrets .Values.webConfig.secretName }}
      volumeMounts:
        {{- if not .Values.demo }}
        - name: config
          mountPath: /etc/export_status_exporter
          readOnly: true
        {{- end }}
        {{- range $i, $secret := .Values.secrets }}
        # The whole directory, because Kubernetes never updates a single file (subPath).
        - name: secret-{{ $i }}
          mountPath: /secrets/{{ $secret.directory }}
          readOnly: true
        {{- end }}
        {{- if .Values.webConfig.secretName }}
        - name: web
          mountPath: /web
          readOnly: true
        {{- end }}
      {{- end }}
  {{- if or (not .Values.demo) .Values.secrets .Values.webConfig.secretName }}
  volumes:
    {{- if not .Values.demo }}
    - name: config
      configMap:
        name: {{ include "exporter.configMapName" . }}
    {{- end }}
    {{- range $i, $secret := .Values.secrets }}
    - name: secret-{{ $i }}
      secret:
        secretName: {{ $secret.secretName }}
        defaultMode: 0440
    {{- end }}
    {{- with .Values.webConfig.secretName }}
    - name: web
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* How the kubelet requests one of the program's paths. */}}
{{- define "exporter.probe" -}}
{{- $root := first . }}
{{- if $root.Values.webConfig.secretName -}}
exec:
  command: [/bin/export_status_exporter, --health, "--web.listen-address=127.0.0.1:10917", "--web.config.file=/web/web-config.yml"{{ with include "exporter.prefix" $root }}, "--web.route-prefix={{ . }}"{{ end }}]
{{- else -}}
httpGet:
  path: {{ include "exporter.prefix" $root }}{{ last . }}
  port: http
{{- end }}
periodSeconds: 10
timeoutSeconds: 5
{{- end }}
