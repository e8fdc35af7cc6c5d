"""Objects with what projects do for older peers, by hand as they do it: a rule of the schema each."""

from oslo_utils import versionutils
from oslo_versionedobjects import base, exception, fields

ACTIVE = "ACTIVE"
register = base.VersionedObjectRegistry.register
before = versionutils.convert_version_to_tuple


class Ruled(base.VersionedObject):
    """Has an older form; each class says which."""

    OBJ_PROJECT_NAMESPACE = "ruled"
    OBJ_SERIAL_NAMESPACE = "ruled_object"

    def obj_make_compatible(self, primitive, target_version):
        super().obj_make_compatible(primitive, target_version)
        self.older(primitive, before(target_version))


@register
class Binding(Ruled):
    # 1.1: profile
    VERSION = "1.1"
    fields = {
        "host": fields.StringField(),
        "status": fields.EnumField(["ACTIVE", "INACTIVE", "DOWN"]),
        "profile": fields.StringField(nullable=True),
    }

    def older(self, primitive, target):
        if target < (1, 1):
            primitive.pop("profile", None)


@register
class Bound(Ruled):
    # 1.2: bindings in place of binding, levels in place of level; 1.3: tags
    VERSION = "1.3"
    fields = {
        "bindings": fields.ListOfObjectsField("Binding", nullable=True),
        "levels": fields.ListOfObjectsField("Binding"),
        "tags": fields.ListOfStringsField(),
        "tag": fields.StringField(nullable=True),
    }
    obj_relationships = {"bindings": [("1.0", "1.0"), ("1.3", "1.1")], "levels": [("1.0", "1.0"), ("1.3", "1.1")]}

    def older(self, primitive, target):
        if target < (1, 2):
            # One was enough: the one that is in use, and the first level.
            if "bindings" in primitive:
                held = primitive.pop("bindings")
                primitive["binding"] = next((one for one in held or () if (
                    one["ruled_object.data"].get("status") == ACTIVE)), None)
            if "levels" in primitive:
                levels = primitive.pop("levels")
                primitive["level"] = levels[0] if levels else None
        if target < (1, 3) and "tags" in primitive:
            tags = primitive.pop("tags")
            primitive["tag"] = tags[0] if tags else None


@register
class Volume(Ruled):
    # 1.1: kind, and the size in GB; 1.2: format qcow3, encryption; 1.3: hosts in place of host; 1.4: options, mode
    VERSION = "1.4"
    fields = {
        "id": fields.IntegerField(),
        "kind": fields.StringField(),
        "size_gb": fields.IntegerField(nullable=True),
        "format": fields.EnumField(["raw", "qcow2", "qcow3", "luks"]),
        "encryption": fields.StringField(),
        "host": fields.StringField(nullable=True),
        "hosts": fields.ListOfStringsField(),
        "extra": fields.DictOfStringsField(),
        "options": fields.StringField(nullable=True),
        "mode": fields.EnumField(["rw", "ro"], nullable=True),
        "flags": fields.ListOfStringsField(),
        "weight": fields.IntegerField(nullable=True),
        "labels": fields.DictOfNullableStringsField(),
    }

    def older(self, primitive, target):
        if target < (1, 1):
            primitive.pop("kind", None)
            primitive["size_mb"] = 0
            if primitive.get("size_gb") is None:
                primitive["size_gb"] = 1
        if target < (1, 2):
            if "encryption" in primitive:
                raise exception.ObjectActionError(action="older", reason="encryption has no older form")
            if primitive.get("format") == "qcow3":
                primitive["format"] = "qcow2"
            if primitive.get("format") == "luks":
                raise exception.ObjectActionError(action="older", reason="luks has no older form")
        if target < (1, 3) and "host" in primitive:
            primitive["hosts"] = [primitive["host"]] if primitive["host"] else []
        elif target < (1, 3) and "hosts" not in primitive:
            primitive["hosts"] = []
        if target < (1, 4):
            if "extra" in primitive and primitive.get("options") is not None:
                primitive["extra"]["opts"] = primitive["options"]
            primitive.pop("options", None)
            if primitive.get("mode") == "ro":
                primitive.pop("mode")
            if "weight" not in primitive:
                primitive["weight"] = 100


@register
class Kept(Ruled):
    # 1.1: speed. What is in it stays as it is.
    VERSION = "1.1"
    fields = {
        "name": fields.StringField(),
        "speed": fields.IntegerField(),
        "binding": fields.ObjectField("Binding"),
    }

    def obj_make_compatible(self, primitive, target_version):
        if before(target_version) < (1, 1):
            primitive.pop("speed", None)

    @classmethod
    def _obj_from_primitive(cls, context, objver, primitive):
        made = super()._obj_from_primitive(context, objver, primitive)
        if before(objver) < (1, 1) and not made.obj_attr_is_set("speed"):
            made.speed = 10
            made.obj_reset_changes(["speed"])
        return made


@register
class Young(Ruled):
    # Not for readers of 1.0.
    VERSION = "1.2"
    fields = {"name": fields.StringField(), "rules": fields.ListOfObjectsField("Ruling", subclasses=True)}

    def older(self, primitive, target):
        if target < (1, 1):
            raise exception.VersionedObjectsException("nobody of that time knows a Young")
        if target < (1, 2) and "rules" in primitive:
            primitive["rules"] = [rule for rule in primitive["rules"] if rule["ruled_object.name"] != "Packets"]


@register
class Ruling(Ruled):
    fields = {"id": fields.IntegerField()}

    def older(self, primitive, target):
        pass


@register
class Packets(Ruling):
    fields = {"most": fields.IntegerField()}
