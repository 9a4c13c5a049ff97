#!/bin/sh
# Debian: remove or upgrade; RPM: the number of versions that will be left.
set -e

unit=export_status_exporter.service

[ -d /run/systemd/system ] || exit 0
case "$1" in
  remove | deconfigure | 0) systemctl disable --now "$unit" || true ;;
esac
