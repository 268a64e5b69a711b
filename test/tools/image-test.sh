#!/usr/bin/env bash
# `npm run image:test`: the install script from nothing, in a Debian made by debootstrap with that Debian's own Node.js. Root and
# the network are needed, and two to five minutes, which is why CI runs test/supervision/install.process.test.ts instead.
set -euo pipefail
cd "$(dirname "$0")/../.."
debian=${HOLDFAST_DEBIAN:-trixie}
mirror=${HOLDFAST_MIRROR:-http://deb.debian.org/debian}

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
debootstrap --variant=minbase "$debian" "$root" "$mirror" >"$scratch/debootstrap.log" 2>&1 || { tail -5 "$scratch/debootstrap.log" >&2; exit 1; }

step 'installed without settings'
provisioning/image/install.sh --root "$root" | tee "$scratch/first"
expect 'a person has to fill in the settings' grep -q 'edit /etc/holdfast/terminal.json' "$scratch/first"
expect 'no journal was begun' test ! -e "$root/var/lib/holdfast/journal"

step 'installed with settings'
cat >"$scratch/terminal.json" <<'SETTINGS'
{
  "terminal": { "id": "K1" },
  "dataDir": "/var/lib/holdfast",
  "magento": {
    "baseUrl": "http://127.0.0.1:9", "sourceCode": "s", "auth": { "type": "token", "token": "t" },
    "address": { "street": "s", "city": "c", "postcode": "p", "countryId": "DE", "email": "till@example.com" }
  }
}
SETTINGS
provisioning/image/install.sh --root "$root" --config "$scratch/terminal.json"
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

step 'installed once more'
provisioning/image/install.sh --root "$root" --config "$scratch/terminal.json" | tee "$scratch/again"
expect 'nothing was changed' grep -q 'nothing was changed' "$scratch/again"
expect 'no file was written' bash -c "! grep -q '^  /etc' '$scratch/again'"
printf '\nimage: proven on %s with Node %s\n' "$debian" "$(inside node --version)"
