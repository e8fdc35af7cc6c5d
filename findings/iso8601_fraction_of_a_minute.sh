#!/usr/bin/env bash
# iso8601 2.1.0, Python 3.11: a fraction is always one of seconds, and an offset's minutes have no end.
#
# Expected: ISO 8601 has a fraction belong to the last unit that is there, so `10:30.5` is half a minute past 10:30; and an
# offset of 60 minutes is refused.
# Seen: `10:30.5` is 10:00:30.5, so the minutes became seconds; `+01:60` is +02:00.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check iso8601==2.1.0
cat >"$folder/seen" <<'SEEN'
2026-11-28T10:30Z 10:30:00 0:00:00
2026-11-28T10:30.5Z 10:00:30.500000 0:00:00
2026-11-28T10:30:00+01:60 10:30:00 2:00:00
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import iso8601

for text in ("2026-11-28T10:30Z", "2026-11-28T10:30.5Z", "2026-11-28T10:30:00+01:60"):
    moment = iso8601.parse_date(text)
    print(text, moment.time(), moment.utcoffset())
PYTHON
echo "as it was seen"
