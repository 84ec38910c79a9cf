#!/usr/bin/env bash
# Load from outside with Postfix's own smtp-source:
#   smtp-load.sh HOST:PORT DOMAIN SESSIONS MESSAGES [BYTES=10240] [KEEP=0|1]
# Sessions are spread over at most ten processes, each to a mailbox of its own, u0 to u9. KEEP=1 sends many messages over one
# connection. Prints accepted messages a second, by the clock, and the machine's CPU time a message, the load's own left out.
set -euo pipefail
target=$1 domain=$2 sessions=$3 messages=$4 bytes=${5:-10240} keep=${6:-0}
processes=$((sessions < 10 ? sessions : 10))
each=$((sessions / processes)) share=$((messages / processes))
messages=$((share * processes))
options=()
[ "$keep" = 1 ] && options=(-d)

# Jiffies that the machine has worked, and that this shell's ended children have.
busy() { awk '/^cpu /{print $2+$3+$4+$7+$8}' /proc/stat; }
own() { awk '{print $16+$17}' "/proc/$$/stat"; }

cpu=$(busy) children=$(own) load=$(cut -d' ' -f1 /proc/loadavg) began=$(date +%s.%N)
pids=()
for n in $(seq 0 $((processes - 1))); do
  smtp-source "${options[@]}" -s "$each" -m "$share" -l "$bytes" -f load@outside.test -t "u$n@$domain" "$target" &
  pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=$((failed + 1)); done
ended=$(date +%s.%N)
rate=$(echo "scale=1; $messages / ($ended - $began)" | bc)
jiffies=$(($(busy) - cpu - ($(own) - children)))
ms=$(echo "scale=2; $jiffies * 1000 / $(getconf CLK_TCK) / $messages" | bc)
echo "sessions=$sessions messages=$messages bytes=$bytes keep=$keep accepted/s=$rate cpu_ms/message=$ms failed=$failed load_before=$load"
[ "$failed" = 0 ]
