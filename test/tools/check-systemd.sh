#!/usr/bin/env bash
# Has systemd itself judge what systemd/ holds: the unit is right, exposed no more than it must be, and its user and folders can
# be made in an empty root. Nothing of this machine is changed. Needs Debian's package systemd (test/tools/install-packages.sh).
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v systemd-analyze >/dev/null || { echo "systemd-analyze is missing: apt-get install systemd" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# `verify` wants the programs to be there; on the machine that builds they lie elsewhere.
unit="$scratch/holdfast.service"
for name in holdfast.service holdfast-gateway.service holdfast-update.service holdfast-update.path; do
  sed "s#^ExecStart=/usr/bin/node /opt/holdfast/[a-z]*/#ExecStart=$(command -v node) $PWD/#" "systemd/$name" >"$scratch/$name"
done
for name in holdfast.service holdfast-gateway.service holdfast-update.service; do
  grep -q "^ExecStart=$(command -v node) " "$scratch/$name" || { echo "systemd/$name starts something else" >&2; exit 1; }
done
findings=$(systemd-analyze verify --man=no "$unit" "$scratch/holdfast-gateway.service" "$scratch/holdfast-update.path" 2>&1) || { echo "$findings" >&2; exit 1; }
[ -z "$findings" ] || { echo "$findings" >&2; exit 1; }

# Exposure in tenths; what is left is what a till needs: the network, its devices, and telling systemd how it is.
for name in holdfast holdfast-gateway; do
  systemd-analyze security --no-pager --offline=true --threshold=20 "$scratch/$name.service" >"$scratch/security" || { cat "$scratch/security" >&2; exit 1; }
  tail -1 "$scratch/security"
done
# The one that unpacks is root's, and has next to nothing of root's rights.
systemd-analyze security --no-pager --offline=true --threshold=30 "$scratch/holdfast-update.service" >"$scratch/security" || { cat "$scratch/security" >&2; exit 1; }
tail -1 "$scratch/security"

# The file of groups that systemd-sysusers reads and that every Debian has.
root="$scratch/root"
mkdir -p "$root/etc"
printf 'root:x:0:\ndialout:x:20:\nlp:x:7:\ninput:x:104:\n' >"$root/etc/group"
printf 'root:x:0:0:root:/root:/bin/bash\n' >"$root/etc/passwd"
systemd-sysusers --root="$root" "$PWD/systemd/holdfast.sysusers" >/dev/null 2>&1
for group in dialout lp input gpio i2c; do
  grep -q "^$group:.*holdfast" "$root/etc/group" || { echo "holdfast is not in the group $group" >&2; exit 1; }
done
if [ "$(id -u)" -ne 0 ]; then
  echo 'holdfast.service and its user are as they should be; whether its folders are, only root can try'
  exit 0
fi
systemd-tmpfiles --root="$root" --create "$PWD/systemd/holdfast.tmpfiles"
mode=$(stat -c %a "$root/var/lib/holdfast")
[ "$mode" = 700 ] || { echo "/var/lib/holdfast would have the mode $mode" >&2; exit 1; }
echo 'holdfast.service, its user and its folders are as they should be'
