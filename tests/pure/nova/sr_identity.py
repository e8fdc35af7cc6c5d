"""Writes sr_identity.json beside it: what Python makes of connections, for the test of the same name."""
import json
import pathlib
import random
import string
import uuid

NAMESPACE = uuid.UUID("3cca4135-a809-5bb3-af62-275fbfe87178")
PORTALS = ["10.2.3.4:3260", "10.2.3.4", "10.2.3.4:", "10.2.3.4:3261", "storage:a:b", "[fd00::1]:3260", "h:3260,1",
           "h: 3260", " :1", "ストレージ:3260", "h\t", "h:3260\n"]
IQNS = ["iqn.2010-10.org.openstack:volume-x", "", "iqn/with/slashes", "iqn.ü", "iqn.😀", "IQN.UPPER", "eui.0123", "\x00"]


def expected(portal, iqn):
    parts = portal.split(":")
    port = parts[1] if ":" in portal else 3260
    return str(uuid.uuid5(NAMESPACE, "%s/%s/%s" % (parts[0], port, iqn)))


def random_text(rng, alphabet):
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 24)))


def main():
    rng = random.Random(1)
    pairs = [(portal, iqn) for portal in PORTALS for iqn in IQNS]
    alphabet = string.ascii_letters + string.digits + ".:/-éß中😀"
    for _ in range(200):
        pairs.append(("h" + random_text(rng, alphabet), random_text(rng, alphabet)))
    rows = [{"portal": portal, "iqn": iqn, "sr_uuid": expected(portal, iqn)} for portal, iqn in pairs]
    target = pathlib.Path(__file__).with_suffix(".json")
    target.write_text(json.dumps(rows, indent=0, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
