#!/usr/bin/env bash
# oslo.messaging 18.3.1 with kombu 5.7.0: `kombu_compression = bz2`, as the option's own help has it, compresses nothing.
#
# Expected: a value that the help of an option names is one that can be set.
# Seen: the help names `gzip` and `bz2`. kombu, which is handed the value with each message, knows `bzip2` and `bzip`, and fails with
# a KeyError on `bz2`; nothing looks at the value before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.messaging==18.3.1 kombu==5.7.0
cat >"$folder/seen" <<'SEEN'
the help: Possible values are: gzip, bz2.
gzip: application/x-gzip
bz2: KeyError 'bz2'
bzip2: application/x-bz2
SEEN
"$folder/bin/python" -W ignore - <<'PYTHON' 2>/dev/null | diff "$folder/seen" -
import re

from kombu import compression
from oslo_messaging._drivers import impl_rabbit

option = next(option for option in impl_rabbit.rabbit_opts if option.name == "kombu_compression")
print("the help:", re.search(r"Possible values are: [^.]*\.", option.help).group())
for name in ("gzip", "bz2", "bzip2"):
    try:
        print(f"{name}: {compression.compress(b'text', name)[1]}")
    except KeyError as error:
        print(f"{name}: KeyError {error}")
PYTHON
echo "as it was seen"
