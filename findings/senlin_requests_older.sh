#!/usr/bin/env bash
# senlin 16.0.0, oslo.versionedobjects 3.12.0, Python 3.11: no request that got a new field can be written for its older version.
#
# Expected: `obj_make_compatible` takes the new field out of the data, so that an engine of the older release gets the request.
# Seen: it looks for the data in the data, and a KeyError names the key of the envelope; one class calls the routine of
# another, which is a TypeError. So it is with each request that has more than one version.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check senlin==16.0.0 oslo.versionedobjects==3.12.0 "setuptools<81"
cat >"$folder/seen" <<'SEEN'
ActionListRequest 1.1 KeyError 'senlin_object.data'
ClusterCreateRequestBody 1.1 TypeError super(type, obj): obj must be an instance or subtype of type
ClusterDelNodesRequest 1.1 KeyError 'senlin_object.data'
ClusterDeleteRequest 1.1 KeyError 'senlin_object.data'
ClusterUpdateRequest 1.2 KeyError 'senlin_object.data'
NodeDeleteRequest 1.1 KeyError 'senlin_object.data'
NodeUpdateRequest 1.1 KeyError 'senlin_object.data'
ReceiverListRequest 1.1 KeyError 'senlin_object.data'
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' 2>/dev/null | diff "$folder/seen" -
from oslo_versionedobjects import base
from senlin import objects

objects.register_all()
for name, (newest, *_) in sorted(base.VersionedObjectRegistry.obj_classes().items()):
    if newest.VERSION != "1.0" and newest.__module__.startswith("senlin.objects.requests"):
        try:
            print(name, newest.VERSION, newest().obj_to_primitive(target_version="1.0")["senlin_object.version"])
        except Exception as error:
            print(name, newest.VERSION, type(error).__name__, error)
PYTHON
echo "as it was seen"
