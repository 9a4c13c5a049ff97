#!/bin/sh
# Runs before the files are unpacked, because some of them belong to the group.
set -e

user=export_status_exporter
nologin=/usr/sbin/nologin
[ -x "$nologin" ] || nologin=/sbin/nologin

if ! getent group "$user" >/dev/null; then
  groupadd --system "$user"
fi
if ! getent passwd "$user" >/dev/null; then
  useradd --system --gid "$user" --no-create-home --home-dir /nonexistent \
    --shell "$nologin" --comment "export_status_exporter" "$user"
fi
