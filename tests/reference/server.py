"""Answers the testee's requests with the reference, a line of JSON each.

It makes classes of a schema, as a project would write them, and asks them. What the classes refuse is an
answer too: an error of the kind that the reference's exception has in the testee's protocol.
"""

import collections
import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable()

from oslo_versionedobjects import base, exception, fields, fixture

import ready
import rules

KINDS = {
    exception.UnsupportedObjectError: "UnsupportedObject",
    exception.IncompatibleObjectVersion: "IncompatibleVersion",
    exception.InvalidTargetVersion: "InvalidTargetVersion",
    exception.ReadOnlyFieldError: "ReadOnlyField",
    exception.UnregisteredSubobject: "UnregisteredSubobject",
    exception.ObjectActionError: "ObjectAction",
    KeyError: "MalformedPrimitive",
}

COLLECTIONS = {"List": fields.List, "Set": fields.Set, "Dict": fields.Dict}


def make_type(ty):
    ty = {"kind": ty} if isinstance(ty, str) else ty
    kind = ty["kind"]
    if kind in COLLECTIONS:
        return COLLECTIONS[kind](make_type(ty["element"]), nullable=ty.get("element_nullable", False))
    if kind == "Enum":
        made = type(ty.get("type_name", kind), (fields.Enum,), {})
        return made(tuple(ty["values"]) if ty.get("tuple") else ty["values"])
    if kind == "Object":
        return fields.Object(ty["name"], ty.get("subclasses", False))
    if kind == "DateTime":
        return fields.DateTime(tzinfo_aware=ty.get("tzinfo_aware", True))
    if kind == "Opaque":
        return type(ty.get("type_name", kind), (fields.FieldType,), {})()
    if kind in ready.TYPES:
        return type(ty.get("type_name", kind), (ready.TYPES[kind],), {})()
    return getattr(fields, kind)()


def make_field(said):
    ty = said["type"]
    options = {word: said.get(word, False) for word in ("nullable", "read_only")}
    if "default" in said:
        default = said["default"]
        options["default"] = set(default) if ty["kind"] == "Set" and default is not None else default
    if ty["kind"] == "Enum":
        machine = type("StateMachine", (fields.StateMachine,), {"ALLOWED_TRANSITIONS": ty.get("transitions")})
        field = machine if ty.get("transitions") else fields.EnumField
        field = field(tuple(ty["values"]) if ty.get("tuple") else ty["values"], **options)
        field._type = make_type(ty)
        return field
    if ty["kind"] == "Object":
        return fields.ObjectField(ty["name"], ty.get("subclasses", False), **options)
    if ty["kind"] == "List" and ty["element"]["kind"] == "Object":
        element = ty["element"]
        return fields.ListOfObjectsField(element["name"], element.get("subclasses", False), **options)
    return fields.Field(make_type(ty), **options)


def namespaces(said):
    return {
        "OBJ_PROJECT_NAMESPACE": said["project_namespace"],
        "OBJ_SERIAL_NAMESPACE": said["serial_namespace"],
    }


def is_ruled(said):
    words = ("tombstones", "keep_children", "compatible", "validate")
    return any(said.get(word) for word in words) or any("absent" in field or field.get("rules") for field in said["fields"])


class Schema:
    """The classes of one schema. They share a base class, which receives what arrives."""

    def __init__(self, objects):
        def obj_from_primitive(cls, primitive, context=None):
            return super(self.root, self.reader(cls, primitive)).obj_from_primitive(primitive, context)

        self.root = type("Base", (base.VersionedObject,), {
            "fields": {},
            "obj_from_primitive": classmethod(obj_from_primitive),
            **namespaces(objects[0]),
        })
        self.types = {}
        # Of several versions the newest, which comes first.
        self.said = {said["name"]: said for said in reversed(objects)}
        # Whether anything is said of older versions beyond what they lack.
        self.is_ruled = any(is_ruled(said) for said in objects)
        self.classes = collections.defaultdict(list)
        made = {}
        base.VersionedObjectRegistry()
        self.registry = base.VersionedObjectRegistry._registry
        self.registry._obj_classes = self.classes
        # Classes before those that extend them.
        for said in sorted(objects, key=lambda said: len(said.get("bases", []))):
            parents = [made[name] for name in said.get("bases", [])[:1] if name in made]
            cls = self.make(said, parents or [self.root])
            # A class that rules are said of inherits fields alone, which its text has already.
            made[said["name"]] = type(said["name"], (self.root,), {}) if self.is_ruled else cls
            base.VersionedObjectRegistry.register(cls)
            self.types[said["name"], said["version"]] = {f["name"]: f["type"] for f in said["fields"]}

    def rename_changes(self, data):
        """Of the objects in the data of another."""
        for value in data.values():
            for envelope in value if isinstance(value, list) else [value]:
                for serial, name in self.envelope_names(envelope):
                    rules.rename_changes(self.said[name], serial, envelope)

    def envelope_names(self, value):
        if isinstance(value, dict):
            serials = {said["serial_namespace"] for said in self.said.values()}
            return [(serial, value[f"{serial}.name"]) for serial in serials if f"{serial}.name" in value]
        return []

    def reader(self, cls, primitive):
        """Who reads an object: a class with its namespaces, where they are others than those of the object around it."""
        for versions in self.classes.values():
            own = versions[0]
            if own.OBJ_SERIAL_NAMESPACE == cls.OBJ_SERIAL_NAMESPACE or not isinstance(primitive, dict):
                continue
            if own._obj_primitive_key("name") in primitive:
                return own
        return cls

    def make(self, said, parents):
        schema = self

        def obj_make_compatible(self, data, target):
            if not said.get("keep_children"):
                super(cls, self).obj_make_compatible(data, target)
            if schema.is_ruled:
                schema.rename_changes(data)
            rules.make_older(said, self, data, rules.version(target))

        def obj_what_changed(self):
            changed = super(cls, self).obj_what_changed()
            # While the object is written for a target, a field counts under the name that it has there.
            return self._names_there(changed) if hasattr(self, "_names_there") else changed

        def obj_to_primitive(self, target_version=None, version_manifest=None):
            target = target_version or self.VERSION
            if target != self.VERSION or version_manifest:
                there = rules.names_there(said, rules.version(target))
                self._names_there = lambda names: {there.get(name, name) for name in names}
            try:
                return super(cls, self).obj_to_primitive(target_version, version_manifest)
            finally:
                vars(self).pop("_names_there", None)

        def _obj_from_primitive(cls, context, objver, primitive):
            serial = cls.OBJ_SERIAL_NAMESPACE
            today = rules.brought_up_to_date(said, serial, primitive, make_type)
            obj = super(made, cls)._obj_from_primitive(context, objver, today)
            rules.fill_absent(said, obj, rules.version(objver))
            if said.get("validate"):
                rules.ROUTINES[said["validate"]](obj)
            return obj

        namespace = {
            "VERSION": said["version"],
            "fields": {field["name"]: make_field(field) for field in said["fields"]},
            "obj_relationships": {
                name: [tuple(row) for row in rows] for name, rows in said.get("relationships", {}).items()
            },
            "obj_make_compatible": obj_make_compatible,
            **namespaces(said),
        }
        if self.is_ruled:
            namespace["obj_what_changed"] = obj_what_changed
            namespace["obj_to_primitive"] = obj_to_primitive
            namespace["_obj_from_primitive"] = classmethod(_obj_from_primitive)
        if said.get("child_versions"):
            namespace["child_versions"] = dict(said["child_versions"])
        if said.get("list"):
            parents = [base.ObjectListBase, *parents]
        cls = made = type(said["name"], tuple(parents), namespace)
        return cls

    def live(self, ty, value):
        """What a caller would assign where a request has this JSON."""
        kind = ty["kind"]
        if kind == "Object" and isinstance(value, dict):
            return self.root.obj_from_primitive(value)
        if kind == "Dict" and isinstance(value, dict):
            return {key: self.live(ty["element"], item) for key, item in value.items()}
        if kind in ("List", "Set") and isinstance(value, list):
            items = [self.live(ty["element"], item) for item in value]
            return set(items) if kind == "Set" else items
        return value


class Server:
    def __init__(self):
        self.schemas = {}

    def answer(self, request):
        try:
            return {"ok": getattr(self, request["op"])(request)}
        except Exception as error:
            kinds = [kind for raised, kind in KINDS.items() if isinstance(error, raised)]
            message = f"{type(error).__name__}: {error}"
            return {"error": {"kind": (kinds or ["InvalidValue"])[0], "message": message}}

    def schema(self, request):
        schema = self.schemas[request["registry"]]
        schema.registry._obj_classes = schema.classes
        return schema

    def load(self, request):
        self.schemas[request["registry"]] = Schema(request["schema"]["objects"])
        return {}

    def objects(self, request):
        classes = self.schema(request).classes
        return {name: [cls.VERSION for cls in versions] for name, versions in classes.items()}

    def fingerprints(self, request):
        return fixture.ObjectVersionChecker(self.schema(request).classes).get_hashes()

    def tree(self, request):
        self.schema(request)
        return base.obj_tree_get_versions(request["object"])

    def json_schema(self, request):
        return self.schema(request).classes[request["object"]][0].to_json_schema()

    def signature(self, request):
        made = {}
        exec(f"def method{request['signature']}: pass", made)
        return repr(fixture.get_method_spec(made["method"]))

    def arrived(self, request):
        serializer = base.VersionedObjectSerializer()
        schema = self.schema(request)
        serializer.OBJ_BASE_CLASS = schema.reader(schema.root, request["primitive"])
        return serializer._process_object(None, request["primitive"])

    def roundtrip(self, request):
        return self.written(self.arrived(request), request)

    def changes(self, request):
        return {"what_changed": sorted(self.arrived(request).obj_what_changed())}

    def clone(self, request):
        return self.written(self.arrived(request).obj_clone(), request)

    def assign(self, request):
        schema = self.schema(request)
        name, version = request["object"], request["version"]
        obj = next(cls for cls in schema.classes[name] if cls.VERSION == version)()
        for field, value in request["values"]:
            setattr(obj, field, schema.live(schema.types[name, version][field], value))
        return self.written(obj, request)

    def written(self, obj, request):
        return {"primitive": obj.obj_to_primitive(request.get("target"), request.get("manifest"))}


def main():
    server = Server()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        answer = server.answer(json.loads(line))
        # A default that is a set stands in a JSON schema as it is.
        print(json.dumps(answer, default=lambda members: sorted(members, key=repr)), flush=True)


if __name__ == "__main__":
    main()
