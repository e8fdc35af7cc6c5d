"""What a project writes by hand where an object here has rules: older forms for older peers, and back.

An object's text says its rules as a schema file does. They are followed as a class's methods would: `obj_make_compatible` edits the
data of a primitive, and what an older peer wrote is brought up to date before the class reads it.
"""

import re

from oslo_utils import versionutils
from oslo_versionedobjects import exception

version = versionutils.convert_version_to_tuple


def refuse(reason):
    raise exception.ObjectActionError(action="obj_make_compatible", reason=reason)


def holds(value, wanted):
    """Whether a value is that one or has it inside; `True` is no number here."""
    if isinstance(value, list):
        return any(holds(item, wanted) for item in value)
    if isinstance(value, dict):
        return any(holds(item, wanted) for item in value.values())
    return is_same(value, wanted)


def is_same(value, wanted):
    return type(value) is type(wanted) and value == wanted


def holds_inside(value, wanted):
    """Whether a list or a dict has the value in it."""
    return isinstance(value, (list, dict)) and holds(value, wanted)


def replaced(value, replacements, is_outermost=True):
    if isinstance(value, (list, tuple)):
        return [replaced(item, replacements, False) for item in value]
    if isinstance(value, dict):
        return {key: replaced(item, replacements, False) for key, item in value.items()}
    for rule in replacements:
        if not (is_outermost and rule.get("inside")) and any(holds(value, wanted) for wanted in rule["values"]):
            return rule["instead"]["write"]
    return value


def entry(envelope, word):
    """What stands under a key of an envelope, whatever its prefix."""
    return next((held for key, held in envelope.items() if key.endswith(f".{word}")), None)


def element(values, first, is_object):
    """The first of the values that has what is asked of it."""
    when = first.get("when")
    for value in values or ():
        data = entry(value, "data") if is_object else value
        if when is None or isinstance(data, dict) and is_same(data.get(when["field"], ...), when["value"]):
            return value
    return None


def is_of_objects(said, name):
    ty = next(field["type"] for field in said["fields"] if field["name"] == name)
    return ty.get("element", {}).get("kind") == "Object"


def of_rule(rule):
    """The name of an action, and what it says."""
    action = rule["action"]
    return (action, {}) if isinstance(action, str) else next(iter(action.items()))


def plain(value):
    """A primitive with lists for the tuples that sets become."""
    return list(value) if isinstance(value, tuple) else value


class Dropped(Exception):
    """The field is left out."""


class Outgoing:
    """A field on its way to an older target."""

    def __init__(self, said, field, given):
        self.said = said
        self.field = self.name = field["name"]
        self.given = given
        self.is_there = self.field in given
        self.value = given.get(self.field)
        self.replacements = []
        self.inserted = {}

    def has(self, wanted, name):
        return name in self.given and holds(plain(self.given[name]), wanted)

    def refuse(self, rule):
        if self.is_there:
            refuse(f"{self.field} can't be left out")

    def values(self, rule):
        has = holds_inside if rule.get("inside") else holds
        held = plain(self.given.get(self.field))
        found = [wanted for wanted in rule["values"] if self.is_there and has(held, wanted)]
        if not found:
            return
        if rule["instead"] == "refuse":
            refuse(f"{self.field}={found[0]} is unknown there")
        if rule["instead"] == "drop":
            raise Dropped
        self.replacements.append(rule)

    def without(self, rule):
        if self.is_there and isinstance(self.value, list):
            self.value = [value for value in self.value if entry(value, "name") not in rule["objects"]]

    def first(self, rule):
        if rule["from"] in self.given:
            values = plain(self.given[rule["from"]])
            self.value, self.is_there = element(values, rule, is_of_objects(self.said, rule["from"])), True

    def rename(self, rule):
        self.name = rule["from"]

    def convert(self, rule):
        self.name = rule["from"]
        if self.is_there:
            try:
                self.value = ROUTINES[rule["to_older"]](self.given[self.field])
            except ValueError as error:
                refuse(error)

    def take(self, rule):
        when = rule.get("when")
        if when and not self.has(when["value"], when["field"]):
            return
        if rule["from"] in self.given:
            value = self.given[rule["from"]]
            self.value = ([] if value in (None, "") else [value]) if rule.get("wrap") else value
            self.is_there = True
        elif rule.get("wrap") and not self.is_there:
            self.value, self.is_there = [], True

    def insert(self, rule):
        if self.is_there and self.given.get(rule["from"]) is not None:
            self.inserted[rule["key"]] = self.given[rule["from"]]

    def fill(self, rule):
        is_filled = self.field in self.given if rule.get("unset") else self.given.get(self.field) is not None
        if not is_filled:
            self.value, self.is_there = rule["value"], True

    def finished(self):
        value = replaced(self.value, self.replacements) if self.replacements else self.value
        return {**value, **self.inserted} if self.inserted else value


def forms(said, target):
    """Of each field that a version has: the field, and the rules that hold for it then."""
    for field in said["fields"]:
        rules = [rule for rule in field.get("rules", ()) if target < version(rule["before"])]
        if "since" not in field or target >= version(field["since"]):
            yield field, rules


def buried(said, target):
    """The fields that a version had and today's has not."""
    for removed in said.get("tombstones", ()):
        since = removed.get("since")
        if target <= version(removed["until"]) and (since is None or target >= version(since)):
            yield removed


def make_older(said, obj, data, target):
    """Edits the data of a primitive, those inside it done already."""
    given, out = dict(data), {}
    there = {field["name"] for field, _ in forms(said, target)}
    for field in said["fields"]:
        rules = [rule for rule in field.get("rules", ()) if target < version(rule["before"])]
        going = Outgoing(said, field, given)
        try:
            for action, told in map(of_rule, rules):
                getattr(going, action)(told)
        except Dropped:
            continue
        if going.is_there and field["name"] in there:
            out[going.name] = going.finished()
    for removed in buried(said, target):
        first = removed.get("first")
        if first and first["from"] in given:
            out[removed["name"]] = element(plain(given[first["from"]]), first, is_of_objects(said, first["from"]))
        elif "fill" in removed:
            out[removed["name"]] = removed["fill"]
    for field in said["fields"]:
        data.pop(field["name"], None)
    data.update(out)
    if said.get("compatible"):
        ROUTINES[said["compatible"]](obj, data, target)


def names_then(said, target):
    """By a field's name in a version, its name today and how its value is read."""
    names = {removed["name"]: None for removed in buried(said, target)}
    for field, rules in forms(said, target):
        name, convert = field["name"], None
        for action, told in map(of_rule, rules):
            if action in ("rename", "convert"):
                name, convert = told["from"], told if action == "convert" else None
        names[name] = (field["name"], convert)
    return names


def names_there(said, target):
    """By a field's name today, its name in a version."""
    return {today[0]: name for name, today in names_then(said, target).items() if today}


def rename_changes(said, serial, envelope):
    """What changed in an object goes by the names that its fields have in the version on the label."""
    there = names_there(said, version(envelope[f"{serial}.version"]))
    if f"{serial}.changes" in envelope:
        envelope[f"{serial}.changes"] = [there.get(name, name) for name in envelope[f"{serial}.changes"]]


def brought_up_to_date(said, serial, primitive, make_type):
    """The primitive with today's names and types, whatever older version it is of."""
    data, changes = primitive.get(f"{serial}.data"), primitive.get(f"{serial}.changes")
    if not isinstance(data, dict):
        return primitive
    then = names_then(said, version(primitive[f"{serial}.version"]))
    today = {}
    for name, value in data.items():
        meant = then.get(name, (name, None))
        if meant is None:
            continue
        name, convert = meant
        if convert:
            ty = make_type(convert["type"])
            value = ROUTINES[convert["from_older"]](ty.coerce(None, name, ty.from_primitive(None, name, value)))
        today[name] = value
    out = {**primitive, f"{serial}.data": today}
    if isinstance(changes, list) and all(isinstance(name, str) for name in changes):
        out[f"{serial}.changes"] = [(then.get(name, (name,)) or (name,))[0] for name in changes]
    return out


def fill_absent(said, obj, arrived):
    """What a peer left out that had no such field."""
    for field in said["fields"]:
        name = field["name"]
        if "absent" not in field or arrived >= version(field["since"]) or obj.obj_attr_is_set(name):
            continue
        was_changed = name in obj._changed_fields
        setattr(obj, name, field["absent"])
        if not was_changed:
            obj._changed_fields.discard(name)


# The routines of the objects in `tests/src/fixtures`, by the names that their schemas have for them.


def size_to_text(size):
    if size < 0:
        raise ValueError(f"{size} MB can't be said in words")
    return f"{size} MB"


def size_from_text(text):
    return whole_number(text.removesuffix(" MB")) if text.endswith(" MB") else whole_number("")


def whole_number(text):
    if not re.fullmatch("[+-]?[0-9]+", text) or not -(2**63) <= int(text) < 2**63:
        raise ValueError(f"{text} is no number")
    return int(text)


def mode_to_flag(mode):
    if mode not in ("on", "off", None):
        raise ValueError(f"{mode!r} has no older form")
    return mode == "on"


def make_span_older(span, data, target):
    if target >= (1, 1) or not span.obj_attr_is_set("step"):
        return
    if span.step <= 0:
        refuse(f"steps of {span.step} have no older form")
    if span.obj_attr_is_set("first") and span.obj_attr_is_set("last"):
        length = span.last - span.first
        over = abs(length) % span.step
        data["last"] = span.last - (over if length >= 0 else -over)


def check_span(span):
    if span.obj_attr_is_set("first") and span.obj_attr_is_set("last") and span.first > span.last:
        raise ValueError(f"the first, {span.first}, comes after the last, {span.last}")


ROUTINES = {
    "size_to_text": size_to_text,
    "size_from_text": size_from_text,
    "as_text": str,
    "from_text": whole_number,
    "to_flag": mode_to_flag,
    "from_flag_of_mode": lambda flag: "on" if flag else None,
    "is_some": lambda count: count != 0,
    "from_flag": int,
    "Self::make_older": make_span_older,
    "Self::check": check_span,
}
