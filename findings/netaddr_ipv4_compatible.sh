#!/usr/bin/env bash
# netaddr 1.3.0, Python 3.11: netaddr spells IPv6 addresses below 2^32 with a dotted quad.
#
# Expected: RFC 5952 as in the standard library, `::1:2`, so that both sides write one text for one address.
# Seen: `::0.1.0.2`, so a text made by netaddr and one made elsewhere differ for the same address; `::1` and addresses
# of one group stay plain.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check netaddr==1.3.0
cat >"$folder/seen" <<'SEEN'
::1 ::1 ::1
::ffff ::ffff ::ffff
::1:2 ::0.1.0.2 ::1:2
::1.2.3.4 ::1.2.3.4 ::102:304
::1:0:0 ::1:0:0 ::1:0:0
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import ipaddress
import netaddr

for text in ("::1", "::ffff", "::1:2", "::1.2.3.4", "::1:0:0"):
    print(text, netaddr.IPAddress(text), ipaddress.ip_address(text))
PYTHON
echo "as it was seen"
