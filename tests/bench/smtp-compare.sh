#!/usr/bin/env bash
# Durable acceptance over SMTP: Wardpost, which scans and seals, beside Postfix with Dovecot, which do neither, in one run on one
# disk. As root (Postfix wants it): everything lives in one temporary folder and ends with the script.
#   WARDPOST_BIN=target/release/wardpost tests/bench/smtp-compare.sh [SESSIONS=50] [MESSAGES=5000] [BYTES=10240]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sessions=${1:-50} messages=${2:-5000} bytes=${3:-10240}
wardpost=${WARDPOST_BIN:-$here/../../target/release/wardpost}
folder=$(mktemp -d "${BENCH_FOLDER:-/var/tmp}/wardpost-bench.XXXXXX")
chmod 755 "$folder"
server=""

finish() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  [ -f "$folder/postfix/main.cf" ] && postfix -c "$folder/postfix" stop >/dev/null 2>&1
  [ -f "$folder/dovecot.conf" ] && dovecot -c "$folder/dovecot.conf" stop >/dev/null 2>&1
  rm -rf "$folder"
}
trap finish EXIT

start_postfix() {
  local pf=$folder/postfix
  mkdir -p "$pf/spool" "$pf/data" "$folder/mail" "$folder/dovecot"
  chown postfix "$pf/data"
  chown mail:mail "$folder/mail"
  cat >"$pf/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $pf/spool
data_directory = $pf/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = postfix.bench.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = bench.test
virtual_mailbox_maps = static:all
virtual_transport = lmtp:unix:$folder/dovecot/lmtp
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtputf8_enable = no
maillog_file_prefixes = $folder
maillog_file = $folder/postfix.log
CF
  sed -E 's/^smtp +inet .*$/127.0.0.1:2599 inet n - n - 100 smtpd/; s/^([a-z]+ +unix +[^ ]+ +[^ ]+ +)y/\1n/' \
    /etc/postfix/master.cf >"$pf/master.cf"
  grep -q '^postlog ' "$pf/master.cf" || echo 'postlog unix-dgram n - n - 1 postlogd' >>"$pf/master.cf"
  cp /etc/postfix/dynamicmaps.cf "$pf/" 2>/dev/null || true
  [ -d /etc/postfix/dynamicmaps.cf.d ] && cp -r /etc/postfix/dynamicmaps.cf.d "$pf/"
  cp /etc/postfix/postfix-files "$pf/" 2>/dev/null || true
  cat >"$folder/dovecot.conf" <<CF
base_dir = $folder/dovecot/run
state_dir = $folder/dovecot/state
log_path = $folder/dovecot.log
protocols = lmtp
ssl = no
mail_location = maildir:$folder/mail/%n
mail_fsync = always
first_valid_uid = 1
first_valid_gid = 1
userdb {
  driver = static
  args = uid=mail gid=mail home=$folder/mail/%n allow_all_users=yes
}
passdb {
  driver = static
  args = nopassword=y
}
auth_username_format = %Ln
service lmtp {
  unix_listener $folder/dovecot/lmtp {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
CF
  dovecot -c "$folder/dovecot.conf"
  postfix -c "$pf" start >/dev/null
  wait_for_port 2599
}

start_wardpost() {
  cat >"$folder/wardpost.toml" <<CF
[server]
host_name = "wardpost.bench.test"
data_dir = "data"
[http]
listen = ["127.0.0.1:0"]
[smtp]
mx_listen = ["127.0.0.1:2598"]
submission_listen = ["127.0.0.1:0"]
submissions_listen = ["127.0.0.1:0"]
[smtp.limits]
exempt_networks = ["127.0.0.0/8"]
[log]
level = "warn"
[metrics]
listen = "127.0.0.1:0"
CF
  local run=("$wardpost" --config "$folder/wardpost.toml")
  "${run[@]}" init --org Bench --domain bench.test --admin-name Admin --admin-login admin@bench.test >/dev/null
  for n in 0 1 2 3 4 5 6 7 8 9; do
    "${run[@]}" admin invite --name "User $n" --login "u$n@bench.test" --mailbox "u$n@bench.test" >/dev/null
  done
  "${run[@]}" serve --ready-file "$folder/ready" 2>"$folder/wardpost.log" &
  server=$!
  while [ ! -f "$folder/ready" ]; do kill -0 "$server"; sleep 0.05; done
}

wait_for_port() {
  for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.1
  done
  echo "nothing listens at port $1" >&2
  return 1
}

nproc=$(nproc)
echo "machine: $nproc cores, $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo), $(df -T "$folder" | awk 'NR==2{print $2}')"
start_postfix
echo "postfix $(postconf -h mail_version) with dovecot $(dovecot --version | cut -d' ' -f1):"
"$here/smtp-load.sh" 127.0.0.1:2599 bench.test "$sessions" "$((messages / 5))" "$bytes" >/dev/null
"$here/smtp-load.sh" 127.0.0.1:2599 bench.test "$sessions" "$messages" "$bytes" 0
"$here/smtp-load.sh" 127.0.0.1:2599 bench.test "$sessions" "$messages" "$bytes" 1
postfix -c "$folder/postfix" stop >/dev/null 2>&1
dovecot -c "$folder/dovecot.conf" stop

start_wardpost
echo "$("$wardpost" --version), scanned and sealed:"
"$here/smtp-load.sh" 127.0.0.1:2598 bench.test "$sessions" "$((messages / 5))" "$bytes" >/dev/null
"$here/smtp-load.sh" 127.0.0.1:2598 bench.test "$sessions" "$messages" "$bytes" 0
"$here/smtp-load.sh" 127.0.0.1:2598 bench.test "$sessions" "$messages" "$bytes" 1
kill "$server"
wait "$server"
server=""
"$wardpost" --config "$folder/wardpost.toml" audit verify
