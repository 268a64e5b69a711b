#!/usr/bin/env bash
# Installs the Debian packages that some test suites need, where this user may (root or passwordless sudo).
# What can't be had is no error here: the suites that need it say that they are skipped, and why (test/tools/needs.ts).
set -u
# phpunit brings PHP itself, with the extensions it needs.
declare -A programs=([chromium]=chromium [mosquitto]=mosquitto [openssl]=openssl [phpunit]=phpunit [pg_ctlcluster]=postgresql [socat]=socat
  [systemd-analyze]=systemd [systemd-notify]=systemd)

missing=()
for program in "${!programs[@]}"; do
  command -v "$program" >/dev/null 2>&1 || missing+=("${programs[$program]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "Not root and no passwordless sudo: ${missing[*]} can't be installed; the suites that need them are skipped." >&2
    exit 0
  fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "No apt-get here: install ${missing[*]} by hand; the suites that need them are skipped until then." >&2
  exit 0
fi
echo "Installing ${missing[*]} for the tests …"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  echo "Installing ${missing[*]} failed; the suites that need them are skipped." >&2
exit 0
