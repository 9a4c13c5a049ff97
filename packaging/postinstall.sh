#!/bin/sh
# Debian: configure OLD-VERSION; RPM: the number of versions after this step.
set -e

unit=export_status_exporter.service

# Nothing to tell in a container or an image that is being built.
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload

case "$1" in
  configure) [ -n "$2" ] && upgrade=yes || upgrade=no ;;
  1) upgrade=no ;;
  *) upgrade=yes ;;
esac

if [ "$upgrade" = yes ]; then
  # Only if it runs; a failure is in the journal and does not break the upgrade.
  systemctl try-restart "$unit" || true
else
  # It has no account yet and would only fail.
  echo "export_status_exporter: name your accounts in /etc/export_status_exporter/export_status_exporter.yml, then:"
  echo "  systemctl enable --now export_status_exporter"
fi
