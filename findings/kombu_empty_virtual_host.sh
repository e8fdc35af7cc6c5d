#!/usr/bin/env bash
# kombu 5.7.0: `amqp://host/` is the virtual host `/`.
#
# Expected: by RabbitMQ's URI specification (https://www.rabbitmq.com/docs/uri-spec, appendix A) the path `/` names the virtual host
# whose name is empty, `/%2f` the one that is called `/`, and a URL without path none. The Rust client lapin 4.12 reads it so.
# Seen: all three are `/`, so one URL means another virtual host to each of the two.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check kombu==5.7.0
cat >"$folder/seen" <<'SEEN'
amqp://host: '/'
amqp://host/: '/'
amqp://host/%2f: '/'
amqp://host/a: 'a'
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' | diff "$folder/seen" -
import kombu

for url in ("amqp://host", "amqp://host/", "amqp://host/%2f", "amqp://host/a"):
    print(f"{url}: {kombu.Connection(url).virtual_host!r}")
PYTHON
echo "as it was seen"
