//! What no rule of a schema says, by hand. `ovo generate` adds functions here and changes none.

use versioned_objects::{Error, Primitive, Version, VersionedObject};

/// A VIF in `extra` goes to where newer releases have it, unless there is one.
fn move_vif(data: &mut Primitive) {
    let vif = data.get("extra").and_then(|extra| extra.get("vif_port_id")).cloned();
    let Some(vif) = vif.filter(|vif| !matches!(vif, Primitive::Null) && vif.as_str() != Some("")) else {
        return;
    };
    let Some(data) = data.as_map_mut() else {
        return;
    };
    let info = data.entry("internal_info".to_owned()).or_insert_with(|| Primitive::Map(Default::default()));
    if let Some(info) = info.as_map_mut() {
        info.entry("tenant_vif_port_id".to_owned()).or_insert(vif);
    }
}

/// `Port` from 1.8 on.
pub fn port(_: &super::Port, data: &mut Primitive, target: Version) -> Result<(), Error> {
    if target >= Version::new(1, 8) && target < super::Port::SCHEMA.current() {
        move_vif(data);
    }
    Ok(())
}

/// `Node` of an older peer that sent no traits has none.
pub fn node_read(object: &mut super::Node, arrived: Version) -> Result<(), Error> {
    if arrived < super::Node::SCHEMA.current() && !object.traits.is_set() {
        object.traits.set(None);
    }
    Ok(())
}
