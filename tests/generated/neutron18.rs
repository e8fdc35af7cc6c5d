//! What no rule of a schema says, by hand. `ovo generate` adds functions here and changes none.

use versioned_objects::{Backport, Error, Primitive, Version};

/// `Port` before 1.2: its binding levels are of 1.0, whatever a manifest says.
pub fn port(object: &super::Port, data: &mut Primitive, target: Version) -> Result<(), Error> {
    if target >= Version::new(1, 2) {
        return Ok(());
    }
    if let (Some(Some(held)), Some(data)) = (object.binding_levels.get(), data.as_map_mut()) {
        let older = held.iter().map(|level| Primitive::of(&level.at(Version::new(1, 0))?));
        let older = older.collect::<Result<_, Error>>()?;
        data.insert("binding_levels".to_owned(), Primitive::List(older));
    }
    Ok(())
}

/// `SecurityGroup` has a table of its rules' versions, which it goes by whatever a manifest says.
pub fn security_group(
    object: &super::SecurityGroup,
    data: &mut Primitive,
    target: Version,
) -> Result<(), Error> {
    let rules = match target {
        target if target < Version::new(1, 3) => Version::new(1, 0),
        target if target < Version::new(1, 4) => Version::new(1, 1),
        _ => return Ok(()),
    };
    if let (Some(Some(held)), Some(data)) = (object.rules.get(), data.as_map_mut()) {
        let older = held.iter().map(|rule| Primitive::of(&rule.at(rules)?)).collect::<Result<_, Error>>()?;
        data.insert("rules".to_owned(), Primitive::List(older));
    }
    Ok(())
}
