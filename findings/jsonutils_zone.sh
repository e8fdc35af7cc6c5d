#!/usr/bin/env bash
# oslo.serialization 5.11.0, Python 3.11: jsonutils drops the zone of a date-time and converts nothing.
#
# Expected: noon at +05:30 goes out with its offset, or as 06:30 in UTC.
# Seen: it goes out as `12:00:00.000000` without an offset, as noon in UTC does: two instants, one text. strtime of
# oslo.utils, which others use for such texts, does the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.serialization==5.11.0
cat >"$folder/seen" <<'SEEN'
"2026-01-01T12:00:00.000000"
"2026-01-01T12:00:00.000000"
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import datetime
from oslo_serialization import jsonutils

india = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
print(jsonutils.dumps(datetime.datetime(2026, 1, 1, 12, tzinfo=india)))
print(jsonutils.dumps(datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)))
PYTHON
echo "as it was seen"
