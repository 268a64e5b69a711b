#!/usr/bin/env bash
# Makes a till of a Debian (12 or newer) or Raspberry Pi OS: user, folders, device rules, service, this release, its settings.
# Run it again at any time, also after a power cut in the middle: it does what is missing and changes nothing that is right.
#
#   sudo provisioning/image/install.sh [--config FILE] [--release-keys FILE] [--root FOLDER] [--node FOLDER] [--no-packages] [--this-release]
#
#   --config FILE   the terminal's settings; without it the example is put there, to be filled in
#   --root FOLDER   installs into the mounted image of another system instead of this one, and starts nothing
#   --node FOLDER   a Node.js as nodejs.org packs it, put into /opt/node; needed where Debian's own is older than 20.19
#   --no-packages   installs no Debian packages
#   --release-keys FILE   the two keys whose releases this till takes from now on (docs/updates.md); without it they stay as they are
#   --this-release  puts this release in place although a newer one runs here, brought by an update
set -euo pipefail

oldest_node='20.19.0'
project=$(cd "$(dirname "$0")/../.." && pwd)
root=''
config=''
release_keys=''
node_archive=''
packages=yes
this_release=no

say() { printf '%s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  → %s\n' "$2" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --config) config=${2:?--config wants a file}; shift 2 ;;
    --release-keys) release_keys=${2:?--release-keys wants a file}; shift 2 ;;
    --root) root=$(cd "${2:?--root wants a folder}" && pwd); shift 2 ;;
    --node) node_archive=$(cd "${2:?--node wants a folder}" && pwd); shift 2 ;;
    --no-packages) packages=no; shift ;;
    --this-release) this_release=yes; shift ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "there is no option $1" 'See --help.' ;;
  esac
done

[ "$root" != / ] || root=''
[ "$(id -u)" -eq 0 ] || fail 'only root can install a till' 'Put sudo in front of it.'
[ -e "$root/etc/debian_version" ] || fail "$root/ is no Debian or Raspberry Pi OS"
[ -f "$project/dist/src/cli/main.js" ] || fail 'this release is not built' 'Run "npm ci && npm run build" first, on any machine.'
[ -z "$config" ] || [ -f "$config" ] || fail "there is no file $config"
[ -z "$release_keys" ] || [ -f "$release_keys" ] || fail "there is no file $release_keys"

scratch=$(mktemp -d)
mounted=''
cleanup() {
  rm -rf "$scratch"
  [ -z "$mounted" ] || umount "$mounted"
}
trap cleanup EXIT
if [ -n "$root" ] && [ ! -e "$root/proc/self" ]; then
  mount -t proc proc "$root/proc" 2>/dev/null || mount --bind /proc "$root/proc" || fail "can't mount $root/proc, which programs inside the image need"
  mounted="$root/proc"
fi

# A command inside the system that is being made.
within() {
  if [ -z "$root" ]; then "$@"; else chroot "$root" "$@"; fi
}
# A file as it should be, replaced whole and only when it differs.
put() { # mode owner source target
  local target="$root$4"
  if [ -f "$target" ] && cmp -s "$3" "$target" && [ "$(within stat -c '%a %U:%G' "$4")" = "${1#0} $2" ]; then return; fi
  mkdir -p "$(dirname "$target")"
  cp "$3" "$target.new"
  chmod "$1" "$target.new"
  within chown "$2" "$4.new"
  mv -T "$target.new" "$target"
  changed=yes
  say "  $4"
}
as_holdfast() { within setpriv --reuid=holdfast --regid=holdfast --clear-groups "$@"; }
is_running() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

say '1/6 Debian packages'
# socat, gpiod and i2c-tools are for the person with the screwdriver; the till itself needs systemd and Node.
wanted=(systemd ca-certificates gpiod)
have() { within dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
missing=()
for name in "${wanted[@]}"; do have "$name" || missing+=("$name"); done
if [ "$packages" = yes ] && [ ${#missing[@]} -gt 0 ]; then
  within env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  within env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  say "  installed ${missing[*]}"
fi

say '2/6 Node.js'
new_enough() { # version
  [ "$(printf '%s\n%s\n' "$oldest_node" "${1#v}" | sort -V | head -1)" = "$oldest_node" ]
}
node_version() { within "$1" --version 2>/dev/null || true; }
if [ -n "$node_archive" ]; then
  [ -x "$node_archive/bin/node" ] || fail "$node_archive holds no bin/node" 'Unpack the archive of nodejs.org for this machine first.'
  if ! cmp -s "$node_archive/bin/node" "$root/opt/node/bin/node"; then
    rm -rf "$root/opt/node.new"
    mkdir -p "$root/opt"
    cp -R "$node_archive" "$root/opt/node.new"
    within chown -R root:root /opt/node.new
    rm -rf "$root/opt/node"
    mv -T "$root/opt/node.new" "$root/opt/node"
  fi
fi
node=''
for candidate in /opt/node/bin/node /usr/bin/node /usr/local/bin/node; do
  version=$(node_version "$candidate")
  if [ -n "$version" ] && new_enough "$version"; then
    node=$candidate
    break
  fi
done
if [ -z "$node" ] && [ "$packages" = yes ]; then
  available=$(within apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: *\([0-9.]*\).*/\1/p')
  if [ -n "$available" ] && new_enough "$available"; then
    within env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs >/dev/null
    node=/usr/bin/node
    version=$(node_version $node)
  fi
fi
[ -n "$node" ] || fail "there is no Node.js $oldest_node or newer" \
  'Unpack the archive of nodejs.org for this machine and name it: --node FOLDER. Debian 13 brings one that is new enough.'
say "  $node $version"

say '3/6 user, folders, devices'
changed=no
put 0644 root:root "$project/systemd/holdfast.sysusers" /etc/sysusers.d/holdfast.conf
within systemd-sysusers /etc/sysusers.d/holdfast.conf
put 0644 root:root "$project/systemd/holdfast.tmpfiles" /etc/tmpfiles.d/holdfast.conf
within systemd-tmpfiles --create /etc/tmpfiles.d/holdfast.conf
put 0644 root:root "$project/systemd/60-holdfast.rules" /etc/udev/rules.d/60-holdfast.rules
if is_running && [ "$changed" = yes ] && command -v udevadm >/dev/null; then
  udevadm control --reload && udevadm trigger --subsystem-match=gpio --subsystem-match=i2c-dev --subsystem-match=usbmisc
fi

say '4/6 this release'
release=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$project/package.json")
[ -n "$release" ] || fail 'package.json tells no version'
# What a running till needs; the sources, tests and tools stay behind.
contents=(dist/src dist/drivers dist/provisioning package.json package-lock.json LICENSE NOTICE)
fingerprint=$(cd "$project" && find "${contents[@]}" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
place="/opt/holdfast/releases/$release-$fingerprint"
if [ ! -f "$root$place/.complete" ]; then
  rm -rf "$root$place"
  mkdir -p "$root$place"
  (cd "$project" && cp -R --parents "${contents[@]}" "$root$place/")
  # Of the packages, those that run in a till.
  within "$node" -e 'const { packages } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    for (const [path, { dev }] of Object.entries(packages)) if (/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev) console.log(path)' \
    <"$project/package-lock.json" | while read -r package; do
    [ -d "$project/$package" ] || continue
    mkdir -p "$root$place/$(dirname "$package")"
    cp -R "$project/$package" "$root$place/$package"
  done
  within chown -R root:root "$place"
  # What it says of itself, for the release that may follow it; on the medium before it counts.
  within "$node" "$place/dist/src/updates/describe.js" >"$root$place/release.json"
  sync -f "$root$place"
  : >"$root$place/.complete"
  say "  $place"
fi
# The packages with native parts must be those of this machine.
within "$node" -e "for (const name of ['classic-level', 'serialport']) require('$place/node_modules/' + name)" 2>/dev/null ||
  fail 'the packages in node_modules are not those of this machine' "Run \"npm ci --omit=dev\" on it, or on one like it, and install again."
# What an update has brought since stays: an older release may not be able to read the journal.
running=$(basename "$(readlink "$root/opt/holdfast/current" || true)")
newest=$(printf '%s\n%s\n' "${running%-*}" "$release" | sort -V | tail -1)
if [ -n "$running" ] && [ "${running%-*}" != "$release" ] && [ "$newest" = "${running%-*}" ] && [ "$this_release" = no ] && [ -f "$root/opt/holdfast/releases/$running/.complete" ]; then
  say "  $running runs here and is newer; it stays. --this-release puts $release in its place."
elif [ "$(readlink "$root/opt/holdfast/current" || true)" != "$place" ]; then
  for link in launcher current; do
    ln -sfn "$place" "$root/opt/holdfast/$link.new"
    mv -T "$root/opt/holdfast/$link.new" "$root/opt/holdfast/$link"
  done
  changed=yes
fi
if [ -n "$release_keys" ]; then
  within "$node" "$place/dist/src/updates/describe.js" check-keys <"$release_keys" >"$scratch/keys" 2>&1 || fail "$release_keys holds no release keys: $(cat "$scratch/keys")" '"npm run release -- make-keys-file" makes such a file.'
  put 0644 root:root "$release_keys" /opt/holdfast/release-keys.json
fi
printf '#!/bin/sh\n# The till of this machine, asked at its own settings.\nexport HOLDFAST_CONFIG="${HOLDFAST_CONFIG:-/etc/holdfast/terminal.json}" HOLDFAST_UPDATES__RELEASES=/opt/holdfast\nexec %s /opt/holdfast/current/dist/src/cli/main.js "$@"\n' "$node" >"$scratch/holdfast"
put 0755 root:root "$scratch/holdfast" /usr/local/bin/holdfast

say '5/6 settings'
example="$project/provisioning/terminal.example.json"
if [ -n "$config" ]; then
  # Settings that can't be right do not take the place of those that are.
  candidate=/etc/holdfast/terminal.candidate.json
  cp "$config" "$root$candidate"
  within chown root:holdfast "$candidate"
  chmod 0640 "$root$candidate"
  if ! as_holdfast /usr/local/bin/holdfast config check --config "$candidate" >"$scratch/check" 2>&1; then
    rm -f "$root$candidate"
    sed 's/^/  /' "$scratch/check" >&2
    fail "the settings in $config are not complete" 'Nothing of them was taken over.'
  fi
  rm -f "$root$candidate"
  put 0640 root:holdfast "$config" /etc/holdfast/terminal.json
elif [ ! -e "$root/etc/holdfast/terminal.json" ]; then
  put 0640 root:holdfast "$example" /etc/holdfast/terminal.json
fi
# A journal that grows without end, or a till that hangs together with its system, is no help to anybody.
printf '[Journal]\nSystemMaxUse=100M\n' >"$scratch/journald"
put 0644 root:root "$scratch/journald" /etc/systemd/journald.conf.d/holdfast.conf
printf '[Manager]\nRuntimeWatchdogSec=10\n' >"$scratch/watchdog"
put 0644 root:root "$scratch/watchdog" /etc/systemd/system.conf.d/holdfast.conf

say '6/6 service'
for unit in holdfast.service holdfast-update.service holdfast-update.path; do
  sed "s#/usr/bin/node #$node #" "$project/systemd/$unit" >"$scratch/$unit"
  put 0644 root:root "$scratch/$unit" "/etc/systemd/system/$unit"
done
if cmp -s "$example" "$root/etc/holdfast/terminal.json" || ! as_holdfast /usr/local/bin/holdfast config check >"$scratch/check" 2>&1; then
  [ ! -s "$scratch/check" ] || sed 's/^/  /' "$scratch/check"
  say 'Everything is in place, but the settings are not complete: edit /etc/holdfast/terminal.json, then run this again.'
  exit 0
fi
as_holdfast /usr/local/bin/holdfast provision | sed 's/^/  /'
within systemctl enable holdfast.service holdfast-update.path >/dev/null 2>&1
if is_running; then
  systemctl daemon-reload
  systemctl start holdfast-update.path
  if [ "$changed" = yes ] || ! systemctl is-active --quiet holdfast; then systemctl restart holdfast; fi
  say 'The till runs: "holdfast status" tells how it is.'
else
  say 'The till starts with the machine.'
fi
