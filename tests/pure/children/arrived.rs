//! An object that arrived goes out in its version, and with it what was made here and set into it.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{
    Backport, Entity, Field, Manifest, ObjectEnum, ObjectList as _, Origin, Primitive, SetByName as _,
    Target, VersionedObject,
};

use super::{dropped, in_all_forms, manifest, named, one, short, without_types};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Toy {
    origin: Origin,
    name: Field<String>,
    #[field(since = "1.1")]
    colour: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Kid {
    origin: Origin,
    a: Field<i64>,
    #[field(since = "1.1")]
    b: Field<i64>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    toy: Field<Option<Box<Toy>>>,
}

#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Kid)]
enum AnyKid {
    Kid(Kid),
}

/// Children wherever they can stand.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Parent {
    origin: Origin,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    kid: Field<Kid>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    maybe: Field<Option<Box<Kid>>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    kids: Field<Vec<Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    queue: Field<VecDeque<Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    by_name: Field<BTreeMap<String, Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    rows: Field<Vec<Vec<Option<Kid>>>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    any: Field<AnyKid>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, list, versions("1.0", "1.1"), child_versions("1.0" => "1.0", "1.1" => "1.1"))]
struct KidList {
    origin: Origin,
    objects: Field<Vec<Kid>>,
}

fn registry() -> Registry {
    Registry::new().with::<Toy>().with::<Kid>().with::<Parent>().with::<KidList>()
}

fn envelope(name: &str, version: &str, data: &Value) -> Value {
    json!({
        "versioned_object.name": name, "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": version, "versioned_object.data": data,
    })
}

fn arrived<T: serde::de::DeserializeOwned>(name: &str, version: &str, data: &Value) -> T {
    serde_json::from_value(envelope(name, version, data)).unwrap()
}

fn fresh() -> Kid {
    let toy = Toy { name: "bear".to_owned().into(), colour: "brown".to_owned().into(), ..Toy::default() };
    Kid { a: 1.into(), b: 2.into(), toy: Some(Box::new(toy)).into(), ..Kid::default() }
}

fn filled(mut parent: Parent) -> Parent {
    parent.kid.set(fresh());
    parent.maybe.set(Some(Box::new(fresh())));
    parent.kids.set(vec![fresh()]);
    parent.queue.set([fresh()].into());
    parent.by_name.set(BTreeMap::from([("k".to_owned(), fresh())]));
    parent.rows.set(vec![vec![Some(fresh()), None]]);
    parent.any.set(fresh().into());
    parent
}

const LOST: [&str; 14] = [
    "Parent.kid.b",
    "Parent.kid.toy.colour",
    "Parent.maybe.b",
    "Parent.maybe.toy.colour",
    "Parent.kids[0].b",
    "Parent.kids[0].toy.colour",
    "Parent.queue[0].b",
    "Parent.queue[0].toy.colour",
    "Parent.by_name[\"k\"].b",
    "Parent.by_name[\"k\"].toy.colour",
    "Parent.rows[0][0].b",
    "Parent.rows[0][0].toy.colour",
    "Parent.any.b",
    "Parent.any.toy.colour",
];

/// What a host of 1.0 reads of it.
fn of_1_0() -> Value {
    let kid = json!(["1.0", { "a": 1, "toy": ["1.0", { "name": "bear" }] }]);
    json!(["1.0", {
        "kid": kid, "maybe": kid, "kids": [kid], "queue": [kid], "by_name": { "k": kid }, "rows": [[kid, null]],
        "any": kid,
    }])
}

#[test]
fn what_was_made_here_goes_out_as_its_parent_s_version_says() {
    let parent = filled(arrived("Parent", "1.0", &json!({})));
    let all = manifest([("Parent", "1.0"), ("Kid", "1.0"), ("Toy", "1.0")]);
    let other = manifest([("Parent", "1.0"), ("Other", "1.0")]);
    let version = "1.0".parse().unwrap();
    for target in [
        Target::Own,
        Target::Version(version, None),
        Target::Version(version, Some(&all)),
        Target::Version(version, Some(&other)),
        Target::Manifest(&all),
        Target::Manifest(&other),
        Target::Inside(&other),
    ] {
        assert_eq!(short(&in_all_forms(&parent, target, &registry())), of_1_0(), "{target:?}");
        assert_eq!(dropped(&parent, target), LOST, "{target:?}");
    }
    let elements = vec![parent];
    assert_eq!(short(&one(named(&elements, Target::Own))), json!([of_1_0()]));
}

/// Children behind pointers of all kinds.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Pointing {
    origin: Origin,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    shared: Field<Arc<Kid>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    borrowed: Field<Cow<'static, [Kid]>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    boxed: Field<Box<[Kid]>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    two: Field<[Option<Arc<Kid>>; 2]>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    deep: Field<BTreeMap<u8, Option<Arc<[Kid]>>>>,
}

#[test]
fn whatever_points_to_it() {
    let mut pointing: Pointing = arrived("Pointing", "1.0", &json!({}));
    pointing.shared.set(Arc::new(fresh()));
    pointing.borrowed.set(Cow::Owned(vec![fresh()]));
    pointing.boxed.set(Box::new([fresh()]));
    pointing.two.set([None, Some(Arc::new(fresh()))]);
    pointing.deep.set(BTreeMap::from([(1, Some(Arc::from([fresh()])))]));
    let kid = json!(["1.0", { "a": 1, "toy": ["1.0", { "name": "bear" }] }]);
    let out = short(&in_all_forms(&pointing, Target::Own, &registry().with::<Pointing>()));
    let expected = json!(["1.0", {
        "shared": kid, "borrowed": [kid], "boxed": [kid], "two": [null, kid], "deep": { "1": [kid] },
    }]);
    assert_eq!(out, expected);
    assert_eq!(dropped(&pointing, Target::Own).len(), 10);
    // A copy forgets what its children came in, where nobody else holds them.
    let mut arrived: Pointing =
        arrived("Pointing", "1.0", &json!({ "shared": envelope("Kid", "1.0", &json!({ "a": 1 })) }));
    Entity::forget_origins(&mut arrived);
    assert_eq!(arrived.shared.get().unwrap().origin.version(), None);
}

#[test]
fn an_object_of_any_type_does_so_too() {
    let parent = AnyObject::new(filled(arrived("Parent", "1.0", &json!({}))));
    assert_eq!(short(&in_all_forms(&parent, Target::Own, &registry())), of_1_0());
    assert_eq!(dropped(&parent, Target::Own), LOST);
}

#[test]
fn in_what_arrived_in_the_newest_version_all_is_as_it_is() {
    let parent = filled(arrived("Parent", "1.1", &json!({})));
    let out = short(&in_all_forms(&parent, Target::Own, &registry()));
    assert_eq!(
        out[1]["rows"][0][0],
        json!(["1.1", { "a": 1, "b": 2, "toy": ["1.1", { "name": "bear", "colour": "brown" }] }])
    );
    assert_eq!(dropped(&parent, Target::Own), [""; 0]);
}

#[test]
fn what_arrived_keeps_its_version_beside_what_was_made_here() {
    let mut parent: Parent = arrived("Parent", "1.0", &json!({}));
    let newer: Kid = arrived("Kid", "1.1", &json!({ "a": 5, "b": 6 }));
    let older: Kid = arrived("Kid", "1.0", &json!({ "a": 7 }));
    parent.kids.set(vec![newer.clone(), older.clone(), fresh()]);
    let versions = |parent: &Parent| {
        let out = short(&in_all_forms(parent, Target::Own, &registry()));
        out[1]["kids"].as_array().unwrap().iter().map(|kid| kid[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(versions(&parent), ["1.1", "1.0", "1.0"]);
    let mut parent: Parent = arrived("Parent", "1.1", &json!({}));
    parent.kids.set(vec![newer, older, fresh()]);
    assert_eq!(versions(&parent), ["1.1", "1.0", "1.1"]);
}

#[test]
fn an_object_inside_one_that_was_made_here_is_asked_likewise() {
    let mut kid = fresh();
    kid.toy.set(Some(Box::new(arrived("Toy", "1.1", &json!({ "name": "doll", "colour": "red" })))));
    let mut parent: Parent = arrived("Parent", "1.0", &json!({}));
    parent.kid.set(kid);
    let out = short(&in_all_forms(&parent, Target::Own, &registry()));
    assert_eq!(
        out[1]["kid"],
        json!(["1.0", { "a": 1, "toy": ["1.1", { "name": "doll", "colour": "red" }] }])
    );
}

#[test]
fn the_elements_of_a_list_object_do_so_too() {
    let mut list: KidList = arrived("KidList", "1.0", &json!({ "objects": [] }));
    list.objects_mut().get_mut().unwrap().push(fresh());
    let out = short(&in_all_forms(&list, Target::Own, &registry()));
    assert_eq!(out, json!(["1.0", { "objects": [["1.0", { "a": 1, "toy": ["1.0", { "name": "bear" }] }]] }]));
    assert_eq!(dropped(&list, Target::Own), ["KidList.objects[0].b", "KidList.objects[0].toy.colour"]);
}

#[test]
fn what_came_with_a_later_version_of_the_parent_is_left_out() {
    #[derive(VersionedObject, Clone, Default)]
    #[object(coerce, versions("1.0", "1.1"))]
    struct Late {
        origin: Origin,
        #[field(child_versions("1.1" => "1.1"))]
        kid: Field<Kid>,
    }

    let mut late: Late = arrived("Late", "1.0", &json!({}));
    late.kid.set(fresh());
    let registry = registry().with::<Late>();
    assert_eq!(in_all_forms(&late, Target::Own, &registry), envelope("Late", "1.0", &json!({})));
    assert_eq!(dropped(&late, Target::Own), ["Late.kid"]);
    // A peer that has it sent it, as in the reference.
    let kid = envelope("Kid", "1.0", &json!({ "a": 1 }));
    let other = manifest([("Late", "1.0"), ("Other", "1.0")]);
    for data in [json!({ "kid": kid }), json!({})] {
        let late: Late = arrived("Late", "1.0", &data);
        for target in [Target::Own, Target::Manifest(&other)] {
            assert_eq!(in_all_forms(&late, target, &registry), envelope("Late", "1.0", &data));
        }
    }
}

#[test]
fn what_is_refused_is_refused_before_the_first_byte() {
    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(coerce, versions("1.0", "1.1"))]
    struct Secret {
        origin: Origin,
        #[field(since = "1.1", refuse)]
        text: Field<String>,
    }

    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(coerce, versions("1.0", "1.1"))]
    struct Holder {
        origin: Origin,
        id: Field<i64>,
        #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
        secret: Field<Secret>,
    }

    let mut holder: Holder = arrived("Holder", "1.0", &json!({ "id": 1 }));
    holder.secret.set(Secret { text: "s".to_owned().into(), ..Secret::default() });
    let text =
        "Holder.secret.text: text is set, and version 1.0 of Secret can't carry it; versions from 1.1 on can";
    assert_eq!(holder.at(Target::Own).unwrap_err().to_string(), text);
    let mut out = Vec::new();
    assert!(serde_json::to_writer(&mut out, &holder).unwrap_err().to_string().starts_with(text));
    assert!(
        serde_json::to_writer(&mut out, &AnyObject::new(holder)).unwrap_err().to_string().starts_with(text)
    );
    assert!(out.is_empty());
}

#[test]
fn what_a_caller_sets_by_name_in_the_newest_version_was_made_here() {
    let types = registry();
    let registry = without_types(&types);
    let kid = Primitive::of(&fresh()).unwrap();
    let of_1_1 = envelope("Kid", "1.0", &json!({ "a": 7 }));
    let older: Primitive = serde_json::from_value(of_1_1).unwrap();
    let text = serde_json::to_vec(&envelope("Parent", "1.0", &json!({}))).unwrap();
    for registry in [&types, &registry] {
        let mut parent = registry.decode_json(&text).unwrap();
        registry.edit(&mut parent).set_by_name("kid", kid.clone()).unwrap();
        let kids = Primitive::List(vec![kid.clone(), older.clone()]);
        registry.edit(&mut parent).set_by_name("kids", kids).unwrap();
        let out = short(&in_all_forms(&parent, Target::Own, registry));
        let kid = json!(["1.0", { "a": 1, "toy": ["1.0", { "name": "bear" }] }]);
        assert_eq!(out, json!(["1.0", { "kid": kid, "kids": [kid, ["1.0", { "a": 7 }]] }]));
        assert_eq!(dropped(&parent, Target::Own), [&LOST[..2], &LOST[4..6]].concat());
    }
}

#[test]
fn an_object_is_not_lifted() {
    let kid: Kid =
        arrived("Kid", "1.0", &json!({ "a": 1, "toy": envelope("Toy", "1.0", &json!({ "name": "bear" })) }));
    let newer = manifest([("Kid", "1.1"), ("Toy", "1.1")]);
    // What a manifest says of an object inside another, that goes for one that arrived too.
    let as_it_came = json!(["1.0", { "a": 1, "toy": ["1.1", { "name": "bear" }] }]);
    assert_eq!(short(&in_all_forms(&kid, Target::Manifest(&newer), &registry())), as_it_came);
    let all = (vec![kid.clone()], Some(&kid), [AnyObject::new(kid.clone())]);
    let out = short(&one(named(&all, Target::Manifest(&newer))));
    assert_eq!(out, json!([[as_it_came], as_it_came, [as_it_came]]));
    let alone = manifest([("Kid", "1.1")]);
    assert_eq!(short(&in_all_forms(&kid, Target::Manifest(&alone), &registry()))[1]["toy"][0], "1.0");

    let types = without_types(&registry());
    let dynamic = types.decode_json(&serde_json::to_vec(&kid).unwrap()).unwrap();
    assert_eq!(short(&in_all_forms(&dynamic, Target::Manifest(&newer), &types)), as_it_came);

    let mut forgotten = kid;
    forgotten.origin.forget();
    assert_eq!(short(&in_all_forms(&forgotten, Target::Manifest(&newer), &registry()))[0], "1.1");
    let older: Manifest = manifest([("Kid", "1.0")]);
    let newest: Kid = arrived("Kid", "1.1", &json!({ "a": 1 }));
    assert_eq!(short(&in_all_forms(&newest, Target::Manifest(&older), &registry()))[0], "1.0");
}
