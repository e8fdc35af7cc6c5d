#!/usr/bin/env bash
# oslo.serialization 5.11.0, netaddr 1.3.0, Python 3.11: msgpackutils keeps an address as a number alone.
#
# Expected: an IPv6 address comes back as it went, as an IPv4 address does.
# Seen: `::1` comes back as the IPv4 address 0.0.0.1, without an error. An address beyond 64 bits, so nearly each
# IPv6 address, is an OverflowError on writing. A network has no handler at all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.serialization==5.11.0 netaddr==1.3.0
cat >"$folder/seen" <<'SEEN'
10.0.0.1
0.0.0.1
OverflowError
ValueError
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import netaddr
from oslo_serialization import msgpackutils

print(msgpackutils.loads(msgpackutils.dumps(netaddr.IPAddress("10.0.0.1"))))
print(msgpackutils.loads(msgpackutils.dumps(netaddr.IPAddress("::1"))))
for value in (netaddr.IPAddress("2001:db8::1"), netaddr.IPNetwork("10.0.0.0/8")):
    try:
        print(msgpackutils.dumps(value))
    except Exception as error:
        print(type(error).__name__)
PYTHON
echo "as it was seen"
