//! Locks of format 1, which had words of their own for some of what a schema file says.

use indexmap::IndexMap;

use crate::primitive::Primitive;

type Entries = IndexMap<String, Primitive>;

/// Says in today's words what a lock of format 1 says.
pub(super) fn renew(lock: &mut Entries) {
    rename(lock, "namespace", "project_namespace");
    if lock.contains_key("child_versions") {
        lock.insert("list".to_owned(), true.into());
    }
    if let Some(Primitive::Map(fields)) = lock.get_mut("fields") {
        for field in fields.values_mut() {
            let Some(field) = field.as_map_mut() else { continue };
            let rules = field.get_mut("rules").into_iter().filter_map(|rules| match rules {
                Primitive::List(rules) => Some(rules),
                _ => None,
            });
            for rule in rules.flatten() {
                let action = rule.as_map_mut().and_then(|rule| rule.get_mut("action")?.as_map_mut());
                let convert = action.and_then(|action| action.get_mut("convert")?.as_map_mut());
                convert.and_then(|convert| convert.get_mut("type")).into_iter().for_each(renew_type);
            }
            field.get_mut("type").into_iter().for_each(renew_type);
        }
    }
}

fn renew_type(ty: &mut Primitive) {
    let Some(whole) = ty.as_map_mut() else { return };
    rename(whole, "name", "type_name");
    rename(whole, "object", "name");
    let is_list = whole.shift_remove("values_as_list") == Some(Primitive::Bool(true));
    if whole.contains_key("values") {
        whole.insert("tuple".to_owned(), (!is_list).into());
    }
    whole.get_mut("element").into_iter().for_each(renew_type);
}

fn rename(entries: &mut Entries, from: &str, to: &str) {
    if let Some(value) = entries.shift_remove(from) {
        entries.insert(to.to_owned(), value);
    }
}
