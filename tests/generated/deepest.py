"""Runs the ways of `deepest.rs` by turns, and tells their medians and instructions.

    python deepest.py PROGRAM SAMPLE ROUNDS
"""

import re
import shutil
import statistics
import subprocess
import sys

WAYS = ["generated", "by-serde"]
ROWS = {"read": 1.1, "write": 0.7}
COUNT = 400


def nanoseconds(program, sample, way, row):
    done = subprocess.run([program, sample, way, row, str(COUNT)], check=True, capture_output=True, text=True)
    return float(done.stdout)


def instructions(program, sample, way, row):
    """How many a call takes, as valgrind counts them; none, where it isn't here."""
    if not shutil.which("valgrind"):
        return None

    def all_of(count):
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, sample, way, row, str(count)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        return int(re.search(r"Collected : (\d+)", said)[1])

    few, many = 10, 60
    return (all_of(many) - all_of(few)) // (many - few)


def main():
    program, sample, rounds = sys.argv[1:]
    for row, goal in ROWS.items():
        times = {way: [] for way in WAYS}
        for _ in range(int(rounds)):
            for way in WAYS:
                times[way].append(nanoseconds(program, sample, way, row))
        ours, plain = (statistics.median(times[way]) for way in WAYS)
        counts = [instructions(program, sample, way, row) for way in WAYS]
        told = "" if None in counts else f"; instructions {counts[0]} to {counts[1]}, {counts[0] / counts[1]:.2f}"
        print(f"{row}: {ours:.0f} ns to {plain:.0f} ns, {ours / plain:.2f} (goal {goal}){told}")


if __name__ == "__main__":
    main()
