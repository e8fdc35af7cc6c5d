# Objects that are made in the usual way, with an argument, and not at all.
from oslo_versionedobjects import base, fields


@base.VersionedObjectRegistry.register
class Port(base.VersionedObject):
    fields = {"mtu": fields.IntegerField()}


@base.VersionedObjectRegistry.register
class Shy(base.VersionedObject):
    fields = {"mtu": fields.IntegerField()}

    def __init__(self, needed):
        super().__init__()


class Picky(base.VersionedObject):
    fields = {"mtu": fields.IntegerField()}

    def __new__(cls, *args, **kwargs):
        raise RuntimeError("not today")


base.VersionedObjectRegistry.register(Picky)


# Neither is in a registry.
class Forgotten(base.VersionedObject):
    fields = {"mtu": fields.IntegerField()}


class Late(base.VersionedObject):
    fields = {"mtu": fields.IntegerField()}


base._make_class_properties(Late)


@base.VersionedObjectRegistry.register
class Settled(base.VersionedObject):
    """Has a value by itself, which one of its fields decides, and none of null."""

    fields = {
        "quota": fields.BooleanField(nullable=True),
        "status": fields.StringField(nullable=True),
    }

    @classmethod
    def _obj_from_primitive(cls, context, version, primitive):
        [cls._settle(data) for data in (primitive["versioned_object.data"],)]
        return super()._obj_from_primitive(context, version, primitive)

    @staticmethod
    def _settle(data):
        if data.get("quota") is None:
            data["quota"] = data.get("status") != "leaving"


@base.VersionedObjectRegistry.register
class Leaving(base.VersionedObject):
    """Has no value by itself, and one where another field says so."""

    fields = dict(Settled.fields)

    @classmethod
    def _obj_from_primitive(cls, context, version, primitive):
        data = primitive["versioned_object.data"]
        if data.get("status") == "leaving":
            data["quota"] = False
        return super()._obj_from_primitive(context, version, primitive)
