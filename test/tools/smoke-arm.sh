#!/usr/bin/env bash
# `npm run smoke:arm [arm64|armhf …]`: the packages with native parts, and the till's own journal, on emulated ARM. A Debian's Node.js
# for that machine is unpacked (nothing is installed) and run by qemu-user. The network is needed, and a few minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
debian=${HOLDFAST_DEBIAN:-trixie}
# Where packages come from; empty: what debootstrap uses by itself.
mirror=${HOLDFAST_MIRROR:-}
machines=("$@")
[ ${#machines[@]} -gt 0 ] || machines=(arm64 armhf)
declare -A emulators=([arm64]=qemu-aarch64-static [armhf]=qemu-arm-static)

[ "$(id -u)" -eq 0 ] || { echo 'SKIPPED: debootstrap wants root' >&2; exit 0; }
for program in debootstrap qemu-aarch64-static qemu-arm-static socat; do
  command -v "$program" >/dev/null || { echo "SKIPPED: $program is missing: apt-get install debootstrap qemu-user-static socat" >&2; exit 0; }
done
node test/tools/build.mjs

scratch=$(mktemp -d)
line=''
cleanup() {
  [ -z "$line" ] || kill "$line" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT
socat "pty,raw,echo=0,link=$scratch/here" "pty,raw,echo=0,link=$scratch/there" &
line=$!
for machine in "${machines[@]}"; do
  root="$scratch/$machine"
  printf '\n== %s: a Debian’s Node.js\n' "$machine"
  # The first half of debootstrap only fetches and unpacks what every Debian has; the rest it has fetched as well.
  debootstrap --foreign --arch="$machine" --variant=minbase --include=nodejs "$debian" "$root" ${mirror:+"$mirror"} >"$scratch/log" 2>&1 ||
    { tail -5 "$scratch/log" >&2; exit 1; }
  for package in "$root"/var/cache/apt/archives/*.deb; do dpkg -x "$package" "$root"; done
  emulated=("${emulators[$machine]}" -L "$root" "$root/usr/bin/node")
  printf '== %s: %s\n' "$machine" "$("${emulated[@]}" -p 'process.arch + " " + process.version')"
  "${emulated[@]}" test/tools/smoke-arm.mjs "$scratch/here" "$scratch/there"
  rm -rf "$root"
done
echo 'arm: what comes ready-made works; onoff and i2c-bus are built on the machine itself, where a device needs them'
