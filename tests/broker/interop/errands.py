"""Hosts on nova's objects whose methods run on a conductor, and a conductor.

errands.py URL EXCHANGE host serves topics `errands` (with nova's serializer) and `errands-oslo` (with that of
oslo.versionedobjects), and asks the conductor of that exchange; errands.py URL EXCHANGE conductor is one. Either
prints `serving` once it serves.
"""
import logging
import sys
import threading

import oslo_messaging as messaging
from oslo_versionedobjects import base as ovo_base

import nova_parts
from nova import baserpc, exception
from nova.conductor import rpcapi
from nova.objects import base, fields, migrate_data  # noqa: F401


@base.NovaObjectRegistry.register
class Part(base.NovaObject):
    VERSION = "1.0"
    fields = {"name": fields.StringField()}


class First(base.NovaObject):
    """An errand of the release before."""
    VERSION = "1.0"
    fields = {
        "id": fields.IntegerField(read_only=True),
        "host": fields.StringField(nullable=True),
        "part": fields.ObjectField("Part", nullable=True),
        "due": fields.DateTimeField(nullable=True),
    }

    @ovo_base.remotable_classmethod
    def get_by_id(cls, context, id, host=None):
        if id < 0:
            raise exception.MigrationNotFound(migration_id=id)
        return cls(context, id=id, host=host, part=Part(name="a part"))

    @ovo_base.remotable
    def move(self, host, reason="none"):
        self.host = host
        self.part = Part(name=reason)
        self.obj_reset_changes(["host"])
        return [self.host, reason]


class Second(First):
    VERSION = "1.1"
    fields = dict(First.fields, note=fields.StringField())

    def obj_make_compatible(self, primitive, target_version):
        super().obj_make_compatible(primitive, target_version)
        if target_version == "1.0":
            primitive.pop("note", None)


class XenapiLiveMigrateData(base.NovaObject):
    """That of the release before."""
    VERSION = "0.1"
    fields = {"block_migration": fields.BooleanField(nullable=True), "is_volume_backed": fields.BooleanField()}


class OsloSerializer(ovo_base.VersionedObjectSerializer):
    OBJ_BASE_CLASS = base.NovaObject


def shown(value):
    """Objects as what they were read as."""
    if isinstance(value, (list, tuple)):
        return [shown(member) for member in value]
    if isinstance(value, dict):
        return {key: shown(member) for key, member in value.items()}
    if not isinstance(value, base.NovaObject):
        return value
    primitive = value.obj_to_primitive(target_version=value.VERSION)["nova_object.data"]
    return {"is": value.obj_name(), "version": value.VERSION, "data": primitive,
            "changes": sorted(value.obj_what_changed())}


class Errands:
    target = messaging.Target(version="1.0")

    def ping(self, ctxt):
        return baserpc.BaseAPI("conductor").ping(ctxt, "1.21 GigaWatts", timeout=10)

    def get(self, ctxt, args, kwargs):
        try:
            return shown(First.get_by_id(ctxt, *args, **kwargs))
        except Exception as error:
            return self.told(error)

    def move(self, ctxt, args, kwargs):
        errand = First(ctxt, id=5, host="a")
        errand.obj_reset_changes(["id"])
        try:
            result = errand.move(*args, **kwargs)
        except Exception as error:
            return self.told(error)
        return {"result": result, "errand": shown(errand)}

    def read(self, ctxt, data):
        """What came, the serializer having asked for what it couldn't read."""
        return shown(data)

    @staticmethod
    def told(error):
        """What became of a failure here."""
        return {"class": type(error).__name__, "module": type(error).__module__, "message": str(error).split("\n")[0],
                "kwargs": {key: str(value) for key, value in getattr(error, "kwargs", {}).items()}}


class Conductor:
    """What a conductor does for others, told in the words of the protocol."""
    target = messaging.Target(version="3.0")

    def object_backport_versions(self, context, objinst, object_versions):
        wanted = object_versions[objinst.obj_name()]
        return objinst.obj_to_primitive(target_version=wanted, version_manifest=object_versions)

    def object_action(self, context, objinst, objmethod, args, kwargs):
        before = objinst.obj_clone()
        result = getattr(objinst, objmethod)(*args, **kwargs)
        is_new = (lambda name: not before.obj_attr_is_set(name)
                  or getattr(before, name) != getattr(objinst, name))
        updates = {name: field.to_primitive(objinst, name, getattr(objinst, name))
                   for name, field in objinst.fields.items() if objinst.obj_attr_is_set(name) and is_new(name)}
        return dict(updates, obj_what_changed=objinst.obj_what_changed()), result

    def object_class_action_versions(self, context, objname, objmethod, object_versions, args, kwargs):
        found = base.NovaObject.obj_class_from_name(objname, object_versions[objname])
        result = getattr(found, objmethod)(context, *args, **kwargs)
        if not isinstance(result, base.NovaObject):
            return result
        return result.obj_to_primitive(target_version=object_versions[objname], version_manifest=object_versions)


class BaseApi:
    target = messaging.Target(namespace="baseapi", version="1.1")

    def ping(self, context, arg):
        return {"service": "conductor", "arg": arg}


def main(url, exchange, role):
    logging.disable(logging.CRITICAL)
    nova_parts.connect(url, exchange)
    errand = Second if role == "conductor" else First
    errand.__name__ = "Errand"
    base.NovaObjectRegistry.register(errand)
    if role == "conductor":
        nova_parts.serve("conductor", "python", [Conductor(), BaseApi()], base.NovaObjectSerializer())
    else:
        base.NovaObjectRegistry.register(XenapiLiveMigrateData)
        base.NovaObject.indirection_api = rpcapi.ConductorAPI()
        nova_parts.serve("errands", "python", [Errands()], base.NovaObjectSerializer())
        nova_parts.serve("errands-oslo", "python", [Errands()], OsloSerializer())
    print("serving", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
