#!/usr/bin/env bash
# oslo.versionedobjects 3.12.0, Python 3.11: `changes` of a child name fields that its backport dropped.
#
# Expected: the names under `changes` are among those under `data`, as in the outermost object of the same message.
# Seen: the outermost object's are cleaned; the child's still name the dropped field.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
['disk'] ['disk']
['size'] ['added', 'size']
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
from oslo_versionedobjects import base, fields

class Older(base.VersionedObject):
    def obj_make_compatible(self, primitive, target_version):
        super().obj_make_compatible(primitive, target_version)
        if target_version == "1.0":
            primitive.pop("added", None)

@base.VersionedObjectRegistry.register
class Disk(Older):
    VERSION = "1.1"
    fields = {"size": fields.IntegerField(), "added": fields.IntegerField()}

@base.VersionedObjectRegistry.register
class Host(Older):
    VERSION = "1.1"
    fields = {"disk": fields.ObjectField("Disk"), "added": fields.IntegerField()}
    obj_relationships = {"disk": [("1.0", "1.0"), ("1.1", "1.1")]}

host = Host(disk=Disk(size=1, added=2), added=3).obj_to_primitive(target_version="1.0")
for one in (host, host["versioned_object.data"]["disk"]):
    print(sorted(one["versioned_object.data"]), sorted(one["versioned_object.changes"]))
PYTHON
echo "as it was seen"
