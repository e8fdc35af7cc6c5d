use super::plan::{Mode, Plan};
use crate::error::Error;
use crate::field::{Entity, Path, Survey};
use crate::schema::{FieldSchema, ObjectSchema};
use crate::version::{Manifest, Target, Version};

/// Targets that a parent's target gives to the objects in one of its fields.
pub(crate) enum Child<'a> {
    /// They are written for this.
    At(Target<'a>),
    /// They didn't exist then, so the field is left out.
    Gone,
}

impl<'a> Child<'a> {
    const AS_IT_IS: Child<'static> = Child::At(Target::Own);

    /// Tells it of a field that is set; null counts. `all_arrived` says whether no object in the value was made here,
    /// and is asked where that makes a difference.
    ///
    /// # Errors
    /// Where an older target needs a relationship that isn't declared.
    pub(crate) fn of(
        plan: &Plan<'a>,
        schema: &ObjectSchema,
        field: &FieldSchema,
        all_arrived: &dyn Fn() -> bool,
    ) -> Result<Child<'a>, Error> {
        if plan.is_whole() || schema.keep_children || field.alone || schema.has_two_ways() && plan.is_pin() {
            return Ok(Child::AS_IT_IS);
        }
        let Some(name) = schema.child_of(field) else {
            return Ok(Child::unnamed(plan, schema, field, all_arrived));
        };
        let manifest = match plan.mode {
            Mode::Backport(manifest) => manifest,
            Mode::Whole | Mode::Older => {
                return Ok(Child::made_here(plan, schema, field, None, all_arrived));
            }
        };
        if let Some(versions) = schema.child_versions.as_ref().filter(|_| schema.is_list()) {
            if field.name == "objects" {
                return Ok(Child::element(plan, versions, manifest, name, field));
            }
            // The reference's list objects convert their elements and nothing else.
            if !schema.converts_nested {
                return Ok(Child::AS_IT_IS);
            }
        }
        if let Some(manifest) = manifest {
            return Ok(match manifest.get(name) {
                Some(version) => Child::At(Target::Child(version, Some(manifest))),
                None => Child::made_here(plan, schema, field, Some(manifest), all_arrived),
            });
        }
        match &field.relationship {
            Some(versions) => {
                Ok(Child::by_table(plan.version, versions, &|version| Target::Child(version, None)))
            }
            None => Err(Error::refused(format_args!(
                "no rule for {}: which version of {name} goes with {} {} is said neither by a manifest nor by \
                 a declaration",
                field.name, schema.name, plan.version
            ))),
        }
    }

    /// Tells it of a list object's elements: its own table before the manifest, that before the declared relationship,
    /// and 1.0 where nothing is said.
    fn element(
        plan: &Plan<'a>,
        versions: &[(Version, Version)],
        manifest: Option<&'a Manifest>,
        name: &str,
        field: &FieldSchema,
    ) -> Child<'a> {
        let child = &|version| Target::Child(version, manifest);
        if !versions.is_empty() {
            return Child::by_table(plan.version, versions, child);
        }
        let declared = field.relationship.as_deref().filter(|_| manifest.is_none());
        match (manifest.and_then(|manifest| manifest.get(name)), declared) {
            (Some(version), _) => Child::At(child(version)),
            (None, Some(versions)) => Child::by_table(plan.version, versions, child),
            (None, None) => Child::At(child(Version::new(1, 0))),
        }
    }

    /// Tells it where nothing is asked of the objects themselves: what a parent declares holds for those that were made
    /// here and stand in one that arrived.
    fn made_here(
        plan: &Plan<'a>,
        schema: &ObjectSchema,
        field: &FieldSchema,
        manifest: Option<&'a Manifest>,
        all_arrived: &dyn Fn() -> bool,
    ) -> Child<'a> {
        match schema.rows_of(field).filter(|_| plan.is_answer) {
            Some(rows) => {
                let asked = &|version| Target::MadeHere(version, manifest);
                match Child::by_table(plan.version, rows, asked) {
                    // A peer that has the objects sent them.
                    Child::Gone if all_arrived() => Child::AS_IT_IS,
                    child => child,
                }
            }
            None => Child::AS_IT_IS,
        }
    }

    /// Tells it of a field of a type of which the schema doesn't say what objects are in it, if any.
    fn unnamed(
        plan: &Plan<'a>,
        schema: &ObjectSchema,
        field: &FieldSchema,
        all_arrived: &dyn Fn() -> bool,
    ) -> Child<'a> {
        let Mode::Backport(manifest) = plan.mode else {
            return Child::made_here(plan, schema, field, None, all_arrived);
        };
        match (manifest, &field.relationship) {
            _ if !schema.converts_nested => Child::AS_IT_IS,
            (Some(manifest), _) => Child::At(Target::Each(manifest)),
            (None, Some(rows)) => {
                Child::by_table(plan.version, rows, &|version| Target::Child(version, None))
            }
            (None, None) => Child::AS_IT_IS,
        }
    }

    /// Takes the child's version from the last row that isn't above the target; beyond the last row the child stays
    /// as it is.
    fn by_table(
        target: Version,
        rows: &[(Version, Version)],
        asked: &dyn Fn(Version) -> Target<'a>,
    ) -> Child<'a> {
        let mut reached = None;
        for (parent, child) in rows {
            if target == *parent {
                return Child::At(asked(*child));
            }
            if target < *parent {
                return reached.map_or(Child::Gone, |child| Child::At(asked(child)));
            }
            reached = Some(*child);
        }
        Child::AS_IT_IS
    }
}

/// Whether no object in the value was made here.
pub(crate) fn all_arrived<T: Entity + ?Sized>(value: &T) -> bool {
    value.survey(&Target::Arrived, Path::ROOT, &mut Survey::refusals()).is_ok()
}
