#!/usr/bin/env bash
# oslo.versionedobjects 3.12.0, Python 3.11: an object that arrived goes out with a newer child in it.
#
# Expected: obj_relationships says which child a parent of 1.0 carries, so a parent that came in 1.0 and goes out in
# it carries the child in 1.0.
# Seen: a child that is set into it goes out in 1.1. A host that knows 1.0 of both refuses that message.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
1.0 1.1 ['encrypted', 'size']
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
from oslo_versionedobjects import base, fields

@base.VersionedObjectRegistry.register
class Disk(base.VersionedObject):
    VERSION = "1.1"
    fields = {"size": fields.IntegerField(), "encrypted": fields.BooleanField()}

    def obj_make_compatible(self, primitive, target_version):
        super().obj_make_compatible(primitive, target_version)
        if target_version == "1.0":
            primitive.pop("encrypted", None)

@base.VersionedObjectRegistry.register
class Host(base.VersionedObject):
    VERSION = "1.1"
    fields = {"disk": fields.ObjectField("Disk")}
    obj_relationships = {"disk": [("1.0", "1.0"), ("1.1", "1.1")]}

arrived = Host.obj_from_primitive(Host(disk=Disk(size=1)).obj_to_primitive(target_version="1.0"))
arrived.disk = Disk(size=2, encrypted=True)
answer = arrived.obj_to_primitive()
disk = answer["versioned_object.data"]["disk"]
print(answer["versioned_object.version"], disk["versioned_object.version"], sorted(disk["versioned_object.data"]))
PYTHON
echo "as it was seen"
