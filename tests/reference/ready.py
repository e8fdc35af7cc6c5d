"""Types of fields as projects make them for themselves, by the words of their kinds."""

import ast
import json
import uuid

import netaddr
from oslo_versionedobjects import fields


class CheckedUuid(fields.UUID):
    def coerce(self, obj, attr, value):
        text = str(value)
        uuid.UUID(text)
        return text


class Spelled(fields.FieldType):
    """Keeps the text that a value was made of."""

    made = None

    def coerce(self, obj, attr, value):
        made = type(self).made(value)
        return value if isinstance(value, str) else str(made)


class EuiText(Spelled):
    made = netaddr.EUI


class IpNetworkText(Spelled):
    made = netaddr.IPNetwork


class JsonText(fields.FieldType):
    def coerce(self, obj, attr, value):
        return json.loads(value) if isinstance(value, str) else value

    from_primitive = coerce

    def to_primitive(self, obj, attr, value):
        return json.dumps(value)


class Flexible(fields.FieldType):
    """Takes what a text says in Python's words."""

    whole = None

    def coerce(self, obj, attr, value):
        said = ast.literal_eval(value) if isinstance(value, str) else value
        return type(self).whole(said)


class FlexibleDict(Flexible):
    whole = dict


class FlexibleList(Flexible):
    whole = list


TYPES = {
    "CheckedUUID": CheckedUuid,
    "EUIText": EuiText,
    "IPNetworkText": IpNetworkText,
    "JsonText": JsonText,
    "FlexibleDict": FlexibleDict,
    "FlexibleList": FlexibleList,
}
