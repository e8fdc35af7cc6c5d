# A version that is none, defaults that no attribute can say, and two versions of a name.
from oslo_versionedobjects import base, fields


@base.VersionedObjectRegistry.register
class Dated(base.VersionedObject):
    VERSION = "2024.1.b3"
    fields = {"mtu": fields.IntegerField()}


@base.VersionedObjectRegistry.register
class Defaulted(base.VersionedObject):
    fields = {
        "made": fields.ListOfStringsField(default=lambda: []),
        "most": fields.FloatField(default=float("inf")),
    }


@base.VersionedObjectRegistry.register
class Renewed(base.VersionedObject):
    VERSION = "1.3"
    fields = {"mtu": fields.IntegerField()}


class Renewed2(base.VersionedObject):
    VERSION = "2.0"
    fields = {"mtus": fields.ListOfIntegersField()}


Renewed2.__name__ = "Renewed"
base.VersionedObjectRegistry.register(Renewed2)
