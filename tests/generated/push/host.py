"""A neutron server whose own functions negotiate versions with agents, and push them its objects.

    python host.py URL OVO_READ COMPARE SCHEMA MODULE...

Run it in the project's own environment. Agents tell the versions that they know as neutron's servers tell each other, and
`version_manager` takes them in; `ResourcesPushRpcApi` pushes to the topics, and `ResourcesPullRpcCallback` answers. What
there is beside has an agent ask for a push, and judges. It prints `serving` once it serves, and runs until it is killed.
"""

import importlib.util
import json
import logging
import os
import sys
import threading
import warnings

warnings.simplefilter("ignore")

import oslo_messaging as messaging
from neutron_lib import context
from neutron_lib import rpc as n_rpc
from neutron_lib.agent import topics
from oslo_config import cfg

from neutron.api.rpc.callbacks import events, resources, version_manager
from neutron.api.rpc.callbacks.producer import registry as producers
from neutron.api.rpc.handlers import resources_rpc


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Control:
    """What agents of a test ask for, which no agent of neutron's would."""

    target = messaging.Target(version="1.0")

    def __init__(self, reader, compare, sample):
        self.reader, self.compare, self.sample = reader, compare, sample
        self.order = compare.Order(sample.said)
        self.push_api = resources_rpc.ResourcesPushRpcApi()
        self.made = []
        for resource in self.known():
            producers.provide(self.produced, resource)

    def known(self):
        return [name for name in sorted(resources.LOCAL_RESOURCE_VERSIONS) if name in self.sample.said]

    def produced(self, resource, resource_id, **_):
        """What an agent pulls: the first of those that were made last."""
        return self.made[0]

    def resources(self, ctxt):
        """The kinds of resources, with their versions."""
        return {name: self.sample.said[name]["versions"] for name in self.known()}

    def is_by_hand(self, made):
        """Whether a function by hand has a say in what an object is written as, or in what stands inside it."""
        said = self.sample.said[made.obj_name()]
        if any(not unsaid.get("reading") or unsaid.get("by_hand") for unsaid in said.get("unsaid", ())):
            return True
        held = (getattr(made, name) for name in made.fields if made.obj_attr_is_set(name))
        held = (one for value in held for one in (value if isinstance(value, list) else [value]))
        return any(self.is_by_hand(one) for one in held if hasattr(one, "obj_to_primitive"))

    def expected(self, ctxt, resource):
        """The versions that a push goes out in."""
        return sorted(version_manager.get_resource_versions(resource), key=self.reader.numbers)

    def fresh(self, resource):
        made = self.sample.make(resource, 2)
        primitive = self.compare.plain(made.obj_to_primitive())
        return type(made).obj_from_primitive(json.loads(json.dumps(primitive)))

    def push(self, ctxt, resource):
        """Pushes two new objects, unless one has no form in some version; says what they are, whole."""
        while True:
            try:
                self.made = [self.fresh(resource) for _ in range(2)]
                break
            except Exception:
                continue
        try:
            for version in self.expected(ctxt, resource):
                for one in self.made:
                    one.obj_to_primitive(target_version=version)
        except Exception as error:
            return {"outcome": "refused" if self.reader.Outcome(error=error).refused else "failed in Python"}
        self.push_api.push(context.get_admin_context(), self.made, events.UPDATED)
        # Some have a field more once their ids were looked at, which a push does.
        return {"outcome": "pushed", "given": [self.compare.plain(one.obj_to_primitive()) for one in self.made]}

    def judge(self, ctxt, version, place, ours, theirs):
        """Whether what an agent writes for a version is what neutron does, and so is what came, and what goes on."""
        made = self.made[place]
        expected = self.order.of(self.compare.plain(made.obj_to_primitive(target_version=version)))
        wrong = next((one for one in theirs if self.order.of(one) != expected), None)
        if wrong is not None:
            return f"arrived {json.dumps(wrong)}\n  Python  {json.dumps(expected)}"
        if self.order.of(ours) == expected:
            return "equal"
        if self.is_by_hand(made):
            return "left to a function by hand"
        return f"Python {json.dumps(expected)}\n  Rust   {json.dumps(ours)}"


def main(url, reader_path, compare_path, schema_path, *modules):
    logging.disable(logging.CRITICAL)
    reader, compare = load("ovo_read", reader_path), load("compare", compare_path)
    with open(schema_path, encoding="utf-8") as file:
        sample = compare.Sample(reader, json.load(file), list(modules), False)
    # An option that is registered once a transport is asked for.
    os.environ["OS_DEFAULT__TRANSPORT_URL"] = url.replace("amqp:", "rabbit:", 1)
    cfg.CONF([], project="neutron", default_config_files=[], default_config_dirs=[])
    messaging.set_transport_defaults(control_exchange="neutron")
    n_rpc.init(cfg.CONF)
    # The versions of agents that a database knows aren't asked for; each agent tells its own.
    version_manager._get_cached_tracker()._expires_at = float("inf")
    for topic, callback in (
            (topics.SERVER_RESOURCE_VERSIONS, resources_rpc.ResourcesPushToServerRpcCallback()),
            (topics.PLUGIN, resources_rpc.ResourcesPullRpcCallback())):
        n_rpc.get_server(messaging.Target(topic=topic, server="python"), [callback]).start()
    messaging.get_rpc_server(
        n_rpc.TRANSPORT, messaging.Target(topic="control", server="python"), [Control(reader, compare, sample)],
        executor="threading", serializer=messaging.NoOpSerializer()).start()
    print("serving", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
