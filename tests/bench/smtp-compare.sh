#!/bin/bash
# Durable acceptance over SMTP: Wardpost (scanned, sealed, audited) beside Postfix with Dovecot (neither), in one run, with
# Postfix's own smtp-source as load. Prints accepted messages a second of each round.
# smtp-compare.sh [SESSIONS=50] [MESSAGES=6000] [BYTES=10240] [ROUNDS=3]; WARDPOST_BIN names the program (release build).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sessions=${1:-50} messages=${2:-6000} bytes=${3:-10240} rounds=${4:-3}
bin=${WARDPOST_BIN:-$here/../../target/release/wardpost}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/wardpost-bench.XXXXXX"); chmod 755 "$work"
pid=""
cleanup() { [ -n "$pid" ] && kill "$pid" 2>/dev/null; "$here/postfix.sh" stop "$work/postfix"; rm -rf "$work"; }
trap cleanup EXIT

load() { # HOST:PORT DOMAIN
  local per=$((sessions / 10)) each=$((messages / 10)) t0 t1 pids="" rc=0
  t0=$(date +%s.%N)
  for i in 0 1 2 3 4 5 6 7 8 9; do
    smtp-source -d -s "$per" -m "$each" -l "$bytes" -f load@sender.example -t "u$i@$2" "$1" & pids="$pids $!"
  done
  for p in $pids; do wait "$p" || rc=1; done
  t1=$(date +%s.%N)
  [ $rc = 0 ] || echo "some messages were refused" >&2
  python3 -c "print(f'{$messages / ($t1 - $t0):.0f}')"
}
cpu() { awk '{print $14 + $15}' "/proc/$1/stat"; }

house=$(python3 "$here/house.py" "$bin" "$work/wardpost" bench.example 10)
pid=$(python3 -c "import json,sys; print(json.loads(sys.argv[1])['pid'])" "$house")
mx=$(python3 -c "import json,sys; print(json.loads(sys.argv[1])['mx'])" "$house")
"$here/postfix.sh" start "$work/postfix" bench.example 20525
echo "start and idle: $house"
echo "$sessions sessions, $messages messages of $bytes bytes, load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"
for round in $(seq "$rounds"); do
  before=$(cpu "$pid"); ours=$(load "$mx" bench.example); after=$(cpu "$pid")
  theirs=$(load 127.0.0.1:20525 bench.example)
  for _ in $(seq 600); do [ "$("$here/postfix.sh" count "$work/postfix")" -ge $((messages * round)) ] && break; sleep 0.2; done
  echo "round $round: wardpost $ours/s ($(((after - before) * 10000 / messages)) us of CPU a message), postfix $theirs/s, $(python3 -c "print(f'{$ours / $theirs:.1f}')") times"
done
