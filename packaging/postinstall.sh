#!/bin/sh
# Debian: configure OLD-VERSION; RPM: the number of versions after this step.
set -e

unit=export_status_exporter.service

# There is no systemd to notify in a container or an image build.
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload

case "$1" in
  configure) [ -n "$2" ] && upgrade=yes || upgrade=no ;;
  1) upgrade=no ;;
  *) upgrade=yes ;;
esac

if [ "$upgrade" = yes ]; then
  # Only if it is running. A failure is in the journal and does not break the upgrade.
  systemctl try-restart "$unit" || true
else
  # It has no account yet and would only fail.
  echo "export_status_exporter: add your accounts to /etc/export_status_exporter/export_status_exporter.yml, then:"
  echo "  systemctl enable --now export_status_exporter"
fi
