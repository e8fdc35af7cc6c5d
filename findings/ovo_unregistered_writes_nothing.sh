#!/usr/bin/env bash
# oslo.versionedobjects 3.12.0, Python 3.11: an object whose class nobody registered goes out without its fields.
#
# Expected: a class without `@VersionedObjectRegistry.register` is refused, at the latest where it is written.
# Seen: it takes its fields, gives them back, and is written with no data and no error. What a field takes isn't checked
# either, and unset ones aren't noticed. Thirteen of heat 27.0.1's classes, `Stack` among them, are of that kind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
many False [] {}
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
from oslo_versionedobjects import base, fields

class Stack(base.VersionedObject):
    fields = {"timeout": fields.IntegerField()}

stack = Stack(timeout="many")
written = stack.obj_to_primitive()
print(stack.timeout, stack.obj_attr_is_set("timeout"), sorted(stack.obj_what_changed()), written["versioned_object.data"])
PYTHON
echo "as it was seen"
