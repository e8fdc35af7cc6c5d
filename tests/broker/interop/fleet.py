"""Hosts and callers on the real oslo.messaging, each by a configuration file of its own.

It takes one JSON object a line and answers each with one: `serve` (conf, topic, server), `call` (conf, topic, method,
and server where one host is meant), `cast` (conf, topic; to all hosts), `heard` (topic: how many casts came), `notify`
(conf, topics, publisher, priority, event, payload, context), `listen` (conf, topic, pool, and how often the first
notification is given back), `told` (topic, pool: the notifications that came).
It prints `serving` once it listens.
"""
import collections
import json
import logging
import sys

import oslo_messaging as messaging
from oslo_messaging._metrics import client as metrics
from oslo_messaging._tracing import client as tracing
from oslo_config import cfg

logging.disable(logging.CRITICAL)
transports = {}
heard = collections.Counter()
notifications = collections.defaultdict(list)
# The dispatcher asks the global configuration.
cfg.CONF([], default_config_files=[], default_config_dirs=[])


class Methods:
    target = messaging.Target(version="1.3")

    def __init__(self, topic):
        self.topic = topic

    def echo(self, ctxt, a):
        return a

    def count(self, ctxt):
        heard[self.topic] += 1
        return heard[self.topic]


def configuration(path):
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[path], default_config_dirs=[])
    # The library registers these with the global configuration alone, and asks the transport's.
    conf.register_opts(tracing.oslo_messaging_tracing, group="oslo_messaging_tracing")
    conf.register_opts(metrics.oslo_messaging_metrics, group="oslo_messaging_metrics")
    return conf


def transport(path):
    if path not in transports:
        transports[path] = messaging.get_rpc_transport(configuration(path))
    return transports[path]


def notifying(path):
    return messaging.get_notification_transport(configuration(path))


def serve(conf, topic, server):
    target = messaging.Target(topic=topic, server=server)
    messaging.get_rpc_server(transport(conf), target, [Methods(topic)], executor="threading").start()


def client(conf, topic, server=None, fanout=None):
    target = messaging.Target(topic=topic, server=server, fanout=fanout)
    return messaging.get_rpc_client(transport(conf), target, timeout=20)


def call(conf, topic, method, server=None, **args):
    return client(conf, topic, server).call({}, method, **args)


def cast(conf, topic):
    client(conf, topic, fanout=True).cast({}, "count")


class Context(dict):
    """One that may go out as a whole, as oslo.context's does."""

    def redacted_copy(self):
        return self

    def to_dict(self):
        return self


def notify(conf, topics, publisher, priority, event, payload, context):
    notifier = messaging.Notifier(notifying(conf), publisher, driver="messagingv2", topics=topics)
    getattr(notifier, priority)(Context(context), event, payload)


class Ear:
    def __init__(self, key, given_back):
        self.key, self.given_back = key, given_back

    def info(self, ctxt, publisher_id, event_type, payload, metadata):
        if self.given_back:
            self.given_back -= 1
            return messaging.NotificationResult.REQUEUE
        context = {name: value for name, value in ctxt.items() if name.startswith("request")}
        notifications[self.key].append([publisher_id, event_type, payload, metadata, context])

    error = info


def listen(conf, topic, pool=None, given_back=0):
    targets = [messaging.Target(topic=topic)]
    messaging.get_notification_listener(notifying(conf), targets, [Ear((topic, pool), given_back)], executor="threading",
                                        allow_requeue=True, pool=pool).start()


DOES = {
    "serve": serve, "call": call, "cast": cast, "heard": lambda topic: heard[topic], "notify": notify, "listen": listen,
    "told": lambda topic, pool=None: notifications[topic, pool],
}


def main():
    print("serving", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        do = DOES[asked.pop("do")]
        try:
            answer = {"result": do(**asked)}
        except Exception as error:
            answer = {"error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
