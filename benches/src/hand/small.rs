use std::collections::BTreeMap;

use super::envelope::object;

object! {
    /// A volume of an instance.
    Volume = "Volume" "1.0" older "1.0":
    0 serial "serial": String,;
    1 bus "bus": String,;
    2 boot_index "boot_index": Option<i64>,;
}

object! {
    /// An object of 15 fields.
    Instance = "Instance" "1.1" older "1.0":
    0 uuid "uuid": String,;
    1 display_name "display_name": String,;
    2 host "host": String,;
    3 node "node": String,;
    4 project_id "project_id": String,;
    5 user_id "user_id": String,;
    6 image_ref "image_ref": String,;
    7 power_state "power_state": Option<i64>,;
    8 deleted "deleted": bool,;
    9 locked "locked": bool,;
    10 auto_disk_config "auto_disk_config": bool,;
    11 serial_ports "serial_ports": Vec<i64>,;
    12 metadata "metadata": BTreeMap<String, String>,;
    13 volumes "volumes": Vec<Volume>, objects;
    14 locked_reason "locked_reason": Option<String>, newer;
}
