#!/usr/bin/env bash
# oslo.messaging 18.3.1, Python 3.11, Linux: with `use_queue_manager`, a service whose process group outlived its first process can
# name no queue; where that process has a space in its name, a restarted service isn't told from the one before.
#
# Expected: names of queues come from the host, the program and a counter, which begins anew when the service was restarted. A group
# goes on without its first process where a script starts a service in the background and ends; names of processes may hold spaces.
# Seen: the start time is read from the stat file of the group's first process. Where that is gone, FileNotFoundError comes out of what
# asks for a name. The file is split at spaces, the name in it too, so that with one space the field before the time is taken, which
# is always 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check oslo.messaging==18.3.1
cat >"$folder/seen" <<'SEEN'
as started: a time
first process named 'a service': no time
first process gone: FileNotFoundError
SEEN
cat >"$folder/service.py" <<'PYTHON'
import ctypes
import os
import time

from oslo_messaging._drivers.amqpdriver import QManager

def look(case):
    try:
        _, started = QManager("host", "program")._service_identity()
    except FileNotFoundError as error:
        print(f"{case}: {type(error).__name__}", flush=True)
        return
    now = float(open("/proc/uptime").read().split()[0]) * os.sysconf("SC_CLK_TCK")
    print(f"{case}: {'a time' if now - 100_000 < started <= now else 'no time'}", flush=True)

os.setpgrp()
look("as started")
ctypes.CDLL(None).prctl(15, b"a service", 0, 0, 0)
look("first process named 'a service'")
first = os.getpid()
if os.fork() == 0:
    while os.getppid() == first:
        time.sleep(0.1)
    time.sleep(1)
    look("first process gone")
PYTHON
"$folder/bin/python" -W ignore "$folder/service.py" 2>&1 | cat | diff "$folder/seen" -
echo "as it was seen"
