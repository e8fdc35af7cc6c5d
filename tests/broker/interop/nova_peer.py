"""A host with nova's own objects: nova_peer.py URL serves topic `nova-objects`, and prints `serving` once it does."""
import logging
import sys
import threading

import oslo_messaging as messaging

import nova_parts
from nova.objects import base, migrate_data


class Objects:
    target = messaging.Target(version="1.0")

    def read(self, ctxt, primitive):
        """What nova reads: the version, the changed fields, and the object written again as it came."""
        data = base.NovaObject.obj_from_primitive(primitive)
        return {"version": data.VERSION, "changes": sorted(data.obj_what_changed()),
                "primitive": data.obj_to_primitive(target_version=data.VERSION)}

    def write(self, ctxt, primitive, version):
        """What nova writes of an object for a version."""
        within = {name: base.NovaObjectRegistry.obj_classes()[name][0].VERSION
                  for name in ("LibvirtLiveMigrateBDMInfo", "LibvirtLiveMigrateNUMAInfo", "VIFMigrateData")}
        data = base.NovaObject.obj_from_primitive(primitive)
        return data.obj_to_primitive(target_version=version, version_manifest=within)

    def fields_of(self, ctxt, version):
        """The fields that nova leaves in an object that has them all, for a version."""
        data = migrate_data.LibvirtLiveMigrateData()
        everything = {name: 0 for name in data.fields}
        for refused in ("vtpm_secret_uuid", "vtpm_secret_value"):
            if version != "1.14":
                everything.pop(refused)
        data.obj_make_compatible(everything, version)
        return sorted(everything)


def main(url):
    logging.disable(logging.CRITICAL)
    nova_parts.connect(url)
    nova_parts.serve("nova-objects", "nova", [Objects()])
    print("serving", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
