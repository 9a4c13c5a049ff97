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
# Keys belong to their owner, so a purge removes the folder only if it is empty. The
# user stays, so that no later user gets its id and, with it, its files.
if [ "$1" = purge ]; then
  rmdir /etc/export_status_exporter/secrets /etc/export_status_exporter 2>/dev/null || true
fi
