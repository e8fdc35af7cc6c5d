#!/usr/bin/env bash
# ironic 39.0.0, oslo.versionedobjects 3.12.0, Python 3.11: a Runbook cannot be written for its own older versions.
#
# Expected: 1.0 and 1.1 are released versions of Runbook, so a 1.2 is written for them, as its pins of older releases ask for.
# Seen: AttributeError. Its backport parses versions by a class that oslo.versionedobjects does not have.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check ironic==39.0.0 oslo.versionedobjects==3.12.0 "setuptools<81"
cat >"$folder/seen" <<'SEEN'
1.0 AttributeError module 'oslo_versionedobjects.base' has no attribute 'SemanticVersion'
1.1 AttributeError module 'oslo_versionedobjects.base' has no attribute 'SemanticVersion'
1.2 1.2
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' 2>/dev/null | diff "$folder/seen" -
from ironic.objects import runbook

for version in ("1.0", "1.1", "1.2"):
    try:
        one = runbook.Runbook(name="CUSTOM_A")
        print(version, one.obj_to_primitive(target_version=version)["ironic_object.version"])
    except Exception as error:
        print(version, type(error).__name__, error)
PYTHON
echo "as it was seen"
