#!/usr/bin/env bash
# oslo.versionedobjects 3.12.0, Python 3.11: VersionedObjectSerializer writes an object that it then doesn't read.
#
# Expected: deserialize_entity of what serialize_entity of the same serializer wrote is the object again.
# Seen: it writes any versioned object, under the object's own OBJ_SERIAL_NAMESPACE, and looks for that of its OBJ_BASE_CLASS alone:
# an object of another namespace comes back as the dict that went over the wire, without an error. A serializer whose
# OBJ_BASE_CLASS is the project's reads it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
VersionedObjectSerializer: {'shop_object.name': 'Disk', 'shop_object.namespace': 'shop', 'shop_object.version': '1.0', 'shop_object.data': {'size': 1}, 'shop_object.changes': ['size']} -> dict
ShopSerializer: the same -> Disk
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
from oslo_versionedobjects import base, fields

class ShopObject(base.VersionedObject):
    OBJ_SERIAL_NAMESPACE = "shop_object"
    OBJ_PROJECT_NAMESPACE = "shop"

@base.VersionedObjectRegistry.register
class Disk(ShopObject):
    fields = {"size": fields.IntegerField()}

class ShopSerializer(base.VersionedObjectSerializer):
    OBJ_BASE_CLASS = ShopObject

first = None
for serializer in (base.VersionedObjectSerializer(), ShopSerializer()):
    written = serializer.serialize_entity(None, Disk(size=1))
    shown, first = ("the same" if written == first else written), written
    back = serializer.deserialize_entity(None, written)
    print(f"{type(serializer).__name__}: {shown} -> {type(back).__name__}")
PYTHON
echo "as it was seen"
