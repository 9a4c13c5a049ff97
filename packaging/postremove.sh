#!/bin/sh
# Debian: remove, purge, upgrade, ...; RPM: the number of versions that are left.
set -e

case "$1" in
  remove | purge | 0)
    if [ -d /run/systemd/system ]; then
      systemctl daemon-reload || true
    fi
    ;;
esac
# Keys are their owner's: purging takes the folder only if it is empty. The user
# stays, so that no later one gets its number and with it what it left behind.
if [ "$1" = purge ]; then
  rmdir /etc/export_status_exporter/secrets /etc/export_status_exporter 2>/dev/null || true
fi
