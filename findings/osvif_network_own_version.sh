#!/usr/bin/env bash
# os-vif 5.3.0, oslo.versionedobjects 3.12.0, Python 3.11: a Network can't be written for its own version 1.0.
#
# Expected: 1.0 is a released version of Network, so a 1.1 is written for it, or so without the field that is new.
# Seen: 'No rule for subnets' of obj_make_compatible, with and without subnets: its subnets stand in an object field, and
# no relationship of it was declared. What holds a Network can't be written for an older version either.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check os-vif==5.3.0 oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
1.1 1.1
Object action obj_make_compatible failed because: No rule for subnets
Object action obj_make_compatible failed because: No rule for subnets
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import os_vif.objects
from os_vif.objects import network, subnet
from oslo_versionedobjects import exception

os_vif.objects.register_all()
one = network.Network(id="437c6db5-4e6f-4b43-b64b-ed6a11ee5ba7")
print(network.Network.VERSION, one.obj_to_primitive()["versioned_object.version"])
for network in (one, network.Network(id=one.id, subnets=subnet.SubnetList(objects=[]))):
    try:
        print(network.obj_to_primitive(target_version="1.0"))
    except exception.ObjectActionError as error:
        print(error)
PYTHON
echo "as it was seen"
