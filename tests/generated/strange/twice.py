# Registers an object of the name and version of another.
from oslo_versionedobjects import base, fields


@base.VersionedObjectRegistry.register
class Port(base.VersionedObject):
    fields = {"speed": fields.IntegerField()}
