#!/usr/bin/env bash
# neutron 29.0.0, neutron-lib 5.0.1, oslo.versionedobjects 3.12.0, Python 3.11: the refusal of an older version has no version in it.
#
# Expected: who asks for a version that QosPolicy is no longer written in is told which version of what, and which is supported.
# Seen: the message with its placeholders as they stand in the source, since one of them gets no value: a caller that logs it, or a
# peer that reads it, learns neither.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check neutron==29.0.0 neutron-lib==5.0.1 oslo.versionedobjects==3.12.0 "setuptools<81"
cat >"$folder/seen" <<'SEEN'
IncompatibleObjectVersion Version %(objver)s of %(objname)s is not supported, supported version is %(supported)s
1.8 written
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' 2>/dev/null | diff "$folder/seen" -
from neutron.objects.qos import policy

one = policy.QosPolicy(id="437c6db5-4e6f-4b43-b64b-ed6a11ee5ba7", rules=[])
try:
    one.obj_to_primitive(target_version="1.7")
except Exception as error:
    print(type(error).__name__, error)
one.obj_to_primitive(target_version="1.8")
print("1.8 written")
PYTHON
echo "as it was seen"
