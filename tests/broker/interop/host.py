"""A compute host on the real oslo.messaging and oslo.versionedobjects, of either release of XenapiLiveMigrateData.

host.py URL HOST RELEASE serves topic `compute` until it is killed, and prints `serving` once it does. Its machines and
storage are sets and maps: `set_up` of namespace `control` says what it has, and `contents` what it has by now.
"""
import logging
import sys
import threading
import time
import uuid

import oslo_messaging as messaging
from oslo_config import cfg
from oslo_versionedobjects import base, fields

OLD_STYLE, NEW_STYLE = "old-style", "new-style"
NAMESPACE = uuid.UUID("3cca4135-a809-5bb3-af62-275fbfe87178")
DISKS = uuid.UUID("5cf6c3a5-4d21-58a0-9d4a-b9d5ab4bd1f6")
REMOTE_ERRORS = ["nova.exception", "oslo_versionedobjects.exception"]


class NovaObject(base.VersionedObject):
    OBJ_SERIAL_NAMESPACE = "nova_object"
    OBJ_PROJECT_NAMESPACE = "nova"


class Serializer(base.VersionedObjectSerializer):
    OBJ_BASE_CLASS = NovaObject


class First(NovaObject):
    VERSION = "0.1"
    fields = {
        "block_migration": fields.BooleanField(nullable=True),
        "destination_sr_ref": fields.StringField(nullable=True),
        "migrate_send_data": fields.DictOfStringsField(nullable=True),
        "sr_uuid_map": fields.DictOfStringsField(),
        "kernel_file": fields.StringField(),
        "ramdisk_file": fields.StringField(),
        "is_volume_backed": fields.BooleanField(),
    }


class Second(NovaObject):
    VERSION = "1.0"
    fields = dict(First.fields, sr_uuid_naming_convention_map=fields.DictOfEnumField(
        valid_values=[OLD_STYLE, NEW_STYLE]) if hasattr(fields, "DictOfEnumField") else fields.Field(
            fields.Dict(fields.Enum(valid_values=[OLD_STYLE, NEW_STYLE]))))

    def obj_make_compatible(self, primitive, target_version):
        super().obj_make_compatible(primitive, target_version)
        if target_version == "0.1":
            primitive.pop("sr_uuid_naming_convention_map", None)


def register(release):
    """Both where the release has both: the reference reads no major version but a registered one."""
    classes = [First] if release == "0.1" else [First, Second]
    for of_release in classes:
        of_release.__name__ = "XenapiLiveMigrateData"
        base.VersionedObjectRegistry.register(of_release)
    return classes[-1]


class MigrationPreCheckError(Exception):
    kwargs = {}


class InstanceExists(Exception):
    kwargs = {}


MigrationPreCheckError.__module__ = InstanceExists.__module__ = "nova.exception"


def sr_uuid(device, convention):
    data = device["connection_info"]["data"]
    if convention == OLD_STYLE:
        return "FA15E-D15C-" + data["volume_id"]
    target, _, port = data["target_portal"].partition(":")
    return str(uuid.uuid5(NAMESPACE, "%s/%s/%s" % (target, port.split(":")[0] if port else 3260, data["target_iqn"])))


def disk_uuid(device):
    return str(uuid.uuid5(DISKS, device["connection_info"]["data"]["volume_id"]))


class Client:
    """Calls other hosts. What one doesn't read is written once more, for what it says that it supports."""

    def __init__(self, transport):
        target = messaging.Target(topic="compute", version="6.0")
        self.client = messaging.get_rpc_client(transport, target, serializer=Serializer(), timeout=20)

    def call(self, server, method, **args):
        client = self.client.prepare(server=server)
        try:
            return client.call({}, method, **args)
        except Exception as error:
            if type(error).__name__ != "IncompatibleObjectVersion_Remote":
                raise
            supported = error.kwargs["supported"]
            args = {name: value.obj_to_primitive(target_version=supported)
                    if isinstance(value, NovaObject) else value for name, value in args.items()}
            return client.call({}, method, **args)


class Link:
    """The way of the hypervisors to each other. A host that doesn't say in time whether it took a machine in is asked again."""

    def __init__(self, transport):
        target = messaging.Target(topic="compute", namespace="scenario", version="1.0")
        self.client = messaging.get_rpc_client(transport, target, timeout=5)

    def send(self, server, machine):
        end = time.monotonic() + 20
        while True:
            try:
                failure = self.client.prepare(server=server).call({}, "take_in", machine=machine)
            except messaging.MessagingTimeout:
                if time.monotonic() > end:
                    raise
            else:
                break
        if failure:
            raise Exception(str(failure))


class Hypervisor:
    """What other hosts' hypervisors ask this one's."""

    target = messaging.Target(namespace="scenario", version="1.0")

    def __init__(self, control):
        self.control = control

    def take_in(self, ctxt, machine):
        if machine["name"] in self.control.machines:
            return None
        gone = [sr for _, sr in machine["disks"] if sr.replace("OpaqueRef:", "", 1) not in self.control.srs]
        if gone:
            return ["HANDLE_INVALID", "SR", gone[0]]
        self.control.machines.add(machine["name"])
        self.control.note(self.control.arrived, machine["name"])
        return None


class Compute:
    target = messaging.Target(version="6.0")

    def __init__(self, host, newest, client, link, control):
        self.host, self.newest, self.client, self.link, self.control = host, newest, client, link, control

    def check_can_live_migrate_destination(self, ctxt, instance, block_migration, disk_over_commit, migration, limits):
        data = self.newest(
            block_migration=block_migration, destination_sr_ref="OpaqueRef:local", migrate_send_data={"host": self.host},
            is_volume_backed=bool(instance["block_device_mapping"]))
        return self.client.call(instance["host"], "check_can_live_migrate_source", instance=instance, dest_check_data=data)

    def check_can_live_migrate_source(self, ctxt, instance, dest_check_data):
        if self.newest is First:
            return dest_check_data
        named = {device["connection_info"]["data"]["volume_id"]: self.convention(device)
                 for device in instance["block_device_mapping"]}
        if isinstance(dest_check_data, Second):
            dest_check_data.sr_uuid_naming_convention_map = named
        elif OLD_STYLE in named.values():
            raise MigrationPreCheckError("the destination reads XenapiLiveMigrateData 0.1")
        return dest_check_data

    def convention(self, device):
        return OLD_STYLE if sr_uuid(device, OLD_STYLE) in self.control.srs else NEW_STYLE

    def live_migration(self, ctxt, instance, dest, block_migration, migrate_data, migration):
        try:
            ready = self.client.call(dest, "pre_live_migration", instance=instance, disk=None, migrate_data=migrate_data)
            self.send(instance, dest, ready)
        except Exception as error:
            self.client.call(dest, "rollback_live_migration_at_destination", instance=instance, destroy_disks=True,
                             migrate_data=migrate_data)
            return {"outcome": "rolled back", "reason": str(error)}
        self.control.machines.discard(instance["name"])
        self.control.srs.clear()
        self.control.note(self.control.sent, instance["name"])
        self.client.call(dest, "post_live_migration_at_destination", instance=instance, block_migration=block_migration)
        return {"outcome": "migrated", "reason": ""}

    def send(self, instance, dest, ready):
        unknown = set(ready.sr_uuid_map) - self.control.srs
        if unknown:
            raise Exception("the source has no SR of UUID %s" % sorted(unknown)[0])
        mine = {sr_uuid(device, self.convention(device)) for device in instance["block_device_mapping"]}
        if mine - set(ready.sr_uuid_map):
            raise Exception("VDI_NOT_IN_MAP")
        disks = [(disk_uuid(device), ready.sr_uuid_map[sr_uuid(device, self.convention(device))])
                 for device in instance["block_device_mapping"]]
        self.link.send(dest, {"name": instance["name"], "disks": disks})

    def pre_live_migration(self, ctxt, instance, disk, migrate_data):
        named = {}
        if migrate_data.VERSION != "0.1" and migrate_data.obj_attr_is_set("sr_uuid_naming_convention_map"):
            named = migrate_data.sr_uuid_naming_convention_map
        srs = [sr_uuid(device, named.get(device["connection_info"]["data"]["volume_id"], NEW_STYLE))
               for device in instance["block_device_mapping"]]
        self.control.srs.update(srs)
        migrate_data.sr_uuid_map = {sr: "OpaqueRef:" + sr for sr in srs}
        return migrate_data

    def post_live_migration_at_destination(self, ctxt, instance, block_migration):
        if instance["name"] not in self.control.machines:
            raise Exception("instance %r isn't here" % instance["name"])

    def rollback_live_migration_at_destination(self, ctxt, instance, destroy_disks, migrate_data):
        if instance["name"] in self.control.machines:
            raise InstanceExists("instance %r runs here already" % instance["name"])
        self.control.srs.clear()


class Control:
    target = messaging.Target(namespace="control", version="1.0")

    def __init__(self):
        self.srs, self.machines = set(), set()
        # Names of the instances that left for another host, of those that came, and of those that did so twice.
        self.sent, self.arrived, self.repeated = set(), set(), []

    def note(self, names, name):
        if name in names:
            self.repeated.append(name)
        names.add(name)

    def set_up(self, ctxt, srs, machines):
        self.srs, self.machines = set(srs), set(machines)

    def contents(self, ctxt):
        return {"srs": sorted(self.srs), "machines": sorted(self.machines), "sent": len(self.sent),
                "arrived": len(self.arrived), "repeated": self.repeated}


def main(url, host, release):
    logging.disable(logging.CRITICAL)
    cfg.CONF([], default_config_files=[], default_config_dirs=[])
    messaging.set_transport_defaults("nova")
    transport = messaging.get_rpc_transport(cfg.CONF, url=url.replace("amqp:", "rabbit:", 1), allowed_remote_exmods=REMOTE_ERRORS)
    control = Control()
    compute = Compute(host, register(release), Client(transport), Link(transport), control)
    server = messaging.get_rpc_server(
        transport, messaging.Target(topic="compute", server=host), [compute, Hypervisor(control), control], executor="threading",
        serializer=Serializer())
    server.start()
    print("serving", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
