#!/usr/bin/env bash
# oslo.versionedobjects 3.12.0, Python 3.11: a backport converts objects in a field and in a list, and no deeper.
#
# Expected: with obj_relationships the object in a dict, or in a list of lists, goes out in the version that the parent's
# target had, as the one in a plain field does.
# Seen: it goes out in its own version with its new field, in an envelope that is labelled 1.0, without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
one 1.0 ['size']
many 1.0 ['size']
by_name 1.1 ['encrypted', 'size']
by_shelf 1.1 ['encrypted', 'size']
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
    fields = {
        "one": fields.ObjectField("Disk"),
        "many": fields.ListOfObjectsField("Disk"),
        "by_name": fields.Field(fields.Dict(fields.Object("Disk"))),
        "by_shelf": fields.Field(fields.List(fields.List(fields.Object("Disk")))),
    }
    obj_relationships = {name: [("1.0", "1.0"), ("1.1", "1.1")] for name in fields}

disk = Disk(size=1, encrypted=True)
host = Host(one=disk, many=[disk], by_name={"a": disk}, by_shelf=[[disk]])
data = host.obj_to_primitive(target_version="1.0")["versioned_object.data"]
found = {"one": data["one"], "many": data["many"][0], "by_name": data["by_name"]["a"], "by_shelf": data["by_shelf"][0][0]}
for name, child in found.items():
    print(name, child["versioned_object.version"], sorted(child["versioned_object.data"]))
PYTHON
echo "as it was seen"
