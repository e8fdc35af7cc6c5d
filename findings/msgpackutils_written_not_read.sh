#!/usr/bin/env bash
# oslo.serialization 5.11.0, msgpack 1.1.1, Python 3.11: msgpackutils writes what it can't read.
#
# Expected: what dumps takes without an error, loads gives back.
# Seen: a dict with whole-number keys, and a date-time whose zone is an offset, are written and then refused on
# reading: the keys by msgpack's strict_map_key, the zone since its text is looked up as the name of one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.serialization==5.11.0 msgpack==1.1.1 tzdata==2025.2
cat >"$folder/seen" <<'SEEN'
ValueError
ZoneInfoNotFoundError
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import datetime
from oslo_serialization import msgpackutils

offset = datetime.timezone(datetime.timedelta(hours=5))
for value in ({1: "one"}, datetime.datetime(2026, 1, 1, tzinfo=offset)):
    written = msgpackutils.dumps(value)
    try:
        print(msgpackutils.loads(written))
    except Exception as error:
        print(type(error).__name__)
PYTHON
echo "as it was seen"
