"""A host and a caller on the real oslo.messaging, for a cluster that loses nodes: host.py CONF CALLERS.

It serves `run` on the topic cluster-python, and calls the Rust host `b` until a line comes in. What happens it tells in
one line of JSON each: `serving`, `sent`, `ended` and `ran`, and `over` at the end.
"""
import itertools
import json
import logging
import os
import sys
import threading

import oslo_messaging as messaging
from oslo_messaging._metrics import client as metrics
from oslo_messaging._tracing import client as tracing
from oslo_config import cfg

logging.disable(logging.CRITICAL)
# The dispatcher asks the global configuration.
cfg.CONF([], default_config_files=[], default_config_dirs=[])
lock = threading.Lock()
# Rust's ids begin with one.
ids = itertools.count(1 << 40)
TIME_OUT = 3


def tell(**event):
    with lock:
        print(json.dumps(event), flush=True)


class Methods:
    target = messaging.Target(version="1.0")

    def run(self, ctxt, id):
        tell(ran=id)
        return id


def call(client, over):
    while not over.is_set():
        with lock:
            id = next(ids)
        tell(sent=id, time_out=TIME_OUT)
        try:
            outcome = "Done" if client.call({}, "run", id=id) == id else "Wrong"
        except messaging.MessagingTimeout:
            outcome = "TimedOut"
        except Exception:
            outcome = "Unknown"
        tell(ended=id, outcome=outcome)
        over.wait(0.05)


def main(path, callers):
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[path], default_config_dirs=[])
    # The library registers these with the global configuration alone, and asks the transport's.
    conf.register_opts(tracing.oslo_messaging_tracing, group="oslo_messaging_tracing")
    conf.register_opts(metrics.oslo_messaging_metrics, group="oslo_messaging_metrics")
    transport = messaging.get_rpc_transport(conf)
    target = messaging.Target(topic="cluster-python", server="p")
    server = messaging.get_rpc_server(transport, target, [Methods()], executor="threading")
    server.start()
    client = messaging.get_rpc_client(transport, messaging.Target(topic="cluster", server="b"), timeout=TIME_OUT)
    over = threading.Event()
    threads = [threading.Thread(target=call, args=(client, over)) for _ in range(int(callers))]
    tell(serving=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    sys.stdin.readline()
    over.set()
    for thread in threads:
        thread.join()
    tell(over=True)
    # What was sent here may come yet, until nobody is there any more.
    sys.stdin.read()
    # The server's threads don't end by themselves. No line is cut off.
    with lock:
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
