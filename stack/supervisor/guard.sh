#!/bin/sh
# Cleans up behind a supervisor, however that ended: its end closes this script's standard input.
# Usage: guard.sh FOLDER — the stack's own temporary folder, with PostgreSQL's data in FOLDER/postgres, and in FOLDER/home
# the HOME of launcher, proxies and engines.
#
# PostgreSQL has neither a parent-death signal nor a pipe to watch, so somebody has to stop it, or the program that was
# still making its data. The others end by themselves within moments, if they can.
#
# A shell reads a script as it goes. All of this one is read before it waits, whatever becomes of the file meanwhile.
main() {
trap '' HUP INT TERM
folder=$1
cat >/dev/null

# The processes that were started on a part of the folder. A server that has just been started has no file with its number.
using() {
  if [ -e /proc/self/environ ]; then
    # What to look for goes in by standard input: on the command line, grep would find itself.
    printf '%s\n' "$folder/$1" | grep -lsFf - /proc/[0-9]*/cmdline /proc/[0-9]*/environ | cut -d / -f 3 | sort -u
  else
    ps -axo pid=,args= | FOLDER=$folder/$1 awk 'index($0, ENVIRON["FOLDER"]) { print $1 }'
  fi
}

# end PART SIGNAL: at once at first, and the hard way after two seconds.
end() {
  tries=0
  while pids=$(using "$1") && [ -n "$pids" ] && [ "$tries" -lt 80 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 40 ] && signal=$2 || signal=KILL
    # shellcheck disable=SC2086 # a word each
    kill -s "$signal" $pids 2>/dev/null
    sleep 0.05
  done
}

end postgres QUIT
# One that stands still ends by nothing else, and none of them has anything to lose.
end home KILL

# There are thousands of files, and a busy disk takes a millisecond each, one after the other.
find "$folder" -type f -print0 | xargs -0 -P 8 -n 100 rm -f

# Whatever was killed may have made a file while its folder was being emptied.
tries=0
until rm -rf "$folder" || [ "$tries" -ge 20 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
exit
}

main "$@"
