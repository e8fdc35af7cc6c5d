//! What stands in a derive that found mistakes, so that the compiler reports nothing else.

use std::borrow::Cow;

use crate::schema::{Keys, ObjectSchema};

/// The body of functions that are never compiled to the end.
pub fn never_built() -> ! {
    unreachable!("a derive that found mistakes doesn't compile")
}

const NOTHING: Cow<'static, str> = Cow::Borrowed("");

pub const NEVER_BUILT: &ObjectSchema = &ObjectSchema {
    name: NOTHING,
    namespace: NOTHING,
    keys: Keys {
        serial_namespace: NOTHING,
        name: NOTHING,
        namespace: NOTHING,
        version: NOTHING,
        data: NOTHING,
        changes: NOTHING,
        json: None,
    },
    versions: Cow::Borrowed(&[]),
    is_open: false,
    unreleased: None,
    fields: Cow::Borrowed(&[]),
    tombstones: Cow::Borrowed(&[]),
    child_versions: None,
    bare_list: false,
    keep_children: false,
    forgets_changes: false,
    initial: Cow::Borrowed(&[]),
    converts_nested: true,
    compatible: None,
    validate: None,
    bases: Cow::Borrowed(&[]),
    extra_fields: Cow::Borrowed(&[]),
    methods: Cow::Borrowed(&[]),
};
