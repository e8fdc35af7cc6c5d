"""The schemas of nova's notification classes, and its samples with their references resolved, as one JSON text:
samples.py FOLDER, which is doc/notification_samples of nova's source distribution."""
import copy
import glob
import importlib
import json
import logging
import os
import pkgutil
import sys

from oslo_versionedobjects import fields as ovo_fields

logging.disable(logging.CRITICAL)

from nova import objects  # noqa: E402
from nova.notifications import objects as notifications  # noqa: E402
from nova.objects import base  # noqa: E402

# The kind of a type by the reference's class, the most special first.
KINDS = ["SensitiveString", "VersionPredicate", "UUID", "MACAddress", "PCIAddress", "NonNegativeInteger", "NonNegativeFloat",
         "FlexibleBoolean", "DateTime", "IPV4AndV6Address", "IPV4Address", "IPV6Address", "IPAddress", "IPV4Network",
         "IPV6Network", "IPNetwork", "Integer", "Float", "Boolean", "String"]


def type_text(ty):
    if isinstance(ty, ovo_fields.Object):
        return {"kind": "Object", "name": ty._obj_name, "subclasses": ty._subclasses}
    if isinstance(ty, ovo_fields.Enum):
        return {"kind": "Enum", "values": list(ty.valid_values), "tuple": isinstance(ty._valid_values, tuple)}
    for kind in ("List", "Set", "Dict"):
        if isinstance(ty, getattr(ovo_fields, kind)):
            element = ty._element_type
            return {"kind": kind, "element": type_text(element._type), "element_nullable": element.nullable}
    for kind in KINDS:
        if isinstance(ty, getattr(ovo_fields, kind)):
            text = {"kind": kind}
            if kind == "DateTime":
                text["tzinfo_aware"] = ty.tzinfo_aware
            return text
    return {"kind": "Opaque"}


def schema(cls):
    fields = [{"name": name, "type": type_text(field._type), "nullable": field.nullable, "read_only": field.read_only}
              for name, field in cls.fields.items()]
    return {"name": cls.obj_name(), "version": cls.VERSION, "project_namespace": cls.OBJ_PROJECT_NAMESPACE,
            "serial_namespace": cls.OBJ_SERIAL_NAMESPACE, "fields": fields}


def resolved(value, folder):
    """References stand for a file, whose keys those beside the reference replace, as nova's own test has it."""
    if isinstance(value, list):
        return [resolved(item, folder) for item in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        path = os.path.join(folder, value["$ref"].rstrip("#"))
        with open(path) as file:
            below = resolved(json.load(file), os.path.dirname(path))
        return merged(below, resolved({key: item for key, item in value.items() if key != "$ref"}, folder))
    return {key: resolved(item, folder) for key, item in value.items()}


def merged(below, above):
    whole = copy.deepcopy(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(whole.get(key), dict)
        whole[key] = merged(whole[key], value) if both else value
    return whole


def main(folder):
    for module in pkgutil.iter_modules(notifications.__path__):
        importlib.import_module("nova.notifications.objects." + module.name)
    objects.register_all()
    classes = {cls.obj_name(): cls for cls in base.NovaObjectRegistry.notification_classes}
    # Payloads that only others extend are in the samples as well.
    waiting = [cls for cls in list(classes.values())]
    for cls in waiting:
        for field in cls.fields.values():
            name = type_text(field._type).get("name") or (type_text(field._type).get("element") or {}).get("name")
            registered = base.NovaObjectRegistry.obj_classes().get(name or "")
            if registered and name not in classes:
                classes[name] = registered[0]
                waiting.append(registered[0])
    samples = []
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path) as file:
            sample = resolved(json.load(file), folder)
        samples.append({"name": os.path.basename(path), "payload": sample["payload"]})
    json.dump({"schema": {"objects": [schema(cls) for cls in classes.values()]}, "samples": samples}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
