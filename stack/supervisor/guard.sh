#!/bin/sh
# Cleans up behind a supervisor, however that ended: its end closes this script's standard input.
# Usage: guard.sh FOLDER — the stack's own temporary folder, with PostgreSQL's data in FOLDER/postgres.
#
# The postmaster has neither a parent-death signal nor a pipe to watch, so somebody has to stop it.
trap '' HUP INT TERM
folder=$1
cat >/dev/null

postmaster() {
  pid=$(head -n 1 "$folder/postgres/postmaster.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  # The number may be somebody else's by now.
  ps -o args= -p "$pid" 2>/dev/null | grep -qF "$folder/postgres"
}

if postmaster; then
  kill -QUIT "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 40 ] || kill -KILL "$pid" 2>/dev/null
    sleep 0.05
  done
fi
rm -rf "$folder"
