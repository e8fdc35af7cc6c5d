"""A host and a caller on the real oslo.messaging: oslo.py URL TOPIC serve|call.

The host prints `serving`. The caller reads how many calls it shall make, one after the other, and prints how many
seconds they took.
"""
import logging
import sys
import time

import oslo_messaging as messaging
from oslo_messaging._metrics import client as metrics
from oslo_messaging._tracing import client as tracing
from oslo_config import cfg

logging.disable(logging.CRITICAL)
# The dispatcher asks the global configuration.
cfg.CONF([], default_config_files=[], default_config_dirs=[])


class Echo:
    target = messaging.Target(version="1.0")

    def echo(self, ctxt, a):
        return a


def main(url, topic, role):
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[], default_config_dirs=[])
    # The library registers these with the global configuration alone, and asks the transport's.
    conf.register_opts(tracing.oslo_messaging_tracing, group="oslo_messaging_tracing")
    conf.register_opts(metrics.oslo_messaging_metrics, group="oslo_messaging_metrics")
    # Bare lapin knows the other scheme alone.
    transport = messaging.get_rpc_transport(conf, url=url.replace("amqp:", "rabbit:", 1))
    target = messaging.Target(topic=topic, server="p")
    if role == "serve":
        server = messaging.get_rpc_server(transport, target, [Echo()], executor="threading")
        server.start()
        print("serving", flush=True)
        sys.stdin.read()
        return
    client = messaging.get_rpc_client(transport, target)
    for line in sys.stdin:
        begun = time.perf_counter()
        for number in range(int(line)):
            assert client.call({}, "echo", a=number) == number
        print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
