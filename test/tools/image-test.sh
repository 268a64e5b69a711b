#!/usr/bin/env bash
# `npm run image:test`: the install script from nothing, in a Debian made by debootstrap with that Debian's own Node.js. Root and
# the network are needed, and two to five minutes, which is why CI runs test/supervision/install.process.test.ts instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
debian=${HOLDFAST_DEBIAN:-trixie}
# Where packages come from; empty: what debootstrap uses by itself.
mirror=${HOLDFAST_MIRROR:-}

[ "$(id -u)" -eq 0 ] || { echo 'SKIPPED: only root may make a Debian' >&2; exit 0; }
command -v debootstrap >/dev/null || { echo 'SKIPPED: apt-get install debootstrap' >&2; exit 0; }

scratch=$(mktemp -d)
root="$scratch/debian"
cleanup() {
  mountpoint -q "$root/proc" && umount "$root/proc"
  rm -rf "$scratch"
}
trap cleanup EXIT
step() { printf '\n== %s\n' "$*"; }
expect() { # words, then a command that must succeed
  local words=$1
  shift
  "$@" >"$scratch/said" 2>&1 || { echo "not so: $words" >&2; cat "$scratch/said" >&2; exit 1; }
  echo "ok: $words"
}
inside() { chroot "$root" "$@"; }
as_till() { inside setpriv --reuid=holdfast --regid=holdfast --clear-groups "$@"; }

step "a Debian ($debian)"
debootstrap --variant=minbase "$debian" "$root" ${mirror:+"$mirror"} >"$scratch/debootstrap.log" 2>&1 || { tail -5 "$scratch/debootstrap.log" >&2; exit 1; }

step 'installed without settings'
provisioning/image/install.sh --root "$root" | tee "$scratch/first"
expect 'a person has to fill in the settings' grep -q 'edit /etc/holdfast/terminal.json' "$scratch/first"
expect 'no journal was begun' test ! -e "$root/var/lib/holdfast/journal"

step 'installed with settings'
cat >"$scratch/terminal.json" <<'SETTINGS'
{
  "terminal": { "id": "K1" },
  "dataDir": "/var/lib/holdfast",
  "updates": { "quietFor": 1000, "steadyFor": 2000 },
  "magento": {
    "baseUrl": "http://127.0.0.1:9", "sourceCode": "s", "auth": { "type": "token", "token": "t" },
    "address": { "street": "s", "city": "c", "postcode": "p", "countryId": "DE", "email": "till@example.com" }
  }
}
SETTINGS
node test/tools/image-release.mjs "$scratch"
provisioning/image/install.sh --root "$root" --config "$scratch/terminal.json" --release-keys "$scratch/keys.json"
cp "$scratch/next.bundle" "$root/root/next.bundle"
mount -t proc proc "$root/proc"
expect 'the till can read its journal as its own user' as_till holdfast journal verify
expect 'nobody else can look into its data' test "$(inside stat -c '%a %U' /var/lib/holdfast)" = '700 holdfast'
expect 'the service starts with the machine' test -L "$root/etc/systemd/system/multi-user.target.wants/holdfast.service"
expect 'its unit is right' inside systemd-analyze verify --man=no /etc/systemd/system/holdfast.service
expect 'it sells, and stops when told' bash -c "
  chroot '$root' setpriv --reuid=holdfast --regid=holdfast --clear-groups holdfast run >'$scratch/run' 2>&1 & run=\$!
  for _ in \$(seq 600); do grep -q 'ready to sell' '$scratch/run' && break; sleep 0.2; done
  kill -TERM \$run && wait \$run && grep -q 'ready to sell' '$scratch/run' && grep -q '\"stopped\"' '$scratch/run'"
umount "$root/proc"

if command -v systemd-nspawn >/dev/null && [ -d /sys/fs/cgroup ]; then
  step 'under its own systemd'
  mkdir -p "$root/etc/systemd/system/holdfast.service.d"
  printf '[Service]\nWatchdogSec=6\n' >"$root/etc/systemd/system/holdfast.service.d/impatient.conf"
  cat >"$root/usr/local/bin/watch-the-till" <<'WATCH'
#!/bin/sh
# Runs inside: looks at the service, hangs it, waits for systemd to notice, and switches the machine off.
exec >/watched 2>&1
show() { systemctl show holdfast -p "$1" --value; }
until_is() { for _ in $(seq 120); do [ "$(show "$1")" = "$2" ] && break; sleep 0.5; done; echo "$3 $(show "$1")"; }
until_is StatusText 'ready to sell' status
until_is ActiveState active state
sleep 10
echo "restarts $(show NRestarts)"
kill -STOP "$(show MainPID)"
until_is NRestarts 1 restarts-after-hanging
until_is StatusText 'ready to sell' status-again
# Another release: unpacked by the service that may, started by the launcher, kept once it has proven itself.
holdfast update install /root/next.bundle --by image-test --offline
for _ in $(seq 240); do holdfast update status | grep -q 'runs *0.1.1-.*, and has proven itself' && break; sleep 0.5; done
holdfast update status
echo "unpacked by $(stat -c '%U %a' /opt/holdfast/releases/0.1.1-*/package.json)"
systemctl restart holdfast
until_is StatusText 'ready to sell' status-after-updating
holdfast update status | grep 'last update'
systemctl stop holdfast
echo "stopped $(show ActiveState) $(show Result)"
systemctl poweroff
WATCH
  chmod 0755 "$root/usr/local/bin/watch-the-till"
  printf '[Service]\nExecStart=/usr/local/bin/watch-the-till\n[Install]\nWantedBy=multi-user.target\n' >"$root/etc/systemd/system/watch-the-till.service"
  inside systemctl enable watch-the-till.service >/dev/null 2>&1
  timeout 480 systemd-nspawn --register=no --keep-unit -q -D "$root" -b >"$scratch/boot" 2>&1 || true
  if [ -s "$root/watched" ]; then
    sed 's/^/  | /' "$root/watched"
    for fact in 'status ready to sell' 'state active' 'restarts 0' 'restarts-after-hanging 1' 'status-again ready to sell' 'unpacked by root 644' 'status-after-updating ready to sell' 'stopped inactive success'; do
      expect "systemd says: $fact" grep -qx "$fact" "$root/watched"
    done
    expect 'another release has proven itself' grep -q '^last update .*0.1.1-.*: committed' "$root/watched"
  else
    echo "SKIPPED: no system can be started here: $(tail -1 "$scratch/boot")" >&2
  fi
  rm -rf "$root/etc/systemd/system/holdfast.service.d"
else
  echo 'SKIPPED: the service under its own systemd (apt-get install systemd-container)' >&2
fi

step 'installed once more'
provisioning/image/install.sh --root "$root" --config "$scratch/terminal.json" | tee "$scratch/again"
expect 'nothing was changed' grep -q 'nothing was changed' "$scratch/again"
expect 'no file was written' bash -c "! grep -q '^  /etc' '$scratch/again'"
printf '\nimage: proven on %s with Node %s\n' "$debian" "$(inside node --version)"
