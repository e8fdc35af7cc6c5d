"""Compares generated Rust objects with the Python classes that they were made of, on random objects.

    python compare.py OVO_READ BINARY SCHEMA CASES MODULE... [--unregistered]

Run it in the project's own environment. Prints the differences, and a line with the counts. With `-` for the binary it
asks the conformance testee's protocol on standard output and reads the answers from standard input; what is found goes
to standard error then.
"""

import collections
import importlib.util
import itertools
import json
import logging
import random
import subprocess
import sys
import threading
import warnings

SEED = 34
# How many cases are asked at once.
BATCH = 250


def load_reader(path):
    spec = importlib.util.spec_from_file_location("ovo_read", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Sample:
    """Random objects of a project's classes."""

    def __init__(self, reader, schema, modules, unregistered):
        self.reader, self.chance = reader, random.Random(SEED)
        problems = []
        reader.load(modules, problems)
        reader.without_configuration()
        self.known = reader.Known(modules, problems)
        for cls in reader.classes(self.known, modules, unregistered):
            reader.spare_constructor(cls)
        self.maker = reader.Maker(reader.Types(), self.known)
        self.said = {said["name"]: said for said in schema["objects"]}
        self.looks = {}
        self.errors = collections.Counter()

    def look(self, name):
        if name not in self.looks:
            said = json.loads(json.dumps(self.said[name]))
            said.setdefault("unsaid", [])
            self.looks[name] = self.reader.Look(self.known.newest(name), self.maker, said)
        return self.looks[name]

    def heirs(self, name):
        """What may stand in a field that admits subclasses."""
        return [other for other in self.said if name == other or name in self.said[other].get("bases", [])]

    def make(self, name, depth):
        look = self.look(name)
        cls, values, children = look.cls, {}, {}
        for field, choices in look.choices.items():
            if not choices or self.chance.random() < .2:
                continue
            value = self.chance.choice(choices)
            if isinstance(value, self.reader.Child):
                if depth:
                    children[field] = self.child(cls.fields[field], depth - 1)
            elif value is None and field in look.children and self.chance.random() < .7:
                continue
            else:
                values[field] = value
        made = self.maker.make(cls, values)
        for field, held in children.items():
            vars(made).pop("_obj_" + field, None)
            setattr(made, field, held)
        if self.chance.random() < .3:
            made.obj_reset_changes()
        return made

    def child(self, field, depth):
        ty = field._type
        if isinstance(ty, self.reader.ovo.Object):
            return self.one(ty, depth)
        return [self.one(ty._element_type._type, depth) for _ in range(self.chance.choice((0, 1, 1, 2)))]

    def one(self, ty, depth):
        names = self.heirs(ty._obj_name) if ty._subclasses else [ty._obj_name]
        return self.make(self.chance.choice(names), depth)

    def case(self, name):
        """A request, and what Python makes of it."""
        look = self.look(name)
        for _ in range(20):
            try:
                made = self.make(name, 2)
                primitive = plain(made.obj_to_primitive())
                break
            except Exception as error:
                self.errors[f"{name}: can't be made: {self.reader.one_line(error)}"] += 1
        else:
            return None
        target = self.chance.choice([None, *look.versions])
        manifest = None
        if self.chance.random() < .6 or look.children and self.chance.random() < .5:
            # A peer's manifest names all that it knows, which may be less than is in the object.
            share = self.chance.choice((1, 1, .7, .2))
            manifest = {other: self.chance.choice(said["versions"]) for other, said in self.said.items()
                        if self.chance.random() < share}
        request = {"primitive": primitive, "target": target, "manifest": manifest}
        try:
            # What isn't registered can't be read by Python, nor what can't be made without arguments.
            if not self.known.unregistered:
                try:
                    made = look.cls.obj_from_primitive(json.loads(json.dumps(primitive)))
                except TypeError as error:
                    if "required positional argument" not in str(error):
                        raise
            if look.converts and target not in (None, look.cls.VERSION) and manifest is None:
                # What the project's own serializer does, by a pin; a manifest asks for the library's way.
                made.convert_to_version(target, remove_unavailable_fields=True)
                return request, plain(made.obj_to_primitive()), None
            return request, plain(made.obj_to_primitive(target_version=target, version_manifest=manifest)), None
        except Exception as error:
            return request, None, error


def plain(value):
    return json.loads(json.dumps(value, default=list))


class Order:
    """Gives primitives one order: of sets, and of the names of changed fields."""

    def __init__(self, said):
        self.said = said

    def of(self, value):
        if isinstance(value, list):
            return [self.of(member) for member in value]
        if not isinstance(value, dict):
            return value
        name = next((value[key] for key in value if key.endswith(".name")), None)
        data = next((key for key in value if key.endswith(".data")), None)
        if name not in self.said or data is None:
            return {key: self.of(member) for key, member in value.items()}
        types = {field["name"]: field["type"] for field in self.said[name]["fields"]}
        out = dict(value)
        out[data] = {key: self.typed(member, types.get(key)) for key, member in value[data].items()}
        changes = next((key for key in value if key.endswith(".changes")), None)
        if changes:
            out[changes] = sorted(name for name in value[changes] if name in value[data])
            if not out[changes]:
                del out[changes]
        return out

    def typed(self, value, ty):
        if ty is None or value is None:
            return self.of(value)
        if isinstance(value, list) and ty["kind"] in ("List", "Set"):
            members = [self.typed(member, ty["element"]) for member in value]
            return sorted(members, key=json.dumps) if ty["kind"] == "Set" else members
        if isinstance(value, dict) and ty["kind"] == "Dict":
            return {key: self.typed(member, ty["element"]) for key, member in value.items()}
        return self.of(value)


class Binary:
    """The program of a generated crate."""

    def __init__(self, path):
        printed = subprocess.run([path, "fingerprints"], check=True, capture_output=True, text=True).stdout
        self.fingerprints = dict(line.split() for line in printed.splitlines())
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, requests):
        """The answers to all of them, which it gives while it is still being asked."""
        lines = "".join(json.dumps(request) + "\n" for request in requests)
        asking = threading.Thread(target=self.send, args=(lines,))
        asking.start()
        answers = [json.loads(self.process.stdout.readline()) for _ in requests]
        asking.join()
        return answers

    def send(self, lines):
        self.process.stdin.write(lines)
        self.process.stdin.flush()

    def close(self):
        self.process.communicate()


class Testee:
    """Dynamic objects of the schema, behind the conformance testee's protocol."""

    def __init__(self, schema, out):
        self.out = out
        self.said({"op": "load", "schema": schema})
        self.fingerprints = self.said({"op": "fingerprints"})["ok"]

    def said(self, request):
        self.out.write(json.dumps({"registry": "r"} | request) + "\n")
        self.out.flush()
        return json.loads(sys.stdin.readline())

    def ask(self, requests):
        answers = [self.said({"op": "roundtrip"} | request) for request in requests]
        return [{"ok": answer["ok"]["primitive"]} if "ok" in answer else {"error": answer["error"]["message"]}
                for answer in answers]

    def close(self):
        pass


def answered(sample, rust, names):
    """Cases of these objects, by turns, each with its name and Rust's answer; none, where none could be made."""
    while batch := list(itertools.islice(names, BATCH)):
        cases = [(name, sample.case(name)) for name in batch]
        answers = iter(rust.ask([case[0] for _, case in cases if case is not None]))
        for name, case in cases:
            yield name, case, None if case is None else next(answers)


def main():
    reader_path, binary, schema_path, cases, *modules = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    reader = load_reader(reader_path)
    reader.stay_at_home()
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    out, sys.stdout = sys.stdout, sys.stderr
    rust = Testee(schema, out) if binary == "-" else Binary(binary)
    out = sys.stderr if binary == "-" else out
    unregistered = "--unregistered" in modules
    modules = [module for module in modules if module != "--unregistered"]
    sample = Sample(reader, schema, modules, unregistered)
    order = Order(sample.said)
    expected = {said["name"]: said["fingerprint"] for said in schema["objects"]}
    found = rust.fingerprints
    wrong = [name for name in expected if found.get(name) != expected[name]]
    for name in wrong:
        print(f"fingerprint of {name}: {found.get(name)}, not {expected[name]}", file=out)
    counts, differences = collections.Counter(), collections.Counter()
    names = sorted(sample.said)
    for name, case, answer in answered(sample, rust, itertools.islice(itertools.cycle(names), int(cases))):
        if case is None:
            counts["not made"] += 1
            continue
        request, primitive, error = case
        if error is not None and not reader.Outcome(error=error).refused:
            counts["failed in Python"] += 1
            sample.errors[f"{name}: {reader.one_line(error)}"] += 1
            continue
        if error is not None and "error" in answer:
            counts["refused by both"] += 1
        elif error is None and "ok" in answer and order.of(answer["ok"]) == order.of(primitive):
            counts["equal"] += 1
        else:
            counts["different"] += 1
            differences[name] += 1
            if differences[name] <= 2:
                shown = reader.one_line(error) if error else json.dumps(order.of(primitive), sort_keys=True)
                ours = json.dumps(order.of(answer["ok"]), sort_keys=True) if "ok" in answer else answer["error"]
                print(f"{name} for {request['target']}, manifest {json.dumps(request['manifest'])}\n"
                      f"  given  {json.dumps(request['primitive'])}\n  Python {shown}\n  Rust   {ours}", file=out)
    rust.close()
    for error, count in sample.errors.most_common():
        print(f"{count} times in Python, {error}", file=out)
    if differences:
        print("differences by object: " + json.dumps(differences), file=out)
    print(json.dumps({"objects": len(names), "fingerprints": len(names) - len(wrong), **counts}), file=out)
    sys.exit(1 if wrong or differences else 0)


if __name__ == "__main__":
    main()
