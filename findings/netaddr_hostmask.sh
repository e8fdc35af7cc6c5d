#!/usr/bin/env bash
# netaddr 1.3.0, Python 3.11: a network's mask may be an inverted one, and a bare address is a network.
#
# Expected by a reader of `address/mask`: a netmask or a prefix length.
# Seen: `0.0.0.255` behind the slash is taken for a hostmask, /24; `0.0.0.0` is /0 and `255.255.255.255` is /32; an address
# alone is a network of /32 or /128. Other readers of networks refuse the first and the last.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check netaddr==1.3.0
cat >"$folder/seen" <<'SEEN'
10.0.0.0/0.0.0.255 10.0.0.0/24
10.0.0.0/255.255.255.0 10.0.0.0/24
10.0.0.0/0.0.0.0 10.0.0.0/0
1.2.3.4 1.2.3.4/32
2001:db8::1 2001:db8::1/128
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import netaddr

for text in ("10.0.0.0/0.0.0.255", "10.0.0.0/255.255.255.0", "10.0.0.0/0.0.0.0", "1.2.3.4", "2001:db8::1"):
    print(text, netaddr.IPNetwork(text))
PYTHON
echo "as it was seen"
