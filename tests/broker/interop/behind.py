"""A host that announces nothing and is behind in several objects, on the real oslo.messaging and oslo.versionedobjects.

behind.py URL EXCHANGE HOST [THIRD] serves topic `behind` until it is killed, and prints `serving` once it does. With a
third host it passes on there what it was sent.
"""
import logging
import sys
import threading

import oslo_messaging as messaging
from oslo_config import cfg
from oslo_versionedobjects import base, fields


class Part(base.VersionedObject):
    VERSION = "1.0"
    fields = {"id": fields.IntegerField()}


class Job(base.VersionedObject):
    VERSION = "1.0"
    fields = {"id": fields.IntegerField(), "part": fields.ObjectField("Part")}


class Tool(base.VersionedObject):
    VERSION = "1.0"
    fields = {"name": fields.StringField()}


class NewPart(Part):
    VERSION = "1.1"
    fields = dict(Part.fields, note=fields.StringField())


class NewJob(Job):
    VERSION = "1.1"
    fields = dict(Job.fields, note=fields.StringField())


class NewTool(Tool):
    VERSION = "1.1"
    fields = dict(Tool.fields, note=fields.StringField())


class Methods:
    target = messaging.Target(version="1.0")

    def __init__(self, client):
        self.client, self.begun = client, 0

    def take(self, ctxt, job, tools):
        self.begun += 1
        if self.client is None:
            return [job.VERSION, job.part.VERSION] + [tool.VERSION for tool in tools]
        return self.client.call(ctxt, "take", job=job, tools=tools)

    def count(self, ctxt):
        return self.begun

    def echo(self, ctxt, value):
        return value

    def beyond(self, ctxt):
        return {"load": float("nan"), "most": float("inf")}

    def no_file(self, ctxt):
        raise OSError(2, "no such file", "a\udc80b")


def main(url, exchange, host, third=None):
    logging.disable(logging.CRITICAL)
    cfg.CONF([], default_config_files=[], default_config_dirs=[])
    messaging.set_transport_defaults(exchange)
    classes = [Part, Job, Tool] if third is None else [NewPart, NewJob, NewTool]
    for of_release in classes:
        of_release.__name__ = of_release.__name__.replace("New", "")
        base.VersionedObjectRegistry.register(of_release)
    transport = messaging.get_rpc_transport(
        cfg.CONF, url=url.replace("amqp:", "rabbit:", 1), allowed_remote_exmods=["oslo_versionedobjects.exception"])
    client = None
    if third is not None:
        target = messaging.Target(topic="behind", server=third, version="1.0")
        client = messaging.get_rpc_client(
            transport, target, serializer=base.VersionedObjectSerializer(), timeout=20)
    server = messaging.get_rpc_server(
        transport, messaging.Target(topic="behind", server=host), [Methods(client)], executor="threading",
        serializer=base.VersionedObjectSerializer())
    server.start()
    print("serving", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
