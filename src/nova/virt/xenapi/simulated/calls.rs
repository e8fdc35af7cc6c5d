/// The classes of XenAPI whose calls a migration may make, with those of their calls that aren't a getter or a
/// setter.
const CLASSES: [(&str, &[&str]); 6] = [
    ("SR", &["introduce", "create", "destroy", "forget", "make", "probe", "probe_ext", "scan", "update"]),
    ("PBD", &["create", "destroy", "plug", "unplug"]),
    (
        "VDI",
        &[
            "introduce",
            "db_introduce",
            "create",
            "destroy",
            "forget",
            "db_forget",
            "clone",
            "copy",
            "snapshot",
            "resize",
            "resize_online",
            "update",
            "pool_migrate",
        ],
    ),
    ("VBD", &["create", "destroy", "plug", "unplug", "unplug_force", "insert", "eject", "assert_attachable"]),
    (
        "VM",
        &[
            "create",
            "destroy",
            "clone",
            "copy",
            "snapshot",
            "revert",
            "provision",
            "start",
            "start_on",
            "pause",
            "unpause",
            "suspend",
            "resume",
            "resume_on",
            "shutdown",
            "clean_shutdown",
            "hard_shutdown",
            "clean_reboot",
            "hard_reboot",
            "pool_migrate",
            "migrate_send",
            "assert_can_migrate",
            "assert_can_boot_here",
            "assert_operation_valid",
            "assert_agile",
            "retrieve_wlb_recommendations",
        ],
    ),
    ("host", &["migrate_receive", "enable", "disable", "evacuate"]),
];

/// Beginnings of the names of getters and setters.
const ACCESSORS: [&str; 6] = ["get_", "set_", "add_to_", "add_", "remove_from_", "remove_"];

/// Whether XenAPI has a call of that name, of the classes that a migration may use.
pub(super) fn is_known(call: &str) -> bool {
    let Some((class, method)) = call.split_once('.') else { return false };
    let Some((_, methods)) = CLASSES.iter().find(|(name, _)| *name == class) else { return false };
    let is_accessor = |prefix: &str| {
        let field = method.strip_prefix(prefix).unwrap_or_default();
        !field.is_empty() && field.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    methods.contains(&method) || ACCESSORS.iter().any(|prefix| is_accessor(prefix))
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn calls_are_known_by_class_and_method() {
        for call in ["SR.introduce", "PBD.plug", "VDI.get_by_uuid", "VM.migrate_send", "host.migrate_receive"]
        {
            assert!(is_known(call), "{call}");
        }
        for call in
            ["", "SR", "SR.", "SR.explode", "SR.get_", "sr.introduce", "VM.get_a b", "Cow.milk", ".plug"]
        {
            assert!(!is_known(call), "{call}");
        }
    }
}
