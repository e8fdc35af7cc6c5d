"""Reads the objects of a Python project into a schema file of the Rust crate `versioned-objects`.

    python ovo_read.py MODULE... > schema.json

Run it in the project's own environment. It imports the modules, calls `register_all()` or `register_objects()` where a
module has one, else imports what lies under it, and asks every registered object what it is. What a schema can't say
is listed under `unsaid`, with the object, the field and the versions. It needs no database, network or configuration.
"""

import argparse
import contextlib
import copy
import datetime
import functools
import hashlib
import importlib
import inspect
import itertools
import json
import logging
import os
import pkgutil
import random
import re
import signal
import socket
import sys
import warnings

# Libraries warn their authors, under filters of their own too, as soon as they are imported.
warnings.showwarning = lambda *_, **__: None

try:
    from oslo_versionedobjects import base
    from oslo_versionedobjects import exception
    from oslo_versionedobjects import fields as ovo
except ImportError as missing_library:
    sys.exit(f"{sys.executable} can't import oslo.versionedobjects ({missing_library}): run this with the Python of the project")

FORMAT = 2
SEED = 12
# How many random objects of each version the rules that were found are compared with.
TRIES = 20
# A version that no object has, by which a child that was converted shows.
MARK = 99999
# What a project's code may do in place of an answer: some leaves the program.
TROUBLE = (Exception, SystemExit)


class Slow(Exception):
    """A project's code took longer than a look may take."""


@contextlib.contextmanager
def seconds(limit):
    """Ends what takes longer."""

    def stop(*_):
        raise Slow(f"it took more than {limit} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def one_line(error):
    """An error of a project's code, in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:200] if text else type(error).__name__


# Import ----------------------------------------------------------------------------------------------------------


def stay_at_home():
    """Keeps the project's code from the network."""

    def refuse(*_, **__):
        raise OSError("the reader of schemas uses no network")

    socket.socket.connect = refuse


def without_configuration():
    """Keeps the project's code from configuration files of this machine. Options are registered by now."""
    with contextlib.suppress(*TROUBLE):
        from oslo_config import cfg

        cfg.CONF([], project="ovo_read", default_config_files=[], default_config_dirs=[])


def load(names, problems):
    """Imports the modules, and what they register or what lies under them; calls what stands behind a colon instead."""
    for name in names:
        name, _, routine = name.partition(":")
        try:
            module = importlib.import_module(name)
        except TROUBLE as error:
            problems.append(f"{name}: can't be imported: {one_line(error)}")
            continue
        if routine:
            try:
                functools.reduce(getattr, routine.split("."), module)()
            except TROUBLE as error:
                problems.append(f"{name}: {routine}() fails: {one_line(error)}")
            continue
        register = getattr(module, "register_all", None) or getattr(module, "register_objects", None)
        if callable(register):
            try:
                register()
                continue
            except TROUBLE as error:
                problems.append(f"{name}: {register.__name__}() fails: {one_line(error)}")
        below(module, problems)


def below(module, problems):
    """Imports what lies under a package, tests apart."""
    failed = {}
    for _, name, _ in pkgutil.walk_packages(getattr(module, "__path__", []), module.__name__ + "."):
        if any(part in ("tests", "test") for part in name.split(".")):
            continue
        try:
            importlib.import_module(name)
        except TROUBLE as error:
            failed.setdefault(one_line(error), []).append(name)
    for error, names in failed.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        problems.append(f"{names[0]}{more}: can't be imported: {error}")


def registries():
    """The library's registry, and those that projects made of it for themselves."""
    waiting = [base.VersionedObjectRegistry]
    while waiting:
        waiting += (registry := waiting.pop()).__subclasses__()
        made = vars(registry).get("_registry")
        if made is not None:
            yield made._obj_classes


class Known:
    """All registered classes by name, the newest first; of two projects' the one that was asked for."""

    def __init__(self, modules, problems):
        self.classes = {}
        # The names of those that nobody can be sent: Python doesn't find them on reading.
        self.unregistered = set()
        roots = {name.split(".")[0] for name in modules}
        # The same map stands in more than one registry.
        maps = {id(classes): classes for classes in registries()}.values()
        for classes in maps:
            for name, known in sorted(classes.items()):
                here = self.classes.setdefault(name, [])
                for cls in known:
                    twin = next((other for other in here if other.VERSION == cls.VERSION), None)
                    if twin is None:
                        here.append(cls)
                    elif twin is not cls:
                        ours = [one for one in (twin, cls) if one.__module__.split(".")[0] in roots]
                        here[here.index(twin)] = (ours or [twin])[0]
                        if len(ours) != 1:
                            problems.append(f"{name} {cls.VERSION}: registered twice, by {twin.__module__} and by "
                                            f"{cls.__module__}")
        for name, here in list(self.classes.items()):
            # Another project's object of the name is none of ours.
            ours = [cls for cls in here if cls.__module__.split(".")[0] in roots]
            here[:] = sorted(ours or here, key=lambda cls: numbers(cls.VERSION), reverse=True)
            if not here:
                del self.classes[name]

    def newest(self, name):
        return self.classes[name][0]

    def heirs(self, name):
        """The names of the classes that are or extend one of this name."""
        return [other for other, known in self.classes.items() if any(
            issubclass(one, base.VersionedObject) and one.obj_name() == name for one in known[0].__mro__)]

    def asked(self):
        """The names that fields admit subclasses of."""
        out = set()
        for known in self.classes.values():
            for field in known[0].fields.values():
                ty = held_object(field)
                if ty is not None and ty._subclasses:
                    out.add(ty._obj_name)
        return out


def held_object(field):
    """The type of the objects in a field, in a list or a dict too."""
    ty = field._type
    while not isinstance(ty, ovo.Object) and getattr(ty, "_element_type", None) is not None:
        ty = ty._element_type._type
    return ty if isinstance(ty, ovo.Object) else None


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]


def replaced(known, problems):
    """Says which registered classes took the place of others of their name and version."""
    waiting = [base.VersionedObject]
    while waiting:
        waiting += (cls := waiting.pop()).__subclasses__()
        twin = next((one for one in known.classes.get(cls.obj_name(), ()) if one.VERSION == cls.VERSION), None)
        if twin not in (None, cls) and is_ready(cls) and cls.__module__.split(".")[0] == twin.__module__.split(".")[0] and (
                not issubclass(twin, cls) and not issubclass(cls, twin)):
            problems.append(f"{cls.obj_name()} {cls.VERSION}: registered twice, by {cls.__module__}.{cls.__name__} and by "
                            f"{twin.__module__}.{twin.__name__}; the last one is read")


def left_out(known, modules, read, problems):
    """Says which classes of the modules no registry has, so that they aren't read; bases of others apart."""
    names = {cls.obj_name() for cls in read}
    registered = {cls for registry in registries() for classes in registry.values() for cls in classes}
    ready, never, waiting = [], [], [base.VersionedObject]
    while waiting:
        waiting += (below := (cls := waiting.pop()).__subclasses__())
        inside = any(cls.__module__ == name or cls.__module__.startswith(name + ".") for name in modules)
        if inside and not below and vars(cls).get("fields") and cls not in registered and cls.obj_name() not in names:
            (ready if is_ready(cls) else never).append(cls.obj_name())
    for found, what in ((ready, "not registered, so not in the file; --unregistered reads them"),
                        (never, "in no registry, so that Python writes none of their fields, and not in the file")):
        if found:
            problems.append(f"{what}: {', '.join(sorted(set(found)))}")


def missing(known, read, problems):
    """Says which objects fields hold that no class is registered for."""
    users = {}
    for cls in read:
        for name, field in cls.fields.items():
            ty = held_object(field)
            if ty is not None and not (known.heirs(ty._obj_name) if ty._subclasses else ty._obj_name in known.classes):
                users.setdefault(ty._obj_name, {})[f"{cls.obj_name()}.{name}"] = None
    for name, held in sorted(users.items()):
        more = f" and {len(held) - 4} more" if len(held) > 4 else ""
        problems.append(f"{name}: no class of this name is registered, so only null may stand in {', '.join(list(held)[:4])}{more}; "
                        "name the module that has it too, if there is one")


def is_ready(cls):
    """Whether a registry has made the class's fields attributes of it."""
    return bool("fields" in vars(cls) and cls.fields and all(
        isinstance(inspect.getattr_static(cls, field, None), property) for field in cls.fields))


def classes(known, modules, unregistered):
    """All registered classes, by name; with `unregistered`, also those that are used without."""
    found = [cls for _, classes in sorted(known.classes.items()) for cls in classes]
    seen = {(cls.obj_name(), cls.VERSION) for cls in found}
    if unregistered:
        waiting = [base.VersionedObject]
        while waiting:
            waiting += (cls := waiting.pop()).__subclasses__()
            key = (cls.obj_name(), cls.VERSION)
            inside = any(cls.__module__ == name or cls.__module__.startswith(name + ".") for name in modules)
            if is_ready(cls) and inside and key not in seen:
                seen.add(key)
                found.append(cls)
                # What other classes have in their fields is looked up there.
                known.classes.setdefault(cls.obj_name(), []).append(cls)
        known.unregistered |= {cls.obj_name() for cls in found if not any(
            cls in registry.get(cls.obj_name(), ()) for registry in registries())}
        found = wanted(found, known, modules)
    return found


def wanted(found, known, modules):
    """The classes of the modules themselves, and those that stand in their fields."""
    names = {cls.obj_name() for cls in found if any(
        cls.__module__ == name or cls.__module__.startswith(name + ".") for name in modules)}
    waiting = list(names)
    while waiting:
        for field in known.newest(waiting.pop()).fields.values():
            ty = held_object(field)
            inside = known.heirs(ty._obj_name) if ty is not None else []
            waiting += set(inside) - names
            names |= set(inside)
    return [cls for cls in found if cls.obj_name() in names]


def spare_constructor(cls):
    """Has a class do without its constructor where that fails for want of a running service; says how it fails."""
    try:
        cls()
        return None
    except TROUBLE as error:
        # With arguments is how the project makes it; Python reads none.
        if isinstance(error, TypeError) and "argument" in str(error) or vars(cls).get("__new__"):
            return None
        fault = one_line(error)
    constructor = cls.__init__

    def spared(self, *args, **kwargs):
        try:
            constructor(self, *args, **kwargs)
        except TROUBLE:
            base.VersionedObject.__init__(self, *args, **kwargs)

    cls.__init__ = spared
    return fault


# Types -----------------------------------------------------------------------------------------------------------

KINDS = {
    getattr(ovo, name): name
    for name in (
        "String SensitiveString VersionPredicate Enum UUID MACAddress PCIAddress Integer NonNegativeInteger Float "
        "NonNegativeFloat Boolean FlexibleBoolean DateTime IPAddress IPV4Address IPV6Address IPV4AndV6Address "
        "IPNetwork IPV4Network IPV6Network List Set Dict Object"
    ).split()
    if hasattr(ovo, name)
}
SAMPLES = {
    "String": ["text", "a", ""],
    "SensitiveString": ["secret"],
    "VersionPredicate": [">=1.0", ">=1.0,<2"],
    "UUID": ["b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f01", "00000000-0000-4000-8000-000000000002"],
    "MACAddress": ["aa:bb:cc:dd:ee:ff", "00:11:22:33:44:55"],
    "PCIAddress": ["0000:0a:1f.7", "0000:00:02.0"],
    "Integer": [7, 0, -3, 4096],
    "NonNegativeInteger": [7, 0, 4096],
    "Float": [1.5, 0.0, -2.25],
    "NonNegativeFloat": [1.5, 0.0],
    "Boolean": [True, False],
    "FlexibleBoolean": [True, False],
    "DateTime": ["2026-01-02T03:04:05Z", "1999-12-31T23:59:59Z"],
    "IPAddress": ["10.0.0.1", "2001:db8::1"],
    "IPV4Address": ["10.0.0.1", "192.0.2.7"],
    "IPV6Address": ["2001:db8::1", "fe80::2"],
    "IPV4AndV6Address": ["10.0.0.1", "2001:db8::1"],
    "IPNetwork": ["10.0.0.0/24", "2001:db8::/48"],
    "IPV4Network": ["10.0.0.0/24", "192.0.2.0/30"],
    "IPV6Network": ["2001:db8::/48", "fe80::/64"],
    "CheckedUUID": ["b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f01", "B6D2FF0E1C734E219D374F0D3A9C8F02"],
    "EUIText": ["AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff"],
    "IPNetworkText": ["10.0.0.5/255.255.255.0", "2001:DB8::/48", "10.0.0.1"],
    "JsonText": ['{"a": 1}', '{"k": {"b": [1.5, null]}}', "{}", '{"e": "\\u00e9"}'],
    "FlexibleDict": [{"a": "b"}, {"a": {"b": [1, None]}}, {}],
    "FlexibleList": [[{"a": 1}], [{"b": None}, {}], []],
}
# Types that several projects have made for themselves, by what they make of values: in any other way it isn't the type.
READY = {
    "JsonText": ([('{"b":1,"a":[null]}', '{"b": 1, "a": [null]}'), ({"b": 1}, '{"b": 1}')], ["text", "{", ""]),
    "FlexibleDict": ([("{'a': (1, None)}", {"a": [1, None]}), ({"a": {"b": 1}}, {"a": {"b": 1}})], ["text", "5", ""]),
    "FlexibleList": ([("[1, None]", [1, None]), ([{"a": 1}], [{"a": 1}])], ["text", "5", ""]),
    "EUIText": ([(text, text) for text in ("AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff", "aabb.ccdd.eeff")],
                ["text", "aa:bb", "2001:db8::1", ""]),
    "IPNetworkText": ([(text, text) for text in ("10.0.0.5/255.255.255.0", "2001:DB8::/48", "10.0.0.1")],
                      ["text", "10/8", "10.0.0.0/33", ""]),
    "CheckedUUID": ([(text, text) for text in (
        "B6D2FF0E-1C73-4E21-9D37-4F0D3A9C8F01", "b6d2ff0e1c734e219d374f0d3a9c8f01",
        "{b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f01}", "urn:uuid:b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f01")],
        ["text", "1", "b6d2ff0e", "b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f0g", ""]),
    "MACAddress": ([(text, "aa:bb:cc:dd:ee:ff") for text in ("AA:BB:CC:DD:EE:FF", "aa:bb:cc:dd:ee:ff")],
                   ["text", "aa:bb", "aabbccddeeff", ""]),
}
# What says yes or no, as texts.
SAY_YES = ["true", "TRUE", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "0", "-1", "1.5"]
# What a type of the project's own is tried with.
CANDIDATES = [
    "text", "a", "", "1", "true", "none", "TEXT", "aa:bb:cc:dd:ee:ff", "10.0.0.1", "10.0.0.0/24", "example.org.",
    "b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f01", "0:1", "1:2", "0000:0a:1f.7", "2026-01-02T03:04:05Z", "{}", "[]", "user@example.org",
    "0:0:0:0", "001100", 7, 1, 0, 4, 6, 64, 3600, 1.5, True, [], ["a"], {}, {"a": "b"}, {"a": 1},
]


def kind_of(field_type):
    """The library's type that it is or extends; none of a type that stands on its own."""
    return next((KINDS[cls] for cls in type(field_type).__mro__ if cls in KINDS), None)


class Types:
    """The types of fields as the file has them, with values of each as they are on the wire."""

    def __init__(self):
        self.known = {}

    def of(self, field_type):
        """The type as JSON."""
        key = id(field_type)
        if key not in self.known:
            self.known[key] = (field_type, self.read(field_type))
        return self.known[key][1]

    def read(self, field_type):
        kind, name = kind_of(field_type), type(field_type).__name__
        own = type(field_type) not in KINDS
        out = {"kind": kind or "Opaque"}
        if kind in ("List", "Set", "Dict"):
            element = field_type._element_type
            out["element"] = self.of(element._type)
            if element._nullable:
                out["element_nullable"] = True
        elif kind == "Object":
            out["name"] = field_type._obj_name
            if field_type._subclasses:
                out["subclasses"] = True
        elif kind == "Enum":
            values = field_type._valid_values
            out["values"] = [str(value) for value in values]
            if isinstance(values, tuple):
                out["tuple"] = True
        elif kind == "DateTime" and not field_type.tzinfo_aware:
            out["tzinfo_aware"] = False
        elif own and kind not in ("List", "Set", "Dict"):
            kind, examples = self.tried(field_type, kind)
            out["kind"] = kind
            if kind == "Enum":
                out["values"], examples = examples, []
            if kind in ("Dict", "List"):
                # Anything may stand inside.
                out |= {"element": {"kind": "Opaque", "type_name": "FieldType"}, "element_nullable": True}
            if examples:
                out["examples"] = examples
        if name != out["kind"]:
            out["type_name"] = name
        return out

    def tried(self, field_type, kind):
        """Of a type of the project's own: whose values it has, and some of them on the wire."""
        field = ovo.Field(field_type)
        for known, (made, refused) in READY.items():
            if all(accepted(field, value) == wire for value, wire in made) and not any(
                    accepted(field, value) is not None for value in refused):
                return known, []
        usual = [value for value in SAMPLES.get(kind, ()) if accepted(field, value) == value]
        if kind and len(usual) == len(SAMPLES[kind]):
            return kind, []
        texts, groups = own_texts(field_type)
        chosen = choice(field, groups) if kind in (None, "String") else None
        if chosen:
            return "Enum", chosen
        taken = []
        for value in CANDIDATES + texts:
            wire = accepted(field, value)
            if wire is not None and wire not in taken and accepted(field, wire) == wire:
                taken.append(wire)
        if kind and usual:
            return kind, usual
        if kind in ("Integer", "NonNegativeInteger") and taken and all(type(value) is int for value in taken):
            return kind, taken[:6]
        like = alike(field, taken) if kind is None else None
        if like:
            return like, [] if all(accepted(field, value) == value for value in SAMPLES[like]) else taken[:6]
        for whole, found in ((str, "String"), (dict, "Dict"), (list, "List")):
            if taken and all(isinstance(value, whole) for value in taken):
                return found, taken[:4]
        return "Opaque", taken[:6]

    def values(self, said):
        """Values of a type on the wire, the plainest first; none where nothing is known of it."""
        kind = said["kind"]
        if said.get("examples"):
            return said["examples"]
        if kind == "Enum":
            return list(dict.fromkeys(said["values"]))
        if kind in SAMPLES:
            return SAMPLES[kind]
        if kind in ("List", "Set", "Dict"):
            inside = [value for value in self.values(said["element"]) if value is not None]
            if kind == "Dict":
                return [{"k": value} for value in inside[:3]] + [{}] + (
                    [{"n": None}] if said.get("element_nullable") else [])
            return [[value] for value in inside[:3]] + ([inside[:2]] if len(inside) > 1 else []) + [[]]
        return []


# Kinds that a type which extends none may be in all but name.
ALIKE = ["Boolean", "FlexibleBoolean", "NonNegativeInteger", "Integer", "NonNegativeFloat", "Float"]


def alike(field, taken):
    """The library's type that makes the same of every value that this one takes, and refuses the most of the others."""
    values = [value for value in CANDIDATES + SAY_YES if accepted(field, value) is not None]
    fitting = []
    for kind in ALIKE:
        library = ovo.Field(getattr(ovo, kind)())
        if taken and all(same(accepted(library, value), accepted(field, value)) for value in values):
            more = [value for value in CANDIDATES + SAY_YES if accepted(field, value) is None and (
                accepted(library, value) is not None)]
            fitting.append((len(more), kind))
    return min(fitting, key=lambda one: one[0])[1] if fitting else None


def same(one, other):
    return type(one) is type(other) and one == other


def choice(field, groups):
    """The texts of a type that takes one of a few, which stand somewhere in its class; none of any other type."""
    for group in groups:
        strange = [value for value in CANDIDATES if str(value) not in group]
        strange += [form for text in group for form in (
            text.upper(), text.lower(), text + " ", f"{group[0]},{text}") if form not in group]
        if len(group) > 1 and all(accepted(field, text) == text for text in group) and not any(
                accepted(field, value) is not None for value in strange):
            return group
    return None


def own_texts(field_type):
    """Texts that stand in a type of the project's own, and those of them that stand together."""
    held, routines = list(vars(field_type).values()), []
    for one in type(field_type).__mro__:
        if one is not object and not one.__module__.startswith("oslo_versionedobjects"):
            held += vars(one).values()
            routines += [getattr(member, "__func__", member) for member in vars(one).values()]
    held += itertools.chain(*constants([routine for routine in routines if inspect.isfunction(routine)]))
    groups = [sorted(group) if isinstance(group, (set, frozenset)) else list(dict.fromkeys(map(str, group)))
              for group in held if isinstance(group, (list, tuple, set, frozenset, dict)) and group and all(
                  isinstance(member, str) for member in group)]
    texts = [text for text in held if isinstance(text, str)] + [text for group in groups for text in group]
    return [text for text in dict.fromkeys(texts) if re.fullmatch(r"[\w.:/ -]{1,40}", text)][:200], groups


def constants(routines):
    """What stands in the code of functions, then what stands behind the names that they use of other modules and classes."""
    found, named, waiting = [], [], [(routine.__code__, routine.__globals__) for routine in routines]
    while waiting:
        code, known = waiting.pop()
        waiting += [(constant, known) for constant in code.co_consts if inspect.iscode(constant)]
        found += code.co_consts
        for held in (known[name] for name in code.co_names if name in known):
            named.append(held)
            if inspect.ismodule(held) or inspect.isclass(held):
                named += (inspect.getattr_static(held, name, None) for name in code.co_names)
    return found, named


def accepted(field, value):
    """The value on the wire once the field has read it; none where it refuses it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            held = field.coerce(None, "field", field.from_primitive(None, "field", copy.deepcopy(value)))
            wire = field.to_primitive(None, "field", held)
            return json.loads(json.dumps(wire)) if wire is not None else None
    except TROUBLE:
        return None


# Checks of a project's own ------------------------------------------------------------------------------------------

LEAST, MOST, LONGEST = -2**63, 2**63 - 1, 100_000


def read_null(field):
    """What a null is read as, where that is something else though the field is nullable."""
    if not field._nullable or type(field).__module__.startswith("oslo_versionedobjects") and type(field._type) in KINDS:
        return None
    try:
        held = field.coerce(None, "field", field.from_primitive(None, "field", None))
        wire = json.loads(json.dumps(field.to_primitive(None, "field", held)))
        return wire if wire in ({}, []) else None
    except TROUBLE:
        return None


UUID_TEXT = SAMPLES["UUID"][0]
WHOLE = r"\s*[-+]?\d+(?:_\d+)*\s*"
# Texts that Python makes numbers of, the fewest first: a whole one, one or two, any.
NUMBERS = [rf"^{WHOLE}$", rf"^{WHOLE}(?::{WHOLE})?$",
           r"^(?i:\s*[-+]?(?:(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[-+]?\d[\d_]*)?|nan|inf|infinity)\s*)$"]
# What may be sent as a value of these kinds.
PLAIN = {"Integer": int, "NonNegativeInteger": int, "String": str}


def found_check(name, field, said, unsaid):
    """What values have to be beyond their type, by trying some, of a field or a type of the project's own."""
    ty = field._type
    if type(ty) in KINDS and type(field).__module__.startswith("oslo_versionedobjects"):
        return None

    def takes(value):
        wire = accepted(field, value)
        return wire is not None and wire == value

    kind = said["type"]["kind"]
    check, probes = None, ()
    if kind in ("Integer", "NonNegativeInteger"):
        check = whole_check(takes, kind)
        probes = whole_probes(check or {}, kind)
    elif kind == "Opaque" and takes(7) and takes("7"):
        # Numbers, or texts that say some.
        check = whole_check(takes, kind) or {}
        texts = text_probes(["7", "80:443", "1.5", "-3", "1e3", "nan", " 7 ", "text"])
        said_texts = [text for text in texts if accepted(field, text) is not None]
        form = next((form for form in NUMBERS if all(foretells({"pattern": form}, text) for text in said_texts)), None)
        check |= {"pattern": form} if form else {}
        probes = [*whole_probes(check, kind), *texts]
    elif kind in ("String", "UUID") and takes(UUID_TEXT) and not any(takes(text) for text in CANDIDATES if (
            isinstance(text, str) and text != UUID_TEXT)):
        forms = (UUID_TEXT.replace("-", ""), "{" + UUID_TEXT + "}", "urn:uuid:" + UUID_TEXT)
        letters = "0-9a-fA-F" if takes(UUID_TEXT.upper()) else "0-9a-f"
        if not any(takes(form) for form in forms):
            check = {"pattern": "^" + "-".join(f"[{letters}]{{{count}}}" for count in (8, 4, 4, 4, 12)) + "$"}
            probes = text_probes([UUID_TEXT, "b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f01".upper()])
    elif kind in ("String", "UUID") and takes(UUID_TEXT) and takes("7") and takes(UUID_TEXT.replace("-", "")) and not any(
            takes(text) for text in CANDIDATES if isinstance(text, str) and not text.isdigit() and text != UUID_TEXT):
        # The whole number that a UUID is may stand for it.
        check = {"pattern": "^(?:(?:urn:|uuid:)*[{}]*(?:-*[0-9a-fA-F_]){32}-*[{}]*|0|[1-9][0-9]{0,38})$"}
        probes = text_probes([UUID_TEXT, UUID_TEXT.replace("-", ""), "7", "340282366920938463463374607431768211455"])
    if not check and kind == "String" and "values" not in said["type"]:
        check = text_check(takes, ty, field)
        probes = text_probes([text for text in CANDIDATES + said["type"].get("examples", []) if (
            isinstance(text, str) and takes(text))])
    if not check and kind in PLAIN:
        library = ovo.Field(getattr(ovo, kind)())
        probes = [value for value in probes or CANDIDATES + SAY_YES if isinstance(value, PLAIN[kind]) and (
            accepted(library, value) is not None)]
    return confirmed(field, check or {}, takes, probes, name, unsaid, kind == "Opaque") or None


def short(value):
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def confirmed(field, check, takes, probes, name, unsaid, is_any):
    """The check without what some value shows to be there by accident."""
    wrong = next((value for value in probes if takes(value) and not foretells(check, value)), None)
    while wrong is not None and check:
        # What refuses a value that is taken is no condition.
        check = {word: said for word, said in check.items() if foretells({word: said}, wrong)}
        wrong = next((value for value in probes if takes(value) and not foretells(check, value)), None)
    loose = min((value for value in probes if foretells(check, value) and accepted(field, value) is None),
                key=lambda value: (len(str(value)), str(value)), default=None)
    other = min((value for value in probes if foretells(check, value) and accepted(field, value) not in (None, value) and (
        is_any or type(accepted(field, value)) is type(value))), key=lambda value: (len(str(value)), str(value)), default=None)
    if other is not None:
        unsaid.append({"field": name, "versions": [], "reading": True,
                       "what": f"{short(other)}, say, is read as {short(accepted(field, other))}"})
    if loose is not None:
        said = "its type and its check say" if check else "its type says"
        unsaid.append({"field": name, "versions": [], "reading": True,
                       "what": f"it takes fewer values than {said}: {short(loose)}, say, is refused"})
    return check


def foretells(check, value):
    """Whether the value passes the check."""
    if isinstance(value, str):
        pattern = check.get("pattern")
        if pattern is not None:
            # As Rust has it, where `$` is the very end.
            pattern = re.sub(r"(?<!\\)\$(\)?)$", r"\\Z\1", pattern.replace("\\z", "\\Z"))
        return ((pattern is None or re.search(pattern, value) is not None)
                and check.get("min_length", 0) <= len(value) <= check.get("max_length", len(value)))
    return (check.get("min", value) <= value <= check.get("max", value)
            and ("one_of" not in check or value in check["one_of"]))


def whole_probes(check, kind):
    """Whole numbers in and around what a check takes."""
    chance = random.Random(SEED)
    least = check.get("min", 0 if kind == "NonNegativeInteger" else LEAST)
    most = check.get("max", MOST)
    around = {edge + step for edge in (least, most) for step in (-1000, -2, -1, 0, 1, 2, 1000)}
    some = [chance.randint(least, most) for _ in range(60)] + [
        chance.randint(max(least, -1000), min(most, 100_000)) for _ in range(120) if least <= 100_000 and most >= -1000]
    sizes = [sign * 2 ** bits + step for bits in range(3, 63, 4) for step in (-1, 0, 1) for sign in (1, -1)]
    lowest = 0 if kind == "NonNegativeInteger" else LEAST
    return sorted(value for value in {*around, *some, *sizes} if lowest <= value <= MOST)


def text_probes(taken_texts):
    """Texts of many forms, and what is near those that are taken."""
    chance = random.Random(SEED)
    letters = "abcxyzABCXYZ0189-_.:/@ +*#%,;!?()[]{}<>=&~'\"\\äß日\t"
    texts = {"a\n", "a b", " a", "a ", "ä", "日本", "A", "aB", "a.b", "a..b", "a-b", "-a", "a-", ".a", "a.", "_a", "a_b", "0", "00", "1.5",
             "-1", "a" * 40, "a1" * 40, "A-1_b.c", "a/b", "a:b", "a@b", "a,b", "a=b"}
    for text in taken_texts:
        texts |= {text + "\n", text + " ", " " + text, text.upper(), text.lower(), text * 2, text[1:], text[:-1]}
        for _ in range(24):
            place, letter = chance.randrange(len(text) + 1), chance.choice(letters)
            texts |= {text[:place] + letter + text[place:], text[:place] + letter + text[place + 1:]}
    for _ in range(160):
        texts.add("".join(chance.choice(letters) for _ in range(chance.choice((1, 2, 3, 5, 8, 17, 33)))))
    return sorted(texts)


def edge(takes, good, bad):
    """Of whole numbers between one that is taken and one that isn't, the last that is."""
    while abs(good - bad) > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if takes(middle) else (good, middle)
    return good


def whole_check(takes, kind):
    known = [value for value in [*range(-8, 300), 1024, 4096, 65535] if takes(value)]
    if not known:
        return None
    if known[-1] < 256:
        return {"one_of": known} if known[-1] - known[0] >= len(known) else {"min": known[0], "max": known[-1]}
    out = {}
    if not takes(LEAST) and not (kind == "NonNegativeInteger" and takes(0)):
        out["min"] = edge(takes, known[0], LEAST)
    if not takes(MOST):
        out["max"] = edge(takes, known[-1], MOST)
    return out


def text_check(takes, *owners):
    letters = next((letter for letter in "a1" if takes(letter) and takes(letter * 2)), None)
    out = {}
    if letters:
        if not takes(""):
            out["min_length"] = 1
        if not takes(letters * LONGEST):
            out["max_length"] = edge(lambda length: takes(letters * length), 2, LONGEST)
    texts = [text for text in CANDIDATES if isinstance(text, str) and text]
    taken_texts = {text for text in texts if takes(text)}
    if len(taken_texts) < len(texts):
        for pattern, either_case in patterns(owners):
            if {text for text in texts if re.match(pattern, text, re.IGNORECASE if either_case else 0)} == taken_texts:
                # Rust's patterns look neither ahead nor behind, and end at `\z`.
                if not re.search(r"\(\?[=!<P]|\\[1-9]", pattern):
                    # Python's `$` takes a line's end before it.
                    pattern = re.sub(r"(?<!\\)\$$", r"\\n?$", pattern)
                    out["pattern"] = ("^(?i:" if either_case else "^(?:") + pattern.replace("\\Z", "\\z") + ")"
                break
    return out


def patterns(owners):
    """The regular expressions that stand in classes of the project's own, and whether case is nothing to them."""
    # What may be one is tried after what looks like one.
    others = []
    for owner in owners:
        for held in [vars(owner)] + [vars(one) for one in type(owner).__mro__]:
            routines = [getattr(value, "__func__", value) for value in held.values()]
            inside = constants([routine for routine in routines if inspect.isfunction(routine) and (
                not routine.__module__.startswith("oslo_versionedobjects"))])
            for value in itertools.chain(held.values(), *inside):
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield value.pattern, bool(value.flags & re.IGNORECASE)
                elif isinstance(value, str) and value.startswith("^"):
                    yield from either_case(value)
                elif isinstance(value, str) and re.fullmatch(r"\S*\[\S+\]\S*", value):
                    others.append(value)
    for value in others:
        yield from either_case(value)


def either_case(pattern):
    """The pattern with both ways to see case, where it is one."""
    with contextlib.suppress(re.error):
        re.compile(pattern)
        yield from ((pattern, False), (pattern, True))


def holds_children(field):
    """Whether a backport converts what the field holds: what the library looks at."""
    return isinstance(field, (ovo.ObjectField, ovo.ListOfObjectsField))


def child_name(field):
    held = field._type
    return held._obj_name if isinstance(held, ovo.Object) else held._element_type._type._obj_name


# Facts -----------------------------------------------------------------------------------------------------------


def plain(value):
    """A value as JSON has it; raises where it has none."""
    if isinstance(value, base.VersionedObject):
        return value.obj_to_primitive()
    if isinstance(value, (set, frozenset)):
        return sorted((plain(member) for member in value), key=str)
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def default_of(field, in_text):
    """The default on the wire, which may be JSON in a text; raises where it has no form there, or another one each time."""
    default = field._default
    if callable(default) and default is not ovo.UnspecifiedDefault:
        raise ValueError("a function makes it")
    native = (type(None), bool, int, float, str, list, tuple, set, frozenset, dict, base.VersionedObject, datetime.datetime)
    if in_text and isinstance(default, (list, tuple, dict)):
        native = ()
    if default is ovo.UnspecifiedDefault or isinstance(default, native):
        return plain(default) if default is not ovo.UnspecifiedDefault else None
    return json.loads(json.dumps(field.to_primitive(None, "field", field.coerce(None, "field", default))))


def field_facts(cls, name, field, types, unsaid):
    """A field as JSON."""
    ty = types.of(field._type)
    if holds_once(field, ty, types):
        ty = ty | {"kind": "Set", "type_name": ty.get("type_name", "List")}
    alone = not holds_children(field) and any(part["kind"] == "Object" for part in parts(ty))
    out = {"name": name, "type": ty} | ({"alone": True} if alone else {})
    if field._nullable:
        out["nullable"] = True
    if field._read_only:
        out["read_only"] = True
    default = field._default
    try:
        held = default_of(field, ty["kind"] == "JsonText")
    except TROUBLE:
        held, default = None, ovo.UnspecifiedDefault
        unsaid.append({"field": name, "versions": [], "reading": True,
                       "what": f"its default is {type(field._default).__name__}, which stands for no value on the wire"})
    if default is not ovo.UnspecifiedDefault:
        out["default"] = held
        if str(default) != python_text(out["default"], ty["kind"]):
            out["default_repr"] = f"{default}" if not isinstance(default, set) else python_text(
                out["default"], "Set")
            if out["default_repr"] == python_text(out["default"], ty["kind"]):
                del out["default_repr"]
    instead = read_null(field)
    if instead is not None and "default" not in out:
        # The class's own text in a fingerprint is kept as `repr`.
        out["default"] = instead
        del out["nullable"]
    check = found_check(name, field, out, unsaid)
    if check:
        out["check"] = check
    text = repr(field)
    if text != usual_repr(field, out) or "default" in out and field._default is ovo.UnspecifiedDefault:
        out["repr"] = text
    return out


def holds_once(field, said, types):
    """Whether a list of the project's own is a set in all but name: each value stands there once."""
    if said["kind"] != "List" or type(field).__module__.startswith("oslo_versionedobjects") and type(field._type) in KINDS:
        return False
    inside = [value for value in types.values(said["element"]) if isinstance(value, str)][:2]
    return len(inside) == 2 and sorted(accepted(field, [*inside, *inside]) or ()) == sorted(inside)


def parts(said):
    yield said
    if "element" in said:
        yield from parts(said["element"])


def python_text(default, kind):
    """What the Rust side makes of a default in a fingerprint."""
    if kind == "Set" and isinstance(default, list):
        return "set([{}])".format(",".join(sorted({str(value) for value in default})))
    return str(default)


def usual_repr(field, said):
    """What the Rust side says of the field in a fingerprint."""
    ty = said["type"]
    default = str(ovo.UnspecifiedDefault)
    if "default_repr" in said:
        default = said["default_repr"]
    elif "default" in said:
        default = python_text(said["default"], ty["kind"])
    text = f"{ty.get('type_name', ty['kind'])}(default={default},nullable={field._nullable}"
    if ty["kind"] == "Enum":
        values = tuple(ty["values"]) if ty.get("tuple") else ty["values"]
        text += f",valid_values={values!r}"
    return text + ")"


def original(cls, thing, remotable=False):
    """The function behind a stack of remotable wrappers; none where it is no remotable method."""
    while True:
        if isinstance(thing, classmethod):
            thing = thing.__get__(None, cls)
        elif (inspect.ismethod(thing) or inspect.isfunction(thing)) and hasattr(thing, "remotable"):
            thing, remotable = thing.original_fn, True
        else:
            return thing if remotable else None


def method_facts(cls):
    """The remotable methods, with their signatures as a fingerprint hashes them."""
    found = []
    for name in dir(cls):
        with contextlib.suppress(AttributeError):
            function = original(cls, getattr(cls, name))
            if function is None:
                continue
            spec = inspect.getfullargspec(function)
            if spec.kwonlyargs or spec.kwonlydefaults or spec.annotations:
                text = repr(spec)
            else:
                text = (f"ArgSpec(args={spec.args!r}, varargs={spec.varargs!r}, keywords={spec.varkw!r}, "
                        f"defaults={spec.defaults!r})")
            found.append({"name": name, "spec": text})
    return found


def fingerprint(cls, methods):
    """What the library's checker computes."""
    names = sorted(cls.fields)
    text = "([{}], [{}]".format(
        ", ".join(f"({name!r}, {cls.fields[name]!r})" for name in names),
        ", ".join(f"({method['name']!r}, {method['spec']})" for method in methods),
    )
    if hasattr(cls, "child_versions"):
        rows = sorted(cls.child_versions.items())
        text += f", OrderedDict({rows})" if rows else ", OrderedDict()"
    return "{}-{}".format(cls.VERSION, hashlib.md5((text + ")").encode()).hexdigest())


def doc_of(cls):
    """The first paragraph of the class's own docstring."""
    text = inspect.cleandoc(vars(cls).get("__doc__") or "")
    return text.split("\n\n")[0].replace("\n", " ").strip() or None


def versions_of(cls):
    """Every version of its major number up to its own; its own alone where that is no X.Y."""
    match = re.fullmatch(r"(\d+)\.(\d+)", cls.VERSION)
    if not match:
        return [cls.VERSION]
    major, minor = map(int, match.groups())
    return [f"{major}.{step}" for step in range(minor + 1)]


def is_bare_list(cls):
    """A list object whose backport and constructor aren't the list's, since its own base stands before that."""
    mro = cls.__mro__
    return issubclass(cls, base.ObjectListBase) and mro.index(base.VersionedObject) < mro.index(base.ObjectListBase)


ROUTINES = ("obj_make_compatible", "obj_make_compatible_from_manifest", "_convert_to_version", "_obj_from_primitive")


def own_routines(cls):
    """The class's own routines, then what they call of the class's own."""
    def own(name):
        for one in cls.__mro__:
            held = getattr(vars(one).get(name), "__func__", vars(one).get(name))
            if inspect.isfunction(held) and not one.__module__.startswith("oslo_versionedobjects"):
                yield held

    # What every dict, list and text has is called of these as a rule.
    usual = {name for one in (dict, list, str) for name in dir(one)}
    found, waiting = {}, list(ROUTINES)
    for name in waiting:
        for routine in own(name):
            if routine not in found:
                found[routine] = None
                waiting += (name for code in codes(routine.__code__) for name in code.co_names if name not in usual)
    return list(found)


def codes(code):
    """The code of a function and of those inside it."""
    yield code
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from codes(constant)


def words_in(cls):
    """The texts that stand in the class's own routines: keys and values that they look for."""
    found, named = constants(own_routines(cls))
    together = [constant if isinstance(constant, (tuple, frozenset)) else (constant,) for constant in found] + [named]
    texts = dict.fromkeys(text for text in itertools.chain(*together) if isinstance(text, str))
    return [text for text in texts if re.fullmatch(r"[\w.:/-]{1,40}", text) and text not in cls.fields][:16]


# Objects to look at ----------------------------------------------------------------------------------------------


class Maker:
    """Makes objects of values, children inside them as deep as it takes to see one convert."""

    def __init__(self, types, known):
        self.types, self.known = types, known

    def make(self, cls, values):
        """A new object with these fields set to what these values on the wire mean."""
        try:
            made = cls()
        except TROUBLE:
            made = cls.__new__(cls)
            base.VersionedObject.__init__(made)
        for name, value in values.items():
            # What the constructor set can be set anew, though it be read-only.
            vars(made).pop("_obj_" + name, None)
            field = cls.fields[name]
            if isinstance(value, Child):
                held = value.made(self)
                held = [held] if not isinstance(field._type, ovo.Object) and not isinstance(value, Children) else held
            else:
                with self.all_registered():
                    held = field.from_primitive(made, name, copy.deepcopy(value))
            setattr(made, name, held)
        return made

    @contextlib.contextmanager
    def all_registered(self):
        """Lets Python find the classes that are read without being registered."""
        held = base.VersionedObjectRegistry.obj_classes()
        lent = [name for name in self.known.unregistered if not held.get(name) and name in self.known.classes]
        held.update({name: list(self.known.classes[name]) for name in lent})
        try:
            yield
        finally:
            for name in lent:
                del held[name]

    def values(self, cls, name, field):
        """Values that the field can be set to, the plainest first; null last."""
        if holds_children(field):
            child, ty = child_name(field), getattr(field._type, "_element_type", field)._type
            heirs = self.known.heirs(child) if ty._subclasses else [child]
            heirs.sort(key=lambda heir: heir != child)
            out = [Child(heir) for heir in heirs[:40] if heir in self.known.classes]
        else:
            said = self.types.of(field._type)
            out = [value for value in self.types.values(said) if taken(field, value)]
            inside = list(parts(said))[-1]
            if inside["kind"] == "Object":
                # Objects that the library doesn't look for are values as any other.
                names = [inside["name"], *self.known.heirs(inside["name"])] if inside.get("subclasses") else [inside["name"]]
                held = next((name for name in names if name in self.known.classes), None)
                with contextlib.suppress(*TROUBLE):
                    out = around(said, Child(held).made(self).obj_to_primitive()) if held else out
        return out + ([None] if field._nullable else [])

    def plainest(self, cls):
        """Every field's plainest value, of the fields that one is known of."""
        found = ((name, self.values(cls, name, field)) for name, field in cls.fields.items())
        return {name: values[0] for name, values in found if values and values[0] is not None}


def around(said, held):
    """Values of a type that has this inside, the fullest first."""
    if "element" not in said:
        return [held]
    return [{"k": one} if said["kind"] == "Dict" else [one] for one in around(said["element"], held)] + [
        {} if said["kind"] == "Dict" else []]


class Child:
    """An object in a field, with its plain fields set or none at all."""

    def __init__(self, name, empty=False):
        self.name, self.empty = name, empty

    def made(self, maker):
        cls = maker.known.newest(self.name)
        own = {} if self.empty else {
            name: value for name, value in maker.plainest(cls).items() if not isinstance(value, Child)}
        with contextlib.suppress(*TROUBLE):
            return maker.make(cls, own)
        return maker.make(cls, {})


class Children(Child):
    """Objects in a list, each with values of its own."""

    def __init__(self, name, values):
        super().__init__(name)
        self.values = values

    def made(self, maker):
        return [maker.make(maker.known.newest(self.name), values) for values in self.values]


def taken(field, value):
    try:
        field.coerce(None, "field", field.from_primitive(None, "field", copy.deepcopy(value)))
        return True
    except TROUBLE:
        return False


class Outcome:
    """What became of an object on its way to a version: data, or an error."""

    def __init__(self, data=None, error=None):
        self.data, self.error = data, error

    @property
    def refused(self):
        """Whether the project refuses; a slip in its code, on fields that aren't set, is none."""
        slips = (KeyError, AttributeError, TypeError, IndexError, NotImplementedError, SystemExit,
                 exception.OrphanedObjectError)
        return self.error is not None and not isinstance(self.error, slips)


def flat(value, keys):
    """Data with the objects inside it as their names and versions alone."""
    if isinstance(value, dict):
        if keys[0] in value:
            return (value[keys[0]], value.get(keys[1]))
        return {key: flat(member, keys) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [flat(member, keys) for member in value]
    return value


# What an older target changes --------------------------------------------------------------------------------------

SAME, GONE, OTHER, REFUSED, SLIP = "same", "gone", "other", "refused", "slip"
# The manifest that names the children, and one that names none of them.
PINS, NOBODY = object(), {"": "1.0"}


def own(value, index):
    """The value made one that no other field has, where it is a number or text that may be any."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return 100 + index
    if value == "text":
        return f"text{index}"
    if isinstance(value, list):
        return [own(member, index + 300 * place) for place, member in enumerate(value)]
    if isinstance(value, dict):
        return {key: own(member, index) for key, member in value.items()}
    return value


def newer(version, versions):
    """The version that follows."""
    return versions[versions.index(version) + 1]


class Look:
    """One class, looked at from outside: objects of it, written for every version that it had."""

    def __init__(self, cls, maker, said):
        self.cls, self.maker, self.said = cls, maker, said
        self.versions = said["versions"]
        self.fields = {field["name"]: field for field in said["fields"]}
        self.children = {name: child_name(field) for name, field in cls.fields.items() if holds_children(field)}
        self.keys = [f"{cls.OBJ_SERIAL_NAMESPACE}.{word}" for word in ("name", "version", "data", "changes")]
        self.sets = {name for name, field in self.fields.items() if field["type"]["kind"] == "Set"}
        self.pins = {name: f"{maker.known.newest(name).VERSION.split('.')[0]}.{MARK}"
                     for name in self.children.values() if name in maker.known.classes}
        self.unsaid = said["unsaid"]
        self.slips = {}
        # How many of the oldest versions it isn't written in.
        self.refused = 0
        # What no rule was found for, as objects that show it, until all rules are known.
        self.doubts = []
        # Fields that go out all the same in versions that seemed to lack them.
        self.stays = set()
        self.last_values = self.last_made = None
        # What a project does in its own serializer, before it writes an object: ironic's way.
        self.converts = hasattr(cls, "convert_to_version") and hasattr(cls, "_convert_to_version")
        # Whether the rules are those of the library's way.
        self.library = not self.converts
        self.initial, self.is_made = self.read({}, self.versions[-1]), True
        if isinstance(self.initial, BaseException):
            self.say(None, [], f"Python makes it with arguments and reads none: {one_line(self.initial)}", True)
            self.initial, self.is_made = {}, False
        self.initial_labels = {name: self.mark(name, value) for name, value in flat(self.initial, self.keys).items()}
        self.choices = {}
        words = words_in(cls)
        for index, (name, field) in enumerate(cls.fields.items()):
            values = maker.values(cls, name, field)
            ty = self.fields[name]["type"]
            if ty["kind"] in ("Dict", "FlexibleDict") or any(isinstance(value, dict) for value in ty.get("examples", ())):
                values[1:1] = [{word: "text"} for word in words if taken(field, {word: "text"})]
            elif ty["kind"] in ("String", "Opaque"):
                values[1:1] = [word for word in words if taken(field, word)]
            values = [changed if taken(field, changed := own(value, index)) else value for value in values] if (
                name not in self.children) else values
            values = [self.natural(name, value) for value in values]
            self.choices[name] = list({json.dumps(value, default=id): value for value in values}.values())
        self.all = {name: values[0] for name, values in self.choices.items() if values and values[0] is not None}

    def say(self, field, versions, what, reading=False, by_hand=False):
        known = next((entry for entry in self.unsaid if entry.get("field") == field and entry["what"] == what), None)
        if known is None:
            known = ({"field": field} if field else {}) | {"versions": [], "what": what} | (
                {"reading": True} if reading else {})
            self.unsaid.append(known)
        if by_hand:
            known["by_hand"] = True
        known["versions"] = sorted({*known.get("versions", []), *versions}, key=self.versions.index)

    def natural(self, name, value):
        """The value that is there once this one has been set."""
        if isinstance(value, Child):
            return value
        outcome = self.written({name: value}, self.versions[-1])
        if outcome.data is None or outcome.data.get(name) == self.plain(name, value):
            return value
        if value is None and self.fields[name].get("nullable"):
            self.say(name, [], f"null becomes {json.dumps(outcome.data.get(name))} once it is set", True)
        return outcome.data.get(name)

    def written(self, values, target, manifest=PINS, library=None):
        """What Python makes of an object with these fields; where a project has two ways, by `library` in that one's."""
        manifest = self.pins if manifest is PINS else manifest
        if values is not self.last_values or self.converts:
            self.last_values, self.last_made = values, None
        try:
            if self.last_made is None:
                self.last_made = self.maker.make(self.cls, values)
            library = self.library if library is None else library
            if self.converts and target != self.cls.VERSION and not library:
                self.last_made.convert_to_version(target, remove_unavailable_fields=True)
                target, manifest = self.last_made.VERSION, None
            primitive = self.last_made.obj_to_primitive(
                target_version=target, version_manifest=manifest)
            data = primitive[self.keys[2]]
            whole = json.loads(json.dumps(data, default=list))
            for name in self.sets & set(data):
                data[name] = sorted(data[name], key=str) if data[name] is not None else None
            outcome = Outcome(flat(json.loads(json.dumps(data)), self.keys))
            outcome.changes = set(primitive.get(self.keys[3], ())) - set(self.children)
            outcome.whole = whole
            return outcome
        except Slow:
            raise
        except TROUBLE as error:
            return Outcome(error=error)

    def plain(self, name, value):
        """A value as `written` shows it where nothing changes it."""
        if isinstance(value, Child):
            label = (value.name, self.label(self.children[name], value.name))
            return [label] if isinstance(self.cls.fields[name]._type, ovo.List) else label
        if self.fields[name].get("alone"):
            return flat(json.loads(json.dumps(value)), self.keys)
        if name in self.sets and value is not None:
            return sorted(json.loads(json.dumps(value)), key=str)
        return value

    def mark(self, name, value):
        """The objects in a field as `written` shows them, where a manifest names them."""
        if isinstance(value, list):
            return [self.mark(name, member) for member in value]
        return (value[0], self.label(self.children[name], value[0])) if name in self.children and value is not None else value

    def label(self, name, held):
        """The version that a child goes out in where the manifest names what the field is of."""
        own_version = self.maker.known.newest(held).VERSION
        return own_version if self.said.get("keep_children") or self.converts and not self.library else self.pins.get(name, own_version)

    def kind(self, outcome, name, value):
        """What became of a field."""
        if outcome.error is not None:
            return (REFUSED if outcome.refused else SLIP), one_line(outcome.error)
        if name not in outcome.data:
            return GONE, None
        found = outcome.data[name]
        return (SAME, None) if found == self.plain(name, value) else (OTHER, found)

    # Rules

    def rules(self):
        """Finds what the older versions change, and says what isn't understood of it."""
        older = self.versions[:-1]
        self.see_children()
        self.see_own()
        if self.converts:
            self.two_ways(older)
        if not older:
            return
        nothing = {}
        empty = {version: self.written(nothing, version) for version in older}
        older = self.without_refused(empty, older)
        for name in self.fields:
            seen = {}
            for index, value in enumerate(self.choices[name]):
                alone, among = {name: value}, self.all | {name: value}
                for version in older:
                    outcome = self.written(alone, version)
                    if outcome.error is not None and not outcome.refused:
                        outcome = self.written(among, version)
                    if outcome.error is not None and not outcome.refused:
                        # A class may leave a child out before the library looks for it.
                        outcome = self.written(alone, version, NOBODY)
                    seen[index, version] = self.kind(outcome, name, value)
            self.one(name, seen, older)
            self.filled(name, empty, older)
        self.graves(empty, older)
        self.copies(older)
        self.firsts(older)
        self.check(older)

    def without_refused(self, empty, older):
        """The older versions without those that a class refuses whatever is in the object: it can't be written so."""
        refused = [version for version in older if empty[version].refused and self.written(self.all, version).refused]
        if refused and refused == older[:len(refused)]:
            before, error = self.versions[len(refused)], empty[refused[-1]].error
            # The library's own words on it name the version alone.
            plain = isinstance(error, exception.VersionedObjectsException) and type(error).msg_fmt in str(error)
            message = None if plain or refused[-1] in str(error) else " ".join(str(error).split())[:200]
            self.refused = len(refused)
            self.said["refuses"] = {"before": before} | ({"message": message} if message else {})
            return older[len(refused):]
        return older

    def see_own(self):
        """What a class leaves out or changes in its own version, where a manifest asks: a version that it never had."""
        plainly, asked = (self.written(self.all, self.versions[-1], manifest) for manifest in (None, NOBODY))
        if plainly.error is not None or asked.error is not None:
            return
        for name, value in plainly.data.items():
            if name not in self.children and asked.data.get(name, GONE) != value:
                now = json.dumps(asked.data[name]) if name in asked.data else "left out"
                self.say(name, [self.versions[-1]], f"with a manifest it is {now} in its own version too")

    def two_ways(self, older):
        """Which of the project's two ways has the rules: its own, by a pin, or the library's, by a manifest."""
        whole = self.written(self.all, self.versions[-1])
        own = {version: self.written(self.all, version, library=False) for version in older}
        library = {version: self.written(self.all, version, library=True) for version in older}

        def changed(outcomes):
            names = set(whole.data or ()) - set(self.children)
            return [version for version, outcome in outcomes.items() if outcome.error is None and whole.error is None and any(
                outcome.data.get(name, GONE) != whole.data[name] for name in names)]

        if changed(library) and not changed(own):
            self.said["by_manifest"] = self.library = True
            return
        self.said["by_pin"] = True
        for version in changed(library):
            self.say(None, [version], "with a manifest it goes out otherwise than in its own version")

    def see_children(self):
        """Whether children are converted, and to what without a manifest."""
        marked = []
        for name in self.children:
            if not self.choices[name] or self.choices[name][0] is None:
                continue
            value = self.choices[name][0]
            outcome = self.written({name: value}, self.versions[-1])
            found = outcome.data.get(name) if outcome.data else None
            if found is not None:
                found = found[0] if isinstance(found, list) else found
                marked.append(found[1] == self.pins.get(self.children[name]))
        if marked and not any(marked) and not self.said.get("child_versions"):
            self.said["keep_children"] = True
        if self.said.get("list") and not self.said.get("bare_list"):
            return
        for name in self.children:
            if self.choices[name] and self.choices[name][0] is not None and not self.said.get("keep_children"):
                self.relationship(name, self.choices[name][0])

    def relationship(self, name, value):
        """The table by which a child goes out without a manifest."""
        rows, gone = [], False
        for version in self.versions[:-1]:
            outcome = self.written({name: value}, version, None)
            if outcome.error is not None:
                return
            # Where it is left out, another name may have one of its objects.
            others = [held for other, held in outcome.data.items() if other not in self.fields and (
                isinstance(held, tuple) and held[0] == value.name)]
            if name in outcome.data or others:
                found = outcome.data.get(name) or others[0]
                found = found[0] if isinstance(found, list) else found
                if not rows or rows[-1][1] != found[1]:
                    rows.append([version, found[1]])
            else:
                gone = True
        newest = self.maker.known.newest(value.name).VERSION
        if rows and rows[-1][1] != newest or gone and not rows:
            rows.append([self.versions[-1], newest])
        if rows:
            self.said.setdefault("relationships", {})[name] = rows

    def prefix(self, versions, older):
        """The version that ends a run from the oldest on; none where they are no such run."""
        versions = [version for version in older if version in versions]
        if versions and versions == older[:len(versions)]:
            return newer(versions[-1], self.versions)
        return None

    def one(self, name, seen, older):
        """The rules of one field, by what became of each of its values at each version."""
        field, values = self.fields[name], self.choices[name]
        if not values:
            if name in self.children and self.children[name] not in self.pins:
                # No class is registered for its objects, so that there can be none.
                return
            self.say(name, [], "no value of its type was found, so that nothing is known of its older versions")
            return
        every = range(len(values))
        def at(version, *kinds):
            return [index for index in every if seen[index, version][0] in kinds]
        left = [version for version in older if at(version, GONE) and not at(version, SAME, OTHER)]
        since = self.prefix(left, older)
        if since:
            field["since"] = since
        elif left:
            self.say(name, left, "it is left out")
        rules = field.setdefault("rules", [])
        # By the version that ends it and what is done, the values.
        found, without = {}, {}
        for index in every:
            refused = [version for version in older if seen[index, version][0] == REFUSED]
            for kind, versions in ((REFUSED, refused), (GONE, [
                    version for version in older if seen[index, version][0] == GONE and version not in left])):
                if versions:
                    self.group(found, name, values[index], kind, versions, older, seen[index, versions[0]][1])
            changed = [version for version in older if seen[index, version][0] == OTHER]
            if isinstance(values[index], Child) and changed and all(seen[index, version][1] == [] for version in changed):
                before = self.prefix(changed, older)
                if before:
                    without.setdefault(before, []).append(values[index].name)
                    continue
            for written, versions in itertools.groupby(changed, key=lambda version: seen[index, version][1]):
                self.group(found, name, values[index], (OTHER, json.dumps(written)), list(versions), older, None)
        for (before, kind), those in found.items():
            if kind == REFUSED and len(those) == len(values):
                rules.append({"before": before, "action": "refuse"})
            elif kind in (REFUSED, GONE):
                done = "refuse" if kind == REFUSED else "drop"
                rules.append({"before": before, "action": {"values": {"values": those, "instead": done}}})
            else:
                done = {"write": json.loads(kind[1])}
                rules.append({"before": before, "action": {"values": {"values": those, "instead": done}}})
        rules += [{"before": before, "action": {"without": {"objects": names}}} for before, names in without.items()]
        rules.sort(key=lambda rule: self.versions.index(rule["before"]))
        if not rules:
            del field["rules"]

    def group(self, found, name, value, kind, versions, older, message):
        """Gathers the values of one fate, those that no rule says apart."""
        before = self.prefix(versions, older)
        if before and (value is None or isinstance(value, (bool, int, float, str))):
            found.setdefault((before, kind), []).append(value)
            return
        shown = json.dumps(value) if not isinstance(value, Child) else value.name
        if kind == REFUSED:
            what = f"{shown} is refused: {message}"
        else:
            what = f"{shown} is left out" if kind == GONE else f"{shown} becomes {kind[1]}"
        self.doubts.append((name, {name: value}, versions, what))

    def filled(self, name, empty, older):
        """A constant that goes out where the field is unset."""
        if name in self.initial:
            return
        field = self.fields[name]
        # Before its first version it is left out whatever fills it.
        older = older[older.index(field["since"]) if field.get("since") in older else 0:]
        versions = [version for version in older if empty[version].data and name in empty[version].data]
        if not versions:
            return
        texts = {json.dumps(empty[version].data[name]) for version in versions}
        before, text = self.prefix(versions, older), sorted(texts)[0]
        if len(texts) != 1 or not before:
            self.say(name, versions, f"{text} is written where it is unset")
            return
        value, rules = json.loads(text), field.setdefault("rules", [])
        nothing = {"before": before, "action": {"values": {"values": [None], "instead": {"write": value}}}}
        if nothing in rules:
            rules.remove(nothing)
            rules.append({"before": before, "action": {"fill": {"value": value}}})
        else:
            null_stays = field.get("nullable") or value is None
            rules.append({"before": before, "action": {"fill": {"value": value} | ({"unset": True} if null_stays else {})}})

    def graves(self, empty, older):
        """Constants that go out under names that no field has any more."""
        names = {name for outcome in empty.values() for name in outcome.data or {} if name not in self.fields}
        for name in sorted(names):
            versions = [version for version in older if empty[version].data and name in empty[version].data]
            texts = {json.dumps(empty[version].data[name]) for version in versions}
            if len(texts) == 1 and self.prefix(versions, older):
                fill = json.loads(texts.pop())
                self.said.setdefault("tombstones", []).append({"name": name, "until": versions[-1], "fill": fill})
            else:
                self.say(name, versions, "something is written under this name, which no field has")

    def copies(self, older):
        """Values that go out in another field as well."""
        texts = {name: json.dumps(self.plain(name, value)) for name, value in self.all.items()
                 if name not in self.children and not isinstance(value, bool)}
        once = {name: text for name, text in texts.items() if list(texts.values()).count(text) == 1}
        switches = [(name, value) for name, field in self.fields.items() if field["type"]["kind"] in ("Enum", "Boolean")
                    for value in self.choices[name][:12] if value is not None]
        tried = {version: [] for version in older}
        # By field, its source and how it gets there: by version, under which switches.
        seen = {}
        for switch in switches or [None]:
            values = self.all | ({switch[0]: switch[1]} if switch else {})
            for version in older:
                outcome = self.written(self.allowed(values, version), version)
                if outcome.data is None:
                    continue
                tried[version].append(switch)
                for name, found in outcome.data.items():
                    for other, how in self.sources(name, found, texts, once, switch):
                        seen.setdefault((name, other, how), {}).setdefault(version, []).append(switch)
        for (name, other, how), versions in seen.items():
            before = self.prefix(list(versions), older)
            # The switches of which not every value does it.
            asked = {switch[0]: {one[1] for one in versions[version] if one[0] == switch[0]}
                     for version in versions for switch in tried[version] if switch and switch not in versions[version]}
            if before is None or len(asked) > 1 or any(len(values) != 1 for values in asked.values()):
                continue
            if isinstance(how, str):
                action = {"insert": {"key": how, "from": other}}
            else:
                action = {"take": {"from": other} | ({"wrap": True} if how else {})}
                for switch, values in asked.items():
                    action["take"]["when"] = {"field": switch, "value": values.pop()}
            rules = self.fields[name].setdefault("rules", [])
            # What was taken for a constant was made of the other field's absence.
            rules[:] = [rule for rule in rules if "fill" not in rule["action"]] if how is True else rules
            rules.append({"before": before, "action": action})

    def allowed(self, values, version):
        """The values without those that a rule refuses."""
        place = self.versions.index

        def is_refused(name, value):
            for rule in self.fields[name].get("rules", []):
                action = rule["action"]
                if place(version) < place(rule["before"]) and (action == "refuse" or "values" in action and (
                        action["values"]["instead"] == "refuse" and any(inside(value, one) for one in action["values"]["values"]))):
                    return True
            return False

        return {name: value for name, value in values.items() if not is_refused(name, value)}

    def sources(self, name, found, texts, once, switch):
        """The other fields whose value stands in what was found in this one."""
        text = json.dumps(found)
        if name in self.children or name not in self.fields or text == texts.get(name) or switch and name == switch[0]:
            return
        for other, source in once.items():
            if other == name:
                continue
            if text in (source, f"[{source}]"):
                yield other, text != source
            elif isinstance(found, dict):
                yield from ((other, key) for key, member in found.items() if json.dumps(member) == source)

    # One element of a list

    def firsts(self, older):
        """Elements of lists that go out by themselves, in versions that knew but one."""
        for name, field in self.cls.fields.items():
            if not isinstance(field._type, ovo.List) or not self.choices[name] or self.choices[name][0] is None:
                continue
            tries = [rows for rows in self.rows_of(name)]
            # By the name that it goes out under, what is found in each version and try.
            seen = {}
            for index, rows in enumerate(tries):
                value = Children(self.choices[name][0].name, rows) if name in self.children else rows
                for version in older:
                    outcome = self.written({name: value}, version)
                    for key, found in (outcome.whole if outcome.data is not None else {}).items():
                        if key != name and (found is None or self.place_of(found, rows) is not None):
                            seen.setdefault(key, {}).setdefault(version, {})[index] = self.place_of(found, rows)
            for key, versions in seen.items():
                self.first(key, name, tries, {version: places for version, places in versions.items() if any(
                    place is not None for place in places.values())}, older)

    def rows_of(self, name):
        """Lists of elements that can be told apart, by what a routine may ask of them."""
        if name not in self.children:
            ty = self.fields[name]["type"]["element"]
            values = [value for value in self.maker.types.values(ty) if value is not None]
            values += [own(values[0], 41)] if values else []
            values = [value for value in {json.dumps(value): value for value in values}.values() if taken(
                self.cls.fields[name], [value])]
            return [values[:2], values[1::-1], []] if len(values) > 1 else []
        cls = self.maker.known.newest(self.choices[name][0].name)
        plain = {field: value for field, value in self.maker.plainest(cls).items() if not isinstance(value, Child)}
        words = words_in(self.cls)

        def marked(index, switch=None, value=None):
            out = {}
            for place, (field, held) in enumerate(plain.items()):
                mine = own(held, 7 * place + index)
                out[field] = mine if taken(cls.fields[field], mine) else held
            return out | ({switch: value} if switch else {})

        rows = [[marked(0), marked(1)], [marked(1), marked(0)], [marked(0)], []]
        for switch, held in plain.items():
            said = self.maker.types.of(cls.fields[switch]._type)
            if said["kind"] not in ("Enum", "Boolean", "String") or said["kind"] == "String" and not words:
                continue
            values = self.maker.types.values(said)[:12]
            values += [word for word in words if said["kind"] == "String"]
            values = [value for value in dict.fromkeys(values) if taken(cls.fields[switch], value)]
            for value in values if len(values) > 1 else ():
                other = next(one for one in values if one != value)
                for pair in ((other, value), (value, other), (other, other)):
                    rows.append([marked(index, switch, one) for index, one in enumerate(pair)])
        return rows

    def place_of(self, found, rows):
        """Which of the elements was found; none where it is another value, or could be several."""
        def is_it(row):
            if not isinstance(row, dict) or not isinstance(found, dict):
                return found == row
            data = found.get(self.keys[2], found)
            return isinstance(data, dict) and bool(data) and all(row.get(name, GONE) == held for name, held in data.items() if (
                name in row))
        places = [place for place, row in enumerate(rows) if is_it(row)]
        return places[0] if len(places) == 1 and found is not None else None

    def first(self, key, name, tries, versions, older):
        """The rule by which an element goes out under a name, where it is one of these: the first, or that with a value."""
        asked = {(switch, row[switch]) for rows in tries for row in rows if isinstance(row, dict) and name in self.children
                 for switch in row if isinstance(row[switch], (bool, int, str))}
        there = [version for version in older if version in versions]
        run = older[older.index(there[0]):older.index(there[-1]) + 1] if there else []
        if not there or run != there:
            return

        def place(rows, when):
            return next((index for index, row in enumerate(rows) if when is None or row.get(when[0]) == when[1]), None)

        fitting = [when for when in [None, *sorted(asked, key=str)] if all(
            places.get(index, GONE) == place(rows, when)
            for places in versions.values() for index, rows in enumerate(tries))]
        # Of several conditions that fit all tries, none is known to be meant.
        if not fitting or None not in fitting and len(fitting) > 1:
            self.say(name, there, f"one of its elements is written as {key}")
            return
        first = {"from": name} | ({"when": dict(zip(("field", "value"), fitting[0]))} if fitting[0] else {})
        before = newer(there[-1], self.versions)
        if key in self.fields:
            rules = self.fields[key].setdefault("rules", [])
            rules.append({"before": before, "action": {"first": first}})
            return
        graves = self.said.setdefault("tombstones", [])
        # A constant that is there where the list isn't.
        fill = next((grave for grave in graves if grave["name"] == key and grave["until"] == there[-1]), {})
        graves[:] = [grave for grave in graves if grave["name"] != key]
        graves.append({"name": key, "until": there[-1], "first": first} | ({"fill": fill["fill"]} if "fill" in fill else {}) | (
            {"since": there[0]} if there[0] != self.versions[0] else {}))

    def element(self, first, values):
        """What goes out by such a rule, as `written` shows it."""
        name, when = first["from"], first.get("when")
        value = values[name]
        if isinstance(value, Child):
            child = self.maker.known.newest(value.name)
            held = {} if value.empty else self.maker.plainest(child)
            is_it = when is None or held.get(when["field"], GONE) == when["value"]
            return (value.name, self.label(self.children[name], value.name)) if is_it else None
        return value[0] if value else None

    # What the rules foretell

    def foretold(self, values, version):
        """What the Rust side writes by the rules; none where it refuses."""
        place = self.versions.index
        graves = [grave for grave in self.said.get("tombstones", []) if (
            place(grave.get("since", self.versions[0])) <= place(version) <= place(grave["until"]))]
        out = {grave["name"]: grave["fill"] for grave in graves if "fill" in grave}
        out |= {grave["name"]: self.element(grave["first"], values) for grave in graves if (
            "first" in grave and grave["first"]["from"] in values)}
        given = values
        values = {name: self.plain(name, value) for name, value in values.items()}
        values = self.initial_labels | values
        for name, field in self.fields.items():
            is_set, dropped = name in values, False
            value = values.get(name)
            written = is_set
            for rule in field.get("rules", []):
                if place(version) >= place(rule["before"]):
                    continue
                action = rule["action"]
                if action == "refuse":
                    if is_set:
                        return None
                elif "values" in action:
                    those, done = action["values"]["values"], action["values"]["instead"]
                    if is_set and any(inside(value, one) for one in those):
                        if done == "refuse":
                            return None
                        dropped = dropped or done == "drop"
                        if isinstance(done, dict):
                            value = swapped(value, those, done["write"])
                elif "without" in action:
                    if isinstance(value, list):
                        value = [one for one in value if one[0] not in action["without"]["objects"]]
                elif "fill" in action:
                    if not is_set or value is None and not action["fill"].get("unset"):
                        value, written = action["fill"]["value"], True
                elif "take" in action:
                    take = action["take"]
                    when = take.get("when")
                    if when and (when["field"] not in values or values[when["field"]] != when["value"]):
                        continue
                    other = values.get(take["from"])
                    if take["from"] in values or take.get("wrap") and not is_set:
                        written = True
                        value = ([other] if other not in (None, "") else []) if take.get("wrap") else other
                elif "first" in action:
                    if action["first"]["from"] in given:
                        value, written = self.element(action["first"], given), True
                elif "insert" in action:
                    other = values.get(action["insert"]["from"])
                    if is_set and isinstance(value, dict) and other is not None:
                        value = {**value, action["insert"]["key"]: other}
            if written and not dropped and ("since" not in field or place(version) >= place(field["since"])):
                out[name] = value
        return out

    def check(self, older):
        """Compares what the rules foretell with what Python does, on random objects."""
        for name, values, versions, what in self.doubts:
            for version in versions:
                outcome = self.written(values, version)
                if outcome.error is None or outcome.refused:
                    self.compare(values, version, outcome, what)
        chance = random.Random(SEED)
        forgets = []
        for version in older:
            for turn in range(TRIES):
                share = 1 if turn == 0 else chance.choice((.5, .8, 1))
                values = {name: choices[0] if turn == 0 else chance.choice(choices)
                          for name, choices in self.choices.items() if choices and chance.random() < share}
                outcome = self.written(values, version)
                if outcome.error is not None and not outcome.refused:
                    self.slips.setdefault(one_line(outcome.error), []).append(version)
                    continue
                self.compare(values, version, outcome)
                if self.converts and self.library:
                    outcome = self.written(values, version, library=False)
                if set(outcome.data or ()) - set(self.children):
                    forgets.append(not outcome.changes)
        if forgets and all(forgets):
            self.said["forgets_changes"] = True
        for name in sorted(self.stays):
            since = self.fields[name].pop("since")
            self.say(name, older[:older.index(since) if since in older else None],
                     f"it is left out before {since}, but for exceptions, so that all of it is left to the function")

    def compare(self, values, version, outcome, what=None):
        """Says where the rules foretell something else than what was seen."""
        foretold = self.foretold(values, version)
        if outcome.error is not None:
            if foretold is not None:
                self.say(None, [version], what or f"some objects are refused: {one_line(outcome.error)}")
            return
        if foretold is None:
            self.say(None, [version], what or "some objects aren't refused that a rule refuses")
            return
        for name in {**outcome.data, **foretold}:
            if (name in outcome.data) == (name in foretold) and outcome.data.get(name) == foretold.get(name):
                continue
            if name in outcome.data and name not in foretold and "since" in self.fields.get(name, ()):
                self.stays.add(name)
            earlier = [entry["what"] for entry in self.unsaid if entry.get("field") == name and "reading" not in entry]
            was = json.dumps(self.plain(name, values[name])) if name in values else "unset"
            now = json.dumps(outcome.data[name]) if name in outcome.data else "left out"
            others = f"it depends on other fields: {was}, say, " + ("stays" if now == was else f"becomes {now}")
            self.say(name, [version], earlier[0] if earlier else what or others)

    # Reading

    def reading(self):
        """What a new object has set by itself, and what reading changes."""
        if not self.is_made:
            return
        again = self.read({}, self.versions[-1])
        initial = {}
        for name, value in self.initial.items():
            if self.said.get("list") and not self.said.get("bare_list") and name == "objects" and value == []:
                continue
            if not isinstance(again, BaseException) and again.get(name) == value:
                initial[name] = value
            else:
                self.say(name, [], "a new object has a value of its own in it, another one each time", True)
        by_others = self.set_by_others()
        initial = {name: value for name, value in initial.items() if name not in by_others}
        if initial:
            self.said["initial"] = initial
        # By field and value, the versions that lack the field and are read as if they had this.
        absent = {}
        for version in self.versions:
            outcome = self.plain_data(version)
            if outcome is None:
                continue
            read = self.read(outcome, version)
            if isinstance(read, BaseException):
                self.say(None, [version], f"what was written can't be read: {one_line(read)}", True)
                continue
            expected = self.initial | {name: value for name, value in outcome.items() if name in self.fields}
            for name in {**expected, **read}:
                if name in read and name not in expected:
                    absent.setdefault((name, json.dumps(read[name])), []).append(version)
                elif read.get(name, GONE) != expected.get(name, GONE):
                    now = json.dumps(read[name]) if name in read else "unset"
                    was = json.dumps(expected.get(name))
                    self.say(name, [version], f"reading changes it: {was} becomes {now}", True, True)
        for (name, text), versions in absent.items():
            if self.prefix(versions, self.versions[self.refused:-1]) == self.fields[name].get("since", ""):
                self.fields[name]["absent"] = json.loads(text)
            else:
                self.say(name, versions, f"reading sets it to {text}", True, True)

    def set_by_others(self):
        """Looks at what reading makes of each value of a field by itself, and gives the fields that it sets by that of another."""
        newest, out = self.versions[-1], {}
        for name, values in self.choices.items():
            if name in self.children or self.fields[name].get("alone"):
                continue
            for value in values:
                read = self.read({name: value}, newest, False)
                if isinstance(read, BaseException):
                    continue
                expected = self.initial | {name: self.plain(name, value)}
                for other in {**expected, **read}:
                    if read.get(other, GONE) == expected.get(other, GONE):
                        continue
                    now = json.dumps(read[other]) if other in read else "unset"
                    if other == name:
                        self.say(name, [newest], f"reading changes it: {json.dumps(value)} becomes {now}", True, True)
                    elif out.setdefault(other, name) == name:
                        self.say(other, [newest], f"reading sets it by what {name} is: by {json.dumps(value)} to {now}",
                                 True, True)
        return out

    def plain_data(self, version):
        """The fields without children, as Python writes them for a version."""
        out = {name for name, field in self.fields.items() if name in self.children or field.get("alone")}
        values = {name: value for name, value in self.all.items() if name not in out}
        data = self.written(values, version).data
        return data and {name: value for name, value in data.items() if name not in out}

    def read(self, data, version, looks_at_changes=True):
        """What an object that arrives with these data goes out with."""
        cls = self.cls
        envelope = {cls._obj_primitive_key(word): value for word, value in (
            ("name", cls.obj_name()), ("namespace", cls.OBJ_PROJECT_NAMESPACE), ("version", version),
            ("data", copy.deepcopy(data)))}
        try:
            made = cls._obj_from_primitive(None, version, envelope)
            if self.converts and version != cls.VERSION:
                made.convert_to_version(cls.VERSION, remove_unavailable_fields=False)
            with contextlib.suppress(*TROUBLE):
                # What a new object holds may have changes of its own.
                changed = sorted(set(made.obj_what_changed()) - set(self.children))
                if looks_at_changes and version == cls.VERSION and data and changed:
                    self.say(None, [], f"what was read counts as changed: {', '.join(changed)}", True, True)
            back = {name: field.to_primitive(made, name, getattr(made, name))
                    for name, field in cls.fields.items() if made.obj_attr_is_set(name)}
            for name in self.sets & set(back):
                back[name] = sorted(back[name], key=str) if back[name] is not None else None
            return json.loads(json.dumps(back))
        except Slow:
            raise
        except TROUBLE as error:
            return error


def inside(value, one):
    """Whether a scalar stands in a value."""
    if isinstance(value, dict):
        return any(inside(member, one) for member in value.values())
    if isinstance(value, (list, tuple)):
        return any(inside(member, one) for member in value)
    return type(value) is type(one) and value == one


def swapped(value, those, written):
    if isinstance(value, dict):
        return {key: swapped(member, those, written) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [swapped(member, those, written) for member in value]
    return written if any(inside(value, one) for one in those) else value


# The file --------------------------------------------------------------------------------------------------------


def object_facts(cls, types, known, asked):
    """An object as JSON, without what takes looking at objects of it."""
    unsaid = []
    methods = method_facts(cls)
    said = {
        "name": cls.obj_name(),
        "project_namespace": cls.OBJ_PROJECT_NAMESPACE,
        "serial_namespace": cls.OBJ_SERIAL_NAMESPACE,
        "versions": versions_of(cls),
        "module": cls.__module__,
        "doc": doc_of(cls),
        "fingerprint": fingerprint(cls, methods),
        "bases": list(dict.fromkeys(one.obj_name() for one in cls.__mro__[1:] if issubclass(one, base.VersionedObject)
                                    and (one in known.classes.get(one.obj_name(), []) or one.obj_name() in asked)
                                    and one.obj_name() != cls.obj_name())),
        "list": hasattr(cls, "child_versions"),
        "bare_list": is_bare_list(cls),
        "child_versions": dict(getattr(cls, "child_versions", {})),
        "fields": [field_facts(cls, name, field, types, unsaid) for name, field in cls.fields.items()],
        "extra_fields": [name for name in cls.obj_extra_fields],
        "methods": methods,
        "unsaid": unsaid,
    }
    return said


def unreadable(cls):
    """What keeps a class out of a schema file; nothing, as a rule."""
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", cls.VERSION):
        return "its version isn't two or three numbers"
    if not all(isinstance(name, str) and name for name in cls.fields):
        return "a field of it has no name"
    return None


def tidy(said):
    """Leaves out what says nothing."""
    return {key: value for key, value in said.items() if key in ("fields", "versions") or value not in (
        None, False, [], {})}


def read(modules, unregistered=False):
    """The schema file of the modules' objects."""
    problems, objects, types = [], [], Types()
    load(modules, problems)
    without_configuration()
    known = Known(modules, problems)
    replaced(known, problems)
    maker = Maker(types, known)
    every, asked = classes(known, modules, unregistered), known.asked()
    left_out(known, modules, every, problems)
    missing(known, every, problems)
    for cls in every:
        place = f"{cls.obj_name()} {cls.VERSION}"
        if (fault := unreadable(cls)) is not None:
            problems.append(f"{place}: left out: {fault}")
            continue
        with seconds(60):
            fault = spare_constructor(cls)
        before = len(problems)
        try:
            with seconds(300), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                said = object_facts(cls, types, known, asked)
                look = Look(cls, maker, said)
                try:
                    look.rules()
                    look.reading()
                except Slow:
                    raise
                except TROUBLE as error:
                    look.say(None, [], f"the looking at it failed: {one_line(error)}")
                    problems.append(f"{place}: the looking at it failed: {one_line(error)}")
            try:
                maker.make(cls, {})
            except TROUBLE as error:
                problems.append(f"{place}: can't be made: {one_line(error)}")
                fault = None
            for what, versions in look.slips.items():
                problems.append(f"{place}: fails by itself in {', '.join(dict.fromkeys(versions))}: {what}")
            objects.append(said)
        except TROUBLE as error:
            problems.append(f"{place}: can't be read: {one_line(error)}")
            fault = None
        if fault is not None:
            problems.insert(before, f"{place}: its constructor fails here, so it is read without: {fault}")
    first_of_lists(objects)
    return {"format": FORMAT, "objects": [tidy(said) for said in objects], "problems": problems}


def first_of_lists(objects):
    """A list object without a table of its own asks its elements for 1.0, whatever their major number."""
    named = {said["name"]: said for said in objects}
    for said in objects:
        if not said["list"] or said["bare_list"] or said["child_versions"]:
            continue
        for field in said["fields"]:
            element = field["type"].get("element", {})
            child = named.get(element.get("name")) if field["name"] == "objects" else None
            if child and child["versions"][0] != "1.0" and child["versions"][0].split(".")[0] != "0":
                child["versions"].insert(0, "1.0")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("module", nargs="+", help="a module whose objects are read: nova.objects; or MODULE:FUNCTION, which "
                        "is called, where a project registers its objects by a call: os_vif:initialize")
    parser.add_argument("--unregistered", action="store_true",
                        help="read classes of the modules as well that are used without being registered")
    parser.add_argument("-o", "--output", help="the file to write, in place of standard output")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    sys.path.insert(0, os.getcwd())
    # What the project's code prints is no part of the file.
    with contextlib.redirect_stdout(sys.stderr):
        stay_at_home()
        schema = read(args.module, args.unregistered)
    text = json.dumps(schema, indent=1) + "\n"
    if args.output:
        with open(args.output, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)
    for problem in schema["problems"]:
        print(problem, file=sys.stderr)
    unsaid = sum(len(said.get("unsaid", [])) for said in schema["objects"])
    print(f"{len(schema['objects'])} objects, {unsaid} things that no rule says, {len(schema['problems'])} problems",
          file=sys.stderr)
    if not schema["objects"]:
        sys.exit(f"nothing was found in {', '.join(args.module)}")


if __name__ == "__main__":
    main()
