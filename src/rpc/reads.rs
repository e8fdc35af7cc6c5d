//! Versions of objects that a caller reads in an answer.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{Sent, json};
use crate::registry::Registry;
use crate::schema::{Kind, TypeSchema};
use crate::version::{Manifest, Version};

/// The key of a request that tells them. It is no key of the context, which hosts pass on to others, and which a
/// Python service may take apart strictly.
pub(super) const READS: &str = "ovo_reads";

/// Adds the newest version that is read here of each object that a value of a type can hold.
pub(super) fn add(ty: &TypeSchema, registry: &Registry, reads: &mut Manifest) {
    match &ty.kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => add(&element.ty, registry, reads),
        Kind::Object { name, schema, .. } => {
            let variants = ty.variants.iter().map(|variant| (&*variant.name, None));
            for (name, schema) in variants.chain([(&**name, *schema)]) {
                let known = registry.schema(name).ok().or(schema.map(|schema| schema()));
                let Some(known) = known.filter(|_| reads.get(name).is_none()) else { continue };
                reads.insert(name, registry.manifest().get(name).unwrap_or(known.current()));
                known.fields.iter().for_each(|field| add(&field.ty, registry, reads));
            }
        }
        _ => {}
    }
}

/// Reads what a request tells. Of what has no meaning here nothing is known.
pub(super) fn arrived(raw: &RawValue) -> Option<Manifest> {
    let texts: BTreeMap<String, String> = json::read_raw(raw).ok()?;
    let known: Manifest =
        texts.into_iter().filter_map(|(name, version)| Some((name, version.parse().ok()?))).collect();
    (!known.is_empty()).then_some(known)
}

/// The versions in which a value goes to a caller that can't read all of it as it would go out: of each object the
/// newest that both have. None, where the caller reads it.
pub(super) fn lowered(sent: &[Sent], reads: &Manifest, registry: &Registry) -> Option<Manifest> {
    let mut lowered = Manifest::new();
    let mut is_lower = false;
    for (name, version) in sent.iter().flat_map(Sent::objects) {
        let Ok(version) = version.parse::<Version>() else { continue };
        let goes = match reads.get(name).filter(|reads| *reads < version) {
            Some(reads) => {
                is_lower = true;
                let had = registry.versions(name).into_iter().filter(|had| *had <= reads).max();
                had.unwrap_or(reads)
            }
            None => version,
        };
        if lowered.get(name).is_none_or(|known| goes < known) {
            lowered.insert(name, goes);
        }
    }
    is_lower.then_some(lowered)
}
