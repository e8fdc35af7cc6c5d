"""Measures oslo.versionedobjects on works that come as JSON text on the standard input."""

import json
import statistics
import sys
import time

from oslo_utils import versionutils
from oslo_versionedobjects import base, fields


class Nova(base.VersionedObject):
    OBJ_SERIAL_NAMESPACE = "nova_object"
    OBJ_PROJECT_NAMESPACE = "nova"
    SINCE = {}

    def obj_make_compatible(self, primitive, target_version):
        super().obj_make_compatible(primitive, target_version)
        target = versionutils.convert_version_to_tuple(target_version)
        for name, since in self.SINCE.items():
            if target < since and name in primitive:
                del primitive[name]


@base.VersionedObjectRegistry.register
class Volume(Nova):
    VERSION = "1.0"
    fields = {
        "serial": fields.StringField(),
        "bus": fields.StringField(),
        "boot_index": fields.IntegerField(nullable=True),
    }


@base.VersionedObjectRegistry.register
class Instance(Nova):
    VERSION = "1.1"
    SINCE = {"locked_reason": (1, 1)}
    fields = {
        "uuid": fields.StringField(),
        "display_name": fields.StringField(),
        "host": fields.StringField(),
        "node": fields.StringField(),
        "project_id": fields.StringField(),
        "user_id": fields.StringField(),
        "image_ref": fields.StringField(),
        "power_state": fields.IntegerField(nullable=True),
        "deleted": fields.BooleanField(),
        "locked": fields.BooleanField(),
        "auto_disk_config": fields.BooleanField(),
        "serial_ports": fields.ListOfIntegersField(),
        "metadata": fields.DictOfStringsField(),
        "volumes": fields.ListOfObjectsField("Volume"),
        "locked_reason": fields.StringField(nullable=True),
    }
    obj_relationships = {"volumes": [("1.0", "1.0")]}


@base.VersionedObjectRegistry.register
class LibvirtLiveMigrateBDMInfo(Nova):
    VERSION = "1.1"
    SINCE = {"encryption_secret_uuid": (1, 1)}
    fields = {
        "serial": fields.StringField(),
        "bus": fields.StringField(),
        "dev": fields.StringField(),
        "type": fields.StringField(),
        "format": fields.StringField(nullable=True),
        "boot_index": fields.IntegerField(nullable=True),
        "connection_info_json": fields.StringField(),
        "encryption_secret_uuid": fields.UUIDField(nullable=True),
    }


@base.VersionedObjectRegistry.register
class LibvirtLiveMigrateData(Nova):
    VERSION = "1.14"
    SINCE = {
        "supported_perf_events": (1, 3),
        "old_vol_attachment_ids": (1, 4),
        "src_supports_native_luks": (1, 5),
        "wait_for_vif_plugged": (1, 6),
        "dst_wants_file_backed_memory": (1, 7),
        "file_backed_memory_discard": (1, 8),
        "src_supports_numa_live_migration": (1, 10),
        "dst_supports_numa_live_migration": (1, 10),
        "dst_supports_mdev_live_migration": (1, 11),
        "source_mdev_types": (1, 11),
        "target_mdevs": (1, 11),
        "dst_cpu_shared_set_info": (1, 12),
        "pci_dev_map_src_dst": (1, 13),
        "vtpm_secret_uuid": (1, 14),
        "vtpm_secret_value": (1, 14),
    }
    fields = {
        "filename": fields.StringField(),
        "image_type": fields.StringField(),
        "block_migration": fields.BooleanField(),
        "disk_over_commit": fields.BooleanField(),
        "disk_available_mb": fields.IntegerField(nullable=True),
        "is_shared_instance_path": fields.BooleanField(),
        "is_shared_block_storage": fields.BooleanField(),
        "instance_relative_path": fields.StringField(),
        "graphics_listen_addr_vnc": fields.IPAddressField(nullable=True),
        "graphics_listen_addr_spice": fields.IPAddressField(nullable=True),
        "serial_listen_addr": fields.StringField(nullable=True),
        "serial_listen_ports": fields.ListOfIntegersField(),
        "bdms": fields.ListOfObjectsField("LibvirtLiveMigrateBDMInfo"),
        "target_connect_addr": fields.StringField(nullable=True),
        "supported_perf_events": fields.ListOfStringsField(),
        "src_supports_native_luks": fields.BooleanField(),
        "dst_wants_file_backed_memory": fields.BooleanField(),
        "file_backed_memory_discard": fields.BooleanField(),
        "src_supports_numa_live_migration": fields.BooleanField(),
        "dst_supports_numa_live_migration": fields.BooleanField(),
        "dst_supports_mdev_live_migration": fields.BooleanField(),
        "source_mdev_types": fields.DictOfStringsField(),
        "target_mdevs": fields.DictOfStringsField(),
        "dst_cpu_shared_set_info": fields.SetOfIntegersField(),
        "vtpm_secret_uuid": fields.UUIDField(nullable=True),
        "vtpm_secret_value": fields.SensitiveStringField(nullable=True),
        "is_volume_backed": fields.BooleanField(),
        "old_vol_attachment_ids": fields.DictOfStringsField(),
        "wait_for_vif_plugged": fields.BooleanField(),
        "pci_dev_map_src_dst": fields.DictOfStringsField(),
    }


MANIFEST = {"LibvirtLiveMigrateData": "1.2", "LibvirtLiveMigrateBDMInfo": "1.0"}


def to_text(work, **target):
    if isinstance(work, list):
        return json.dumps([element.obj_to_primitive(**target) for element in work])
    return json.dumps(work.obj_to_primitive(**target))


def from_text(text):
    primitive = json.loads(text)
    if isinstance(primitive, list):
        return [Nova.obj_from_primitive(element) for element in primitive]
    return Nova.obj_from_primitive(primitive)


def median(call, least=0.3):
    times = []
    start = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < least:
        before = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - before)
    return statistics.median(times)


def main():
    figures = {}
    for name, text in json.load(sys.stdin).items():
        work = from_text(text)
        target = {"target_version": "1.0"}
        if name == "libvirt":
            target = {"target_version": "1.2", "version_manifest": MANIFEST}
        own, older = to_text(work), to_text(work, **target)
        rows = {
            "write": (own, lambda: to_text(work)),
            "write-older": (older, lambda: to_text(work, **target)),
            "read": (own, lambda: from_text(own)),
            "read-older": (older, lambda: from_text(older)),
        }
        for row, (text, call) in rows.items():
            figures[f"{name}/{row}"] = {"ns": median(call), "bytes": len(text)}
    json.dump(figures, sys.stdout)


main()
