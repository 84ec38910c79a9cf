#!/bin/bash
# A private Postfix with Dovecot's LMTP as its store, for comparison: neither scans nor seals.
# postfix.sh start FOLDER DOMAIN PORT | stop FOLDER | count FOLDER
# Default settings of both (Postfix fsyncs its queue file, Dovecot the Maildir file), virtual mailboxes u0 to u9.
set -eu
cmd=$1 dir=$2
case $cmd in
start)
  domain=$3 port=$4
  command -v dovecot >/dev/null && [ -x /usr/lib/dovecot/lmtp ] || {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postfix dovecot-core dovecot-lmtpd >/dev/null; }
  getent passwd benchmail >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin benchmail
  mkdir -p "$dir"/{pf,spool,lib,mail,dc,run}; chmod 755 "$dir"
  chown benchmail "$dir/mail"; chown postfix "$dir/lib"
  uid=$(id -u benchmail) gid=$(id -g benchmail)
  cat > "$dir/dc/dovecot.conf" <<C
base_dir = $dir/run
state_dir = $dir/run
log_path = $dir/dovecot.log
protocols = lmtp
ssl = no
mail_location = maildir:$dir/mail/%n
first_valid_uid = 1
userdb {
  driver = static
  args = uid=$uid gid=$gid home=$dir/mail/%n allow_all_users=yes
}
passdb {
  driver = static
  args = nopassword=y
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
C
  cat > "$dir/pf/main.cf" <<C
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/lib
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.$domain
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = $domain
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:unix:$dir/run/lmtp
smtpd_client_connection_count_limit = 200
smtpd_relay_restrictions = permit_mynetworks, reject
maillog_file = $dir/maillog
maillog_file_prefixes = $dir
alias_maps =
alias_database =
C
  sed -E "s/^smtp +inet .*/127.0.0.1:$port inet n - n - 200 smtpd/; s/^(pickup|cleanup|qmgr|tlsmgr|rewrite|bounce|defer|trace|verify|flush|proxymap|proxywrite|smtp|relay|showq|error|retry|discard|local|virtual|lmtp|anvil|scache|postlog)( +unix +[a-z-]+ +[a-z-]+ +)y/\1\2n/" \
    /usr/share/postfix/master.cf.dist > "$dir/pf/master.cf" 2>/dev/null || sed -E "s/^smtp +inet .*/127.0.0.1:$port inet n - n - 200 smtpd/" /etc/postfix/master.cf.proto > "$dir/pf/master.cf"
  grep -q '^postlog' "$dir/pf/master.cf" || echo 'postlog unix-dgram n - n - 1 postlogd' >> "$dir/pf/master.cf"
  sed -i -E 's/^([a-z]+ +unix +[-yn]+ +[-yn]+ +)[-y]( )/\1n\2/' "$dir/pf/master.cf"
  dovecot -c "$dir/dc/dovecot.conf"
  postfix -c "$dir/pf" start >/dev/null 2>&1 || { cat "$dir/maillog" 2>/dev/null; exit 1; }
  ;;
stop) postfix -c "$dir/pf" stop >/dev/null 2>&1 || true; doveadm -c "$dir/dc/dovecot.conf" stop 2>/dev/null || true ;;
count) find "$dir"/mail/*/new "$dir"/mail/*/cur -type f 2>/dev/null | wc -l ;;
esac
