#!/usr/bin/env bash
# oslo.messaging 18.3.1: a transport of a configuration of its own answers no call.
#
# Expected: get_rpc_transport takes any oslo.config ConfigOpts, and registers the options that it needs with it, so calls work
# as they do with the global cfg.CONF.
# Seen: the options of tracing are registered with cfg.CONF alone, when their module is imported, and the transport's configuration
# is asked for them: each call fails with NoSuchOptError before anything is sent. The driver is `fake://`, within the process.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.messaging==18.3.1
cat >"$folder/seen" <<'SEEN'
a ConfigOpts of its own: NoSuchOptError: no such option oslo_messaging_tracing in group [DEFAULT]
cfg.CONF: 1
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' 2>/dev/null | diff "$folder/seen" -
import oslo_messaging
from oslo_config import cfg

class Methods:
    def run(self, context):
        return 1

def ask(conf):
    conf([], default_config_files=[], default_config_dirs=[])
    transport = oslo_messaging.get_rpc_transport(conf, "fake://")
    target = oslo_messaging.Target(topic="t", server="s")
    server = oslo_messaging.get_rpc_server(transport, target, [Methods()], executor="threading")
    server.start()
    client = oslo_messaging.get_rpc_client(transport, oslo_messaging.Target(topic="t"), timeout=5)
    try:
        return client.call({}, "run")
    except cfg.NoSuchOptError as error:
        return f"{type(error).__name__}: {error}"
    finally:
        server.stop()
        server.wait()

print("a ConfigOpts of its own:", ask(cfg.ConfigOpts()))
print("cfg.CONF:", ask(cfg.CONF))
PYTHON
echo "as it was seen"
