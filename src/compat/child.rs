use super::plan::{Mode, Plan};
use crate::error::Error;
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::{Manifest, Target, Version};

/// What a parent's target makes of the objects in one of its fields.
pub(crate) enum Child<'a> {
    /// They are written for this.
    At(Target<'a>),
    /// They didn't exist then, so the field is left out.
    Gone,
}

impl<'a> Child<'a> {
    const AS_IT_IS: Child<'static> = Child::At(Target::Own);

    /// Of a field that is set; null counts.
    ///
    /// # Errors
    /// Where an older target needs a relationship that isn't declared.
    pub(crate) fn of(
        plan: &Plan<'a>,
        schema: &ObjectSchema,
        field: &FieldSchema,
    ) -> Result<Child<'a>, Error> {
        let Mode::Backport(manifest) = plan.mode else { return Ok(Child::AS_IT_IS) };
        if schema.keep_children {
            return Ok(Child::AS_IT_IS);
        }
        let Some(name) = field.ty.child() else { return Ok(Child::AS_IT_IS) };
        if let Some(versions) = schema.child_versions.as_ref().filter(|_| schema.is_list()) {
            // The reference's list objects convert their elements and nothing else.
            if field.name != "objects" {
                return Ok(Child::AS_IT_IS);
            }
            return Ok(Child::element(plan.version, versions, manifest, name, field));
        }
        if let Some(manifest) = manifest {
            return Ok(match manifest.get(name) {
                Some(version) => Child::At(Target::Child(version, Some(manifest))),
                None => Child::AS_IT_IS,
            });
        }
        match &field.relationship {
            Some(versions) => Ok(Child::by_table(plan.version, versions, None)),
            None => Err(Error::refused(format_args!(
                "no rule for {}: which version of {name} goes with {} {} is said neither by a manifest nor by \
                 a declaration",
                field.name, schema.name, plan.version
            ))),
        }
    }

    /// Of a list object's elements: its own table before the manifest, that before the declared relationship,
    /// and 1.0 where nothing is said.
    fn element(
        target: Version,
        versions: &[(Version, Version)],
        manifest: Option<&'a Manifest>,
        name: &str,
        field: &FieldSchema,
    ) -> Child<'a> {
        if !versions.is_empty() {
            return Child::by_table(target, versions, manifest);
        }
        let declared = field.relationship.as_deref().filter(|_| manifest.is_none());
        match (manifest.and_then(|manifest| manifest.get(name)), declared) {
            (Some(version), _) => Child::At(Target::Child(version, manifest)),
            (None, Some(versions)) => Child::by_table(target, versions, None),
            (None, None) => Child::At(Target::Child(Version::new(1, 0), manifest)),
        }
    }

    /// The child's version in the last row that isn't above the target; beyond the last row the child stays as
    /// it is.
    fn by_table(target: Version, rows: &[(Version, Version)], manifest: Option<&'a Manifest>) -> Child<'a> {
        let mut reached = None;
        for (parent, child) in rows {
            if target == *parent {
                return Child::At(Target::Child(*child, manifest));
            }
            if target < *parent {
                return match reached {
                    Some(child) => Child::At(Target::Child(child, manifest)),
                    None => Child::Gone,
                };
            }
            reached = Some(*child);
        }
        Child::AS_IT_IS
    }
}
