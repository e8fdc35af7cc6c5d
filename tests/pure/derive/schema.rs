use versioned_objects::schema::{
    Action, Condition, FieldSchema, Instead, Kind, Literal, ObjectSchema, Rule, Tombstone, TypeSchema,
};
use versioned_objects::{FieldType, Version, VersionedObject};

use super::support::{Base, Disk, DiskList, Machine, Owner, OwnerList, State};

const SERVER: &ObjectSchema = Machine::SCHEMA;

fn v(minor: u32) -> Version {
    Version::new(1, minor)
}

fn field(name: &str) -> &'static FieldSchema {
    SERVER.field(name).unwrap()
}

#[track_caller]
fn rule(rule: &Rule, before: Version, action: impl FnOnce(&Action) -> bool) {
    assert_eq!(rule.before, before);
    assert!(action(&rule.action), "{:?}", rule.action);
}

#[test]
fn an_object_says_who_it_is() {
    assert_eq!(SERVER.name, "Server");
    assert_eq!(SERVER.namespace, "nova");
    assert_eq!(SERVER.keys, versioned_objects::schema::Keys::new("nova_object"));
    assert!(SERVER.keep_children);
    assert_eq!(SERVER.compatible.as_deref(), Some("Machine::finish"));
    assert_eq!(SERVER.validate.as_deref(), Some("check_machine"));
    assert_eq!(*SERVER.bases, ["Base", "Timestamps", "Owner"]);
    assert!(SERVER.child_versions.is_none() && SERVER.methods.is_empty() && !SERVER.is_open);
    const { assert!(Machine::IS_RELAY && !Base::IS_RELAY) };
}

#[test]
fn what_is_not_said_has_a_default() {
    let schema = Disk::SCHEMA;
    assert_eq!(schema.name, "Disk");
    assert_eq!(schema.namespace, "versionedobjects");
    assert_eq!(schema.keys, versioned_objects::schema::Keys::new("versioned_object"));
    assert!(!schema.keep_children && schema.unreleased.is_none());
    assert!(schema.compatible.is_none() && schema.validate.is_none() && schema.bases.is_empty());
}

#[test]
fn ranges_are_written_out_and_the_unreleased_version_is_the_current_one() {
    let versions: Vec<_> = [Version::new(0, 1)].into_iter().chain((0..=14).map(v)).collect();
    assert_eq!(SERVER.versions, versions);
    assert_eq!(SERVER.current(), v(14));
    assert_eq!(SERVER.unreleased, Some(v(14)));
    assert_eq!(*Disk::SCHEMA.versions, [v(0), v(1)]);
}

#[test]
fn own_fields_come_first_then_those_of_the_parts() {
    let names: Vec<_> = SERVER.fields.iter().map(|field| &*field.name).collect();
    let own = ["type", "state", "cpu", "newest", "count", "cpus", "extra", "disk"];
    let inherited = ["is_volume_backed", "disks", "updated_at", "owner"];
    assert_eq!(names, [own.as_slice(), &inherited].concat());
}

#[test]
fn a_field_says_what_it_holds() {
    let kind = field("type");
    assert!(kind.read_only && !kind.strict && !kind.nullable);
    assert!(matches!(kind.ty.kind, Kind::Dict(_)));
    let text = |text: &'static str| Literal::Text(text.into());
    let numbers = vec![Literal::Int(1), Literal::Float(-2.5), Literal::Null];
    let default = vec![("kinds".into(), Literal::List(numbers.into())), ("more".into(), Literal::Bool(true))];
    assert_eq!(kind.default.as_deref(), Some(&Literal::Map(default.into())));

    let state = field("state");
    assert!(state.nullable && state.strict);
    assert_eq!(state.since, Some(v(1)));
    assert_eq!(state.absent.as_deref(), Some(&text("BUILD")));

    let TypeSchema { name, kind, .. } = State::TYPE;
    assert_eq!(name, "State");
    assert!(matches!(kind, Kind::Enum { values, .. } if *values == ["BUILD", "soft-deleted"]));
}

#[test]
fn a_refusal_without_a_version_holds_before_the_field_is_there() {
    let [refusal] = &*field("state").rules else { panic!("not one rule") };
    rule(refusal, v(1), |action| matches!(action, Action::Refuse));
}

#[test]
fn values_say_what_stands_in_their_stead() {
    let [refused, replaced, dropped] = &*field("cpu").rules else { panic!("not three rules") };
    let is = |action: &Action, found: &[Literal], what: Instead| matches!(action, Action::Values { values, instead, .. } if *values == found && *instead == what);
    let a = || Literal::Text("a".into());
    rule(refused, v(6), |action| is(action, &[a(), Literal::Null], Instead::Refuse));
    rule(replaced, v(5), |action| {
        is(action, &[Literal::Text("one".into())], Instead::Write(Literal::Text("zero".into())))
    });
    rule(dropped, v(4), |action| is(action, &[Literal::Text("two".into())], Instead::Drop));
}

#[test]
fn former_names_and_types_stand_newest_first() {
    let [newer, older] = &*field("newest").rules else { panic!("not two rules") };
    rule(newer, v(3), |action| matches!(action, Action::Rename(name) if name == "older"));
    rule(older, v(0), |action| matches!(action, Action::Rename(name) if name == "oldest"));

    let [newer, older] = &*field("count").rules else { panic!("not two rules") };
    let is = |action: &Action, place: usize, was: &str, kind: &str, routine: &str| {
        let Action::Convert { index, name, ty, routines } = action else { return false };
        *index == place && name == was && ty.name == kind && routines.0 == routine
    };
    rule(newer, v(3), |action| is(action, 0, "count", "String", "number_text"));
    rule(older, v(1), |action| is(action, 1, "many", "Boolean", "are_many"));
}

#[test]
fn fields_go_into_each_other() {
    let [taken, refused] = &*field("cpus").rules else { panic!("not two rules") };
    let condition = Condition { field: "count".into(), value: Literal::Int(3) };
    rule(
        taken,
        v(11),
        |action| matches!(action, Action::Take { from, wrap: true, when: Some(when) } if from == "cpu" && *when == condition),
    );
    rule(refused, v(2), |action| matches!(action, Action::Refuse));

    let [inserted, filled, taken] = &*field("extra").rules else { panic!("not three rules") };
    rule(
        inserted,
        v(4),
        |action| matches!(action, Action::Insert { key, from } if key == "k" && from == "count"),
    );
    rule(filled, v(13), |action| matches!(action, Action::Fill(Literal::Map(entries)) if entries.is_empty()));
    rule(
        taken,
        v(11),
        |action| matches!(action, Action::Take { from, wrap: false, when: None } if from == "disks"),
    );
}

#[test]
fn an_heir_says_anew_since_when_it_has_a_field() {
    let inherited = field("is_volume_backed");
    assert_eq!(inherited.since, Some(v(9)));
    assert_eq!(inherited.default.as_deref(), Some(&Literal::Bool(false)));
    let disks = field("disks");
    assert_eq!(disks.relationship.as_deref(), Some([(v(2), v(0))].as_slice()));
    assert_eq!(field("disk").relationship.as_deref(), Some([(v(2), v(0)), (v(4), v(1))].as_slice()));
    assert!(field("owner").relationship.is_none());
}

#[test]
fn removed_fields_leave_tombstones() {
    let fill = Some(Literal::Text("nowhere".into()));
    let host = Tombstone { name: "host".into(), since: Some(v(1)), until: v(2), fill, first: None };
    let node = Tombstone { name: "node".into(), since: None, until: v(3), fill: None, first: None };
    assert_eq!(*SERVER.tombstones, [host, node]);
}

#[test]
fn a_list_says_its_child_versions() {
    assert_eq!(DiskList::SCHEMA.child_versions.as_deref(), Some([(v(0), v(0)), (v(1), v(1))].as_slice()));
    assert_eq!(OwnerList::SCHEMA.child_versions.as_deref(), Some([].as_slice()));
}

#[test]
fn an_object_that_coerces_has_no_strict_field() {
    assert!(!OwnerList::SCHEMA.fields.iter().any(|field| field.strict));
    assert!(Owner::SCHEMA.fields.iter().all(|field| field.strict));
}

#[test]
fn an_object_as_a_type_leads_to_its_schema() {
    let Kind::Object { name, subclasses, schema } = Machine::TYPE.kind else { panic!("no object") };
    assert_eq!((&*name, subclasses), ("Server", false));
    assert!(std::ptr::eq(schema.unwrap()(), SERVER));
}
