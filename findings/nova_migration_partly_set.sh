#!/usr/bin/env bash
# nova 34.0.0, oslo.versionedobjects 3.12.0, Python 3.11: a Migration with some of its fields set cannot be written for older versions.
#
# Expected: what is unset does not matter to a backport, as with the other fields of this object and with most objects.
# Seen: where `memory_total` is set, `memory_processed` and four more fields have to be, and `hidden` where `migration_type` is:
# a KeyError names the first that is missing. With none of them set it is written.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check nova==34.0.0 oslo.versionedobjects==3.12.0 "setuptools<81"
cat >"$folder/seen" <<'SEEN'
[] 1.1 []
[] 1.3 []
['memory_total'] 1.1 KeyError 'memory_processed'
['memory_total'] 1.3 KeyError 'memory_processed'
['migration_type'] 1.1 KeyError 'hidden'
['migration_type'] 1.3 ['migration_type']
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' 2>/dev/null | diff "$folder/seen" -
from nova.objects import migration

for fields in ({}, {"memory_total": 5}, {"migration_type": "evacuation"}):
    for version in ("1.1", "1.3"):
        try:
            written = migration.Migration(**fields).obj_to_primitive(target_version=version)
            print(sorted(fields), version, sorted(written["nova_object.data"]))
        except Exception as error:
            print(sorted(fields), version, type(error).__name__, error)
PYTHON
echo "as it was seen"
