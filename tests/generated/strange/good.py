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
