"""Types of fields as several projects have made them for themselves, each by what it does."""

import ast
import json
import re
import uuid

import netaddr
from oslo_utils import strutils
from oslo_versionedobjects import base, fields


class UUID(fields.UUID):
    def coerce(self, obj, attr, value):
        return str(value) if uuid.UUID(str(value)) else None


class Network(netaddr.IPNetwork):
    def __init__(self, text):
        super().__init__(text)
        self.text = text

    def __str__(self):
        return self.text


class IPNetwork(fields.FieldType):
    def coerce(self, obj, attr, value):
        if not isinstance(value, Network):
            raise ValueError("a network is wanted")
        return value

    def from_primitive(self, obj, attr, value):
        return Network(value)

    def to_primitive(self, obj, attr, value):
        return str(value)


class Hardware(fields.FieldType):
    def coerce(self, obj, attr, value):
        netaddr.EUI(value)
        return value


class Profile(fields.FieldType):
    def coerce(self, obj, attr, value):
        if isinstance(value, dict):
            return value
        if not isinstance(value, str):
            raise ValueError("neither a dict nor the text of one")
        return json.loads(value)

    def from_primitive(self, obj, attr, value):
        return self.coerce(obj, attr, value)

    def to_primitive(self, obj, attr, value):
        return json.dumps(value)


class Extra(fields.FieldType):
    def coerce(self, obj, attr, value):
        return dict(ast.literal_eval(value) if isinstance(value, str) else value)


class ExtraField(fields.AutoTypedField):
    AUTO_TYPE = Extra()

    def _null(self, obj, attr):
        return {} if self.nullable else super()._null(obj, attr)


class Steps(fields.FieldType):
    def coerce(self, obj, attr, value):
        return list(ast.literal_eval(value) if isinstance(value, str) else value)


class Lower(fields.FieldType):
    def coerce(self, obj, attr, value):
        if not isinstance(value, str) or not fields.MACAddress._REGEX.match(value.lower()) or "-" in value:
            raise ValueError("no address")
        return value.lower()


class Flag(fields.FieldType):
    def coerce(self, obj, attr, value):
        return strutils.bool_from_string(value, strict=True)


class Count(fields.FieldType):
    def coerce(self, obj, attr, value):
        value = int(value)
        if value < 0:
            raise ValueError("below zero")
        return value


class Ports(fields.FieldType):
    def coerce(self, obj, attr, value):
        ports = [int(port) for port in str(value).split(":")]
        if len(ports) > 2 or not all(0 < port < 65536 for port in ports):
            raise ValueError("neither a port nor two")
        return value


class Level(fields.FieldType):
    LEVELS = ("low", "high", "very high")

    def coerce(self, obj, attr, value):
        if value not in self.LEVELS:
            raise ValueError("no level")
        return value


class Label(fields.String):
    def coerce(self, obj, attr, value):
        if not re.search("^[a-z][a-z0-9.-]*$", value, re.IGNORECASE):
            raise ValueError("no label")
        return super().coerce(obj, attr, value)


class Bus(fields.FieldType):
    PATTERN = "[a-f0-9]+:[a-f0-9]+"

    def coerce(self, obj, attr, value):
        if not re.match(self.PATTERN, str(value)):
            raise ValueError("no place on a bus")
        return str(value)


class Order(fields.String):
    def __init__(self, keys):
        super().__init__()
        self.keys = keys

    def coerce(self, obj, attr, value):
        if not set(value.split(",")) <= set(self.keys):
            raise ValueError("no order")
        return super().coerce(obj, attr, value)


@base.VersionedObjectRegistry.register
class Typed(base.VersionedObject):
    # 1.1: steps
    VERSION = "1.1"
    OBJ_PROJECT_NAMESPACE = "ruled"
    OBJ_SERIAL_NAMESPACE = "ruled_object"
    fields = {
        "id": fields.Field(UUID()),
        "cidr": fields.Field(IPNetwork(), nullable=True),
        "cidrs": fields.Field(fields.List(IPNetwork())),
        "mac": fields.Field(Hardware()),
        "lower": fields.Field(Lower()),
        "profile": fields.Field(Profile(), nullable=True),
        "profiles": fields.Field(fields.List(Profile())),
        "extra": ExtraField(nullable=True),
        "hints": fields.Field(fields.Dict(Extra())),
        "steps": fields.Field(Steps(), default=[]),
        "flag": fields.Field(Flag(), nullable=True),
        "count": fields.Field(Count()),
        "ports": fields.Field(Ports()),
        "level": fields.Field(Level()),
        "levels": fields.Field(fields.List(Level())),
        "label": fields.Field(Label()),
        "bus": fields.Field(Bus()),
        "order": fields.Field(Order(["id", "mac"])),
        # No class of these names is registered.
        "nowhere": fields.ObjectField("Nowhere", nullable=True),
        "nobody": fields.ListOfObjectsField("Nobody", subclasses=True),
    }

    def obj_make_compatible(self, primitive, target_version):
        super().obj_make_compatible(primitive, target_version)
        if target_version == "1.0":
            primitive.pop("steps", None)
