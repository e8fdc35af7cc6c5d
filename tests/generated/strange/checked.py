# A type that takes fewer values than bounds can say.
from oslo_versionedobjects import base, fields


class Even(fields.Integer):
    def coerce(self, obj, attr, value):
        value = super().coerce(obj, attr, value)
        if value % 2:
            raise ValueError("odd")
        return value


class Small(fields.Integer):
    def coerce(self, obj, attr, value):
        value = super().coerce(obj, attr, value)
        if not 1 <= value <= 4094:
            raise ValueError("not from 1 to 4094")
        return value


@base.VersionedObjectRegistry.register
class Checked(base.VersionedObject):
    fields = {"even": fields.Field(Even()), "small": fields.Field(Small())}
