#!/usr/bin/env bash
# oslo.messaging 18.3.1 with kombu 5.7.0: the scheme `kombu://` of a transport URL is loaded, and can't connect.
#
# Expected: a scheme for which oslo.messaging loads its RabbitMQ driver names a transport that the driver can make.
# Seen: `kombu://` is one of the driver's registered names, next to `rabbit://`, and the transport is made. The driver passes the
# scheme on to kombu, which has no transport of its own name: only the first use of the transport tells.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.messaging==18.3.1 kombu==5.7.0
cat >"$folder/seen" <<'SEEN'
rabbit: loaded; kombu's transport: amqp
kombu: loaded; kombu's transport: KeyError 'No such transport: kombu'
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' 2>/dev/null | diff "$folder/seen" -
import kombu
import oslo_messaging
from oslo_config import cfg

for scheme in ("rabbit", "kombu"):
    conf = cfg.ConfigOpts()
    conf([])
    url = f"{scheme}://guest:guest@127.0.0.1:5672/"
    transport = oslo_messaging.get_rpc_transport(conf, url)
    is_loaded = type(transport._driver).__name__ == "RabbitDriver"
    passed_on = url.replace("rabbit://", "amqp://")
    try:
        told = kombu.Connection(passed_on).transport.driver_type
    except KeyError as error:
        told = f"KeyError {error}"
    print(f"{scheme}: {'loaded' if is_loaded else 'refused'}; kombu's transport: {told}")
PYTHON
echo "as it was seen"
