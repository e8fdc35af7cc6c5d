#!/usr/bin/env bash
# oslo.versionedobjects 3.12.0, Python 3.11: a set is made of what came, and coerced afterwards.
#
# Expected: of the same JSON a set of texts has what a list of texts has, each once: '0', '1', 'False', 'True'.
# Seen: 1 and true are one to Python, so that whichever comes first decides the text, and the other is lost without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
list ['1', 'True', '0', 'False']
set ['0', '1']
list ['True', '1', 'False', '0']
set ['False', 'True']
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import json

from oslo_versionedobjects import base, fields

@base.VersionedObjectRegistry.register
class Tags(base.VersionedObject):
    fields = {
        "list": fields.ListOfStringsField(),
        "set": fields.Field(fields.Set(fields.String())),
    }

def read(field, text):
    primitive = {"versioned_object.name": "Tags", "versioned_object.namespace": "versionedobjects",
                 "versioned_object.version": "1.0", "versioned_object.data": {field: json.loads(text)}}
    found = getattr(Tags.obj_from_primitive(primitive), field)
    print(field, found if isinstance(found, list) else sorted(map(str, found)))

for text in ["[1, true, 0, false]", "[true, 1, false, 0]"]:
    read("list", text)
    read("set", text)
PYTHON
echo "as it was seen"
