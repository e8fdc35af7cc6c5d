#!/usr/bin/env bash
# oslo.versionedobjects 3.12.0, Python 3.11: DateTimeField writes zones and years that it can't read.
#
# Expected: an object reads its own primitive.
# Seen: a zone of the standard library at +05:30 is written by its name, as `UTC+05:30`, and a year below 1000 in three
# digits. Reading either is a ValueError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.versionedobjects==3.12.0
cat >"$folder/seen" <<'SEEN'
2026-01-01T12:00:00UTC+05:30
ValueError
999-01-01T00:00:00Z
ValueError
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import datetime
from oslo_versionedobjects import base, fields

@base.VersionedObjectRegistry.register
class Event(base.VersionedObject):
    fields = {"at": fields.DateTimeField()}

india = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
for at in (datetime.datetime(2026, 1, 1, 12, tzinfo=india), datetime.datetime(999, 1, 1)):
    primitive = Event(at=at).obj_to_primitive()
    print(primitive["versioned_object.data"]["at"])
    try:
        print(Event.obj_from_primitive(primitive).at)
    except ValueError as error:
        print(type(error).__name__)
PYTHON
echo "as it was seen"
