"""A host of a Python project that judges what is written for its pins, by its own serializer.

    python host.py URL PROJECT OVO_READ COMPARE SCHEMA MODULE...

Run it in the project's own environment. It prints `serving` once it serves, and runs until it is killed.
"""

import importlib
import importlib.util
import sys
import warnings

warnings.simplefilter("ignore")
# Some projects make all threads green, which has to come before anything uses them.
importlib.import_module(sys.argv[2])

import json
import logging
import threading

import oslo_messaging as messaging
from oslo_config import cfg


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Ironic:
    """Pins by a release's name; what stands inside an object stays as it is."""

    def __init__(self):
        from ironic.common import release_mappings
        from ironic.conf import CONF
        from ironic.objects import base

        self.conf, self.serializer = CONF, base.IronicObjectSerializer(is_server=True)
        self.versions = {
            name: {objects: max(versions, key=numbers) for objects, versions in said["objects"].items()}
            for name, said in release_mappings.RELEASE_MAPPING.items() if name != "master"}

    def written(self, release, made):
        self.conf.set_override("pin_release_version", release)
        return self.serializer.serialize_entity(None, made)


class Cinder:
    """Caps by a version of the whole history; a cap above an object's version is none."""

    def __init__(self):
        from cinder.objects import base

        self.base = base
        self.versions = {name: dict(base.OBJ_VERSIONS[name]) for name in base.OBJ_VERSIONS.versions}

    def written(self, release, made):
        return self.base.CinderObjectSerializer(release).serialize_entity(None, made)


def numbers(version):
    return [int(part) for part in version.split(".")]


class Methods:
    target = messaging.Target(version="1.0")

    def __init__(self, project, compare, reader, sample):
        self.project, self.compare, self.reader, self.sample = project, compare, reader, sample
        self.order = compare.Order(sample.said)
        # Lists by their names alone hold what others have.
        self.names = sorted(sample.said)
        self.turn, self.made = 0, None

    def releases(self, ctxt):
        """The last nine of which each has versions of its own."""
        known, seen = [], []
        for name, versions in reversed(list(self.project.versions.items())):
            if versions not in seen:
                seen.append(versions)
                known.append((name, versions))
        return known[:9][::-1]

    def next(self, ctxt, release):
        """A new object, as it is without a pin."""
        while True:
            name = self.names[self.turn % len(self.names)]
            self.turn += 1
            try:
                made = self.sample.make(name, 2)
                primitive = self.compare.plain(made.obj_to_primitive())
                self.made = type(made).obj_from_primitive(json.loads(json.dumps(primitive)))
                return primitive
            except Exception:
                continue

    def is_by_hand(self, made):
        """Whether a function by hand has a say in what an object is written as, or in what stands inside it."""
        said = self.sample.said[made.obj_name()]
        if any(not unsaid.get("reading") or unsaid.get("by_hand") for unsaid in said.get("unsaid", ())):
            return True
        held = (getattr(made, name) for name in made.fields if made.obj_attr_is_set(name))
        held = (one for value in held for one in (value if isinstance(value, list) else [value]))
        return any(self.is_by_hand(one) for one in held if hasattr(one, "obj_to_primitive"))

    def pinned(self, release):
        return self.compare.plain(self.project.written(release, self.made))

    def take(self, ctxt, release, value):
        try:
            theirs = self.pinned(release)
        except Exception as error:
            if not self.reader.Outcome(error=error).refused:
                return "failed in Python", None, None
            return "different", f"Python {self.reader.one_line(error)}\n  Rust   {json.dumps(value)}", None
        if self.order.of(value) == self.order.of(theirs):
            return "equal", None, theirs
        if self.is_by_hand(self.made):
            return "left to a function by hand", None, None
        return "different", f"Python {json.dumps(theirs)}\n  Rust   {json.dumps(value)}", None

    def refused(self, ctxt, release, reason):
        try:
            theirs = self.pinned(release)
        except Exception as error:
            refused = self.reader.Outcome(error=error).refused
            return ("refused by both" if refused else "failed in Python"), None, None
        return "different", f"Python {json.dumps(theirs)}\n  Rust   {reason}", None


def main(url, project, reader_path, compare_path, schema_path, *modules):
    logging.disable(logging.CRITICAL)
    reader, compare = load("ovo_read", reader_path), load("compare", compare_path)
    with open(schema_path, encoding="utf-8") as file:
        sample = compare.Sample(reader, json.load(file), list(modules), False)
    methods = Methods({"ironic": Ironic, "cinder": Cinder}[project](), compare, reader, sample)
    cfg.CONF([], default_config_files=[], default_config_dirs=[])
    transport = messaging.get_rpc_transport(cfg.CONF, url=url.replace("amqp:", "rabbit:", 1))
    server = messaging.get_rpc_server(
        transport, messaging.Target(exchange="pins", topic="pins", server="python"), [methods], executor="threading",
        serializer=messaging.NoOpSerializer())
    server.start()
    print("serving", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
