"""The parts of nova that the peers here use: its objects, and how it calls a conductor.

Only what these import is loaded. The modules that lead to all the rest of nova, and of which nothing here is needed,
are empty.
"""
import os
import sys
import types

import nova
import oslo_messaging as messaging
from oslo_config import cfg


def empty(name, **contents):
    sys.modules[name] = module = types.ModuleType(name)
    module.__dict__.update(contents)
    return module


transport = None


def get_client(target, version_cap=None, serializer=None, call_monitor_timeout=None):
    return messaging.get_rpc_client(transport, target, version_cap=version_cap, serializer=serializer, timeout=20,
                                    call_monitor_timeout=call_monitor_timeout)


cfg.CONF.register_opts([cfg.StrOpt("conductor"), cfg.StrOpt("baseapi")], group="upgrade_levels")
nova.utils = empty("nova.utils")
nova.conf = empty("nova.conf", CONF=cfg.CONF)
nova.rpc = empty("nova.rpc", get_client=get_client)
nova.profiler = empty("nova.profiler", trace_cls=lambda name: lambda cls: cls)
nova.conductor = empty("nova.conductor", __path__=[os.path.join(nova.__path__[0], "conductor")])
empty("cursive").signature_utils = empty("cursive.signature_utils", HASH_METHODS={"SHA-256": None})

from nova.conductor import rpcapi  # noqa: E402

nova.conductor.API = rpcapi.ConductorAPI


def connect(url, exchange="nova"):
    """The transport of this process, on the broker of that URL."""
    global transport
    cfg.CONF([], default_config_files=[], default_config_dirs=[])
    messaging.set_transport_defaults(exchange)
    allowed = ["nova.exception", "oslo_versionedobjects.exception"]
    transport = messaging.get_rpc_transport(cfg.CONF, url=url.replace("amqp:", "rabbit:", 1), allowed_remote_exmods=allowed)
    return transport


def serve(topic, server, endpoints, serializer=None):
    target = messaging.Target(topic=topic, server=server)
    messaging.get_rpc_server(transport, target, endpoints, executor="threading", serializer=serializer).start()
