"""Emits nova's notifications with random values, and compares them with what comes back from Rust.

    python emit.py FOLDER COMPARE COUNT

FOLDER has nova.conf, ovo_read.py and schema.json; COMPARE is tests/generated/compare.py, which makes the objects. Each class of
`NovaObjectRegistry.notification_classes` has its turn: a notification is sent by its own `emit`, all else as the payload of
one, by nova's own notifier. Prints the differences, and a line with the counts.
"""
import collections
import importlib.util
import json
import logging
import os
import sys
import threading
import time

logging.disable(logging.CRITICAL)
# How many may be on their way.
WINDOW = 200
PATIENCE = 120


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Ear:
    """What came back, by the request's id."""

    def __init__(self):
        self.heard, self.changed = {}, threading.Condition()

    def take(self, priority, ctxt, publisher_id, event_type, payload):
        with self.changed:
            id = ctxt["request_id"]
            self.heard.setdefault(id, []).append((priority, publisher_id, event_type, payload))
            self.changed.notify_all()

    def until(self, holds):
        with self.changed:
            if not self.changed.wait_for(holds, timeout=PATIENCE):
                sys.exit("nothing came back for %s seconds" % PATIENCE)


def priority(name):
    def take(self, ctxt, publisher_id, event_type, payload, metadata):
        self.take(name, ctxt, publisher_id, event_type, payload)
    return take


for name in ("audit", "debug", "info", "warn", "error", "critical", "sample"):
    setattr(Ear, name, priority(name))


def main(folder, compare, count):
    import nova.conf
    import oslo_messaging as messaging
    from nova import context as nova_context
    from nova import rpc
    from nova.notifications.objects import base as notification_base
    from nova.objects import base

    compare = load("compare", compare)
    reader = compare.load_reader(os.path.join(folder, "ovo_read.py"))
    with open(os.path.join(folder, "schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    sample = compare.Sample(reader, schema, ["nova.notifications.objects"], True)
    order = compare.Order(sample.said)
    conf = nova.conf.CONF
    conf([], project="nova", default_config_files=[os.path.join(folder, "nova.conf")], default_config_dirs=[])
    rpc.init(conf)
    ears = {topic: Ear() for topic in ("derived", "dynamic")}
    listeners = [messaging.get_notification_listener(rpc.NOTIFICATION_TRANSPORT, [messaging.Target(topic=topic)], [ear],
                                                     executor="threading") for topic, ear in ears.items()]
    for listener in listeners:
        listener.start()

    classes = {cls.obj_name(): cls for cls in base.NovaObjectRegistry.notification_classes}
    names = sorted(name for name in classes if name in sample.said)
    missing = sorted(set(classes) - set(names))
    sent, counts = {}, collections.Counter()
    by_class = collections.Counter()
    for number in range(int(count)):
        name = names[number % len(names)]
        cls = classes[name]
        is_whole = issubclass(cls, notification_base.NotificationBase)
        for _ in range(200):
            try:
                made = sample.make(name, 3)
                if is_whole and not all(map(made.obj_attr_is_set, ("payload", "event_type", "publisher", "priority"))):
                    continue
                primitive = made.obj_to_primitive()
                if is_whole:
                    made.payload.populated = True
                    made.payload.obj_reset_changes(recursive=True)
                    primitive = made.payload.obj_to_primitive()
                    event_type = made.event_type.to_notification_event_type_field()
                    publisher = "%s:%s" % (made.publisher.source, made.publisher.host)
                break
            except Exception as error:
                sample.errors["%s: %s" % (name, reader.one_line(error))] += 1
        else:
            counts["not made"] += 1
            continue
        id = "req-%d" % number
        ctxt = nova_context.RequestContext("user", "project", request_id=id)
        if is_whole:
            sent[id] = (name, made.priority, publisher, event_type, compare.plain(primitive))
            made.emit(ctxt)
        else:
            sent[id] = (name, "info", "nova-compute:host", "object.%s" % name, compare.plain(primitive))
            rpc.get_versioned_notifier("nova-compute:host").info(ctxt, "object.%s" % name, primitive)
        by_class[name] += 1
        for ear in ears.values():
            ear.until(lambda: len(sent) - len(ear.heard) < WINDOW)
    for ear in ears.values():
        ear.until(lambda: len(ear.heard) == len(sent))
    # One that comes twice comes soon.
    time.sleep(1)
    for listener in listeners:
        listener.stop()
    for topic, ear in ears.items():
        for id, (name, *said, primitive) in sent.items():
            heard = ear.heard[id]
            counts["heard again"] += len(heard) - 1
            *head, payload = heard[0]
            if head == said and order.of(payload) == order.of(primitive):
                counts[topic + " equal"] += 1
                continue
            counts["different"] += 1
            if counts["different"] <= 5:
                print(topic, name, head, said, sep="\n  ")
                print("  sent ", json.dumps(order.of(primitive), sort_keys=True))
                print("  heard", json.dumps(order.of(payload), sort_keys=True))
    for error, times in sample.errors.most_common(10):
        print("%d times in Python, %s" % (times, error))
    fewest = min(by_class.get(name, 0) for name in names)
    print(json.dumps({"classes": len(names), "missing": missing, "of each at least": fewest, **counts}))
    sys.exit(1 if counts["different"] or counts["heard again"] or missing or not fewest else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
