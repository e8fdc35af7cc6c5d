//! What Python's `json` takes and this crate doesn't, in any form.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde_json::{Value, json};
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::field::{FlexibleDict, FlexibleList, JsonText};
use versioned_objects::registry::Registry;
use versioned_objects::schema::{Kind, TypeSchema};
use versioned_objects::{
    Context, Entity, Error, ErrorKind, Field, FieldType, Origin, Primitive, SetByName, Target, UnknownFields,
    VersionedObject, wire,
};

use super::forms::{FORMS, Form, Written, data, dynamic, layouts, manifest};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Holder {
    text: Field<String>,
    any: Field<serde_json::Value>,
}

#[test]
fn half_a_surrogate_pair_is_an_error_that_says_where() {
    let text = data::<Holder>(r#"{"text":"a\ud800"}"#);
    let errors = [
        wire::from_json::<Holder>(text.as_bytes(), Default::default()).unwrap_err(),
        dynamic::<Holder>().decode_json(text.as_bytes()).unwrap_err(),
    ];
    let column = text.find(r"\ud800").unwrap() + 7;
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Format);
        let wanted =
            format!("half of a surrogate pair, which stands for no character at line 1 column {column}");
        assert_eq!(error.to_string(), wanted);
    }
    assert!(serde_json::from_str::<Holder>(&text).is_err());
    let pair = data::<Holder>(r#"{"text":"\ud83e\udd80"}"#);
    let holder: Holder = wire::from_json(pair.as_bytes(), Default::default()).unwrap();
    assert_eq!(holder.text.get().map(String::as_str), Some("\u{1f980}"));
}

/// So many brackets in one another.
fn brackets(depth: usize, between: &str) -> String {
    format!("{}{between}{}", "[".repeat(depth), "]".repeat(depth))
}

/// Lists in one another in a field, with the envelope and the data around them as deep as that.
fn nested(depth: usize) -> String {
    let inside = depth - 2;
    data::<Holder>(&format!(r#"{{"any":{}}}"#, brackets(inside, "")))
}

#[test]
fn lists_lie_up_to_128_deep_in_one_another() {
    assert!(wire::from_json::<Holder>(nested(128).as_bytes(), Default::default()).is_ok());
    let error = wire::from_json::<Holder>(nested(129).as_bytes(), Default::default()).unwrap_err();
    assert!(error.to_string().starts_with("nested deeper than 128 levels"), "{error}");
    assert!(serde_json::from_str::<Holder>(&nested(127)).is_ok());
    assert!(serde_json::from_str::<Holder>(&nested(128)).is_err());
    assert!(wire::from_json::<Holder>(nested(100_000).as_bytes(), Default::default()).is_err());
}

/// Values of any depth, as a field has them, in a list of dicts, and in objects within objects.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Deep {
    origin: Origin,
    any: Field<Value>,
    dict: Field<FlexibleDict>,
    list: Field<FlexibleList>,
    text: Field<JsonText>,
    dicts: Field<Vec<BTreeMap<String, FlexibleDict>>>,
    next: Field<Box<Deep>>,
    others: Field<Vec<Deep>>,
    #[field(since = "1.1")]
    later: Field<Value>,
}

/// The same one release behind, as a relay has it.
mod behind {
    use super::*;

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(coerce, versions("1.0"))]
    pub struct Deep {
        origin: Origin,
        unknown: UnknownFields,
    }
}

fn in_lists(depth: usize) -> Value {
    (1..depth).fold(json!([]), |inner, _| json!([inner]))
}

fn around_bytes(depth: usize) -> FlexibleList {
    let bytes = (2..depth).fold(Primitive::Bytes(vec![1]), |inner, _| Primitive::List(vec![inner]));
    FlexibleList(vec![bytes])
}

fn in_dicts(depth: usize) -> FlexibleDict {
    let inner = (2..depth).fold(Primitive::Map(Default::default()), |inner, _| {
        Primitive::Map([("a".to_owned(), inner)].into_iter().collect())
    });
    [("a".to_owned(), inner)].into_iter().collect()
}

/// Objects whose values lie that deep, each with the path of the list or map that lies deepest by its type.
fn deep(depth: usize) -> Vec<(&'static str, Deep)> {
    let any = |depth: usize| Deep { any: in_lists(depth).into(), ..Deep::default() };
    let list = (1..depth - 2).fold(Primitive::List(vec![]), |inner, _| Primitive::List(vec![inner]));
    let Primitive::List(list) = list else { unreachable!() };
    let dicts = BTreeMap::from([("k".to_owned(), in_dicts(depth - 4))]);
    vec![
        ("Deep.any", any(depth - 2)),
        ("Deep.dict", Deep { dict: in_dicts(depth - 2).into(), ..Deep::default() }),
        ("Deep.list", Deep { list: FlexibleList(list).into(), ..Deep::default() }),
        ("Deep.dicts[0][\"k\"]", Deep { dicts: vec![dicts].into(), ..Deep::default() }),
        ("Deep.next.any", Deep { next: Box::new(any(depth - 4)).into(), ..Deep::default() }),
        ("Deep.others[0].any", Deep { others: vec![any(depth - 5)].into(), ..Deep::default() }),
        // JSON has a list of them.
        ("Deep.list", Deep { list: around_bytes(depth - 2).into(), ..Deep::default() }),
        ("Deep.later", Deep { later: in_lists(depth - 2).into(), ..Deep::default() }),
    ]
}

/// The JSON of what was read.
fn as_json<O: Entity>(read: Result<O, Error>) -> Result<Vec<u8>, Error> {
    read.map(|object| wire::to_json(&object, Target::Own).unwrap())
}

#[test]
fn values_lie_as_deep_in_any_form_as_in_json() {
    let none = layouts::<Deep>();
    let by_schema = Registry::new().with_schema(Deep::SCHEMA.clone());
    let known = by_schema.layouts(&manifest::<Deep>());
    let relay = Registry::new().with::<behind::Deep>();
    for depth in [126, 127, 128, 129, 140, 200] {
        for (path, object) in deep(depth) {
            for form in FORMS {
                // That is `serde_json`'s own.
                let deepest = if form == Form::SerdeJson { 127 } else { 128 };
                let written = form.write(&object, &none).unwrap();
                let own = form.read::<Deep>(&written, &none);
                let mut reads = vec![as_json(own), as_json(form.read_any(&written, &by_schema, &known))];
                if path == "Deep.later" && form != Form::Compact {
                    reads.push(as_json(form.read_any(&written, &relay, &none)));
                }
                for read in reads {
                    match read {
                        Ok(text) => {
                            assert!(depth <= deepest, "{form:?} {path} {depth}");
                            assert!(
                                wire::from_json::<Deep>(&text, Default::default()).is_ok(),
                                "{form:?} {path}"
                            );
                        }
                        Err(error) => {
                            assert!(depth > deepest, "{form:?} {path} {depth}: {error}");
                            let error = error.to_string();
                            assert!(
                                error.contains("nested deeper than 128 levels") || form == Form::SerdeJson,
                                "{error}"
                            );
                            // Of what is kept until its header comes the object isn't known.
                            let is_placed = depth == 129 && !matches!(form, Form::Json | Form::SerdeJson);
                            assert!(
                                !is_placed || error.starts_with(&format!("{path}: ")),
                                "{form:?} {depth}: {error}"
                            );
                        }
                    }
                }
            }
        }
    }
}

/// Objects in lists of objects, which the limit on objects alone lets pass.
#[test]
fn objects_in_lists_lie_as_deep_in_any_form_as_in_json() {
    let none = layouts::<Deep>();
    let by_schema = Registry::new().with_schema(Deep::SCHEMA.clone());
    let known = by_schema.layouts(&manifest::<Deep>());
    // A list of any objects is a level more.
    let texts = |depth: usize| {
        let text = format!("{{'a': {}}}", brackets(depth - 4, ""));
        format!("[{}]", data::<Deep>(&json!({ "dict": text }).to_string()))
    };
    for registry in [&by_schema, &Registry::new().with::<Deep>()] {
        assert!(registry.decode_json_list(texts(128).as_bytes()).is_ok());
        let error = registry.decode_json_list(texts(129).as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "[0]Deep.dict: nested deeper than 128 levels");
    }
    for (objects, is_read) in [(43, true), (44, false)] {
        let object = (1..objects)
            .fold(Deep::default(), |inner, _| Deep { others: vec![inner].into(), ..Deep::default() });
        for form in FORMS.into_iter().filter(|form| *form != Form::SerdeJson) {
            let written = form.write(&object, &none).unwrap();
            let own = form.read::<Deep>(&written, &none).map(drop);
            let any = form.read_any(&written, &by_schema, &known).map(drop);
            for read in [own, any] {
                match read {
                    Ok(()) => assert!(is_read, "{form:?}"),
                    Err(error) => assert!(
                        !is_read && error.to_string().contains("nested deeper than 128 levels"),
                        "{form:?}: {error}"
                    ),
                }
            }
        }
    }
}

/// Python's words in a text count as the lists and dicts that they say.
#[test]
fn a_text_says_values_as_deep_as_json_has_them() {
    let none = layouts::<Deep>();
    let by_schema = Registry::new().with_schema(Deep::SCHEMA.clone());
    for depth in [128, 129] {
        for (field, text) in [
            ("dict", format!("{{'a': {}}}", brackets(depth - 3, ""))),
            ("list", brackets(depth - 2, "1")),
            // A tuple without brackets.
            ("list", format!("{},", brackets(depth - 3, ""))),
            ("list", format!("1, {}", brackets(depth - 3, ""))),
        ] {
            let tree: Value =
                serde_json::from_str(&data::<Deep>(&json!({ field: text }).to_string())).unwrap();
            for read in [
                as_json(Form::SerdeJsonValue.read::<Deep>(&Written::Value(tree.clone()), &none)),
                as_json(Form::SerdeJsonValue.read_any(&Written::Value(tree), &by_schema, &none)),
            ] {
                match read {
                    Ok(written) => {
                        assert!(depth == 128 && wire::from_json::<Deep>(&written, Default::default()).is_ok())
                    }
                    Err(error) => assert_eq!(
                        (depth, error.to_string()),
                        (129, format!("Deep.{field}: nested deeper than 128 levels"))
                    ),
                }
            }
        }
    }
    // JSON in a text is a text on the wire again.
    assert!(brackets(129, "").parse::<JsonText>().is_err());
    let deepest: JsonText = brackets(128, "").parse().unwrap();
    let object = Deep { text: deepest.into(), ..Deep::default() };
    let written = wire::to_json(&object, Target::Own).unwrap();
    assert_eq!(wire::from_json::<Deep>(&written, Default::default()).unwrap(), object);
    let tree = json!({ "text": in_lists(126) }).to_string();
    let tree: Deep = wire::from_json(data::<Deep>(&tree).as_bytes(), Default::default()).unwrap();
    assert_eq!(tree.text.get().unwrap().to_string(), brackets(126, ""));
}

/// What a caller gives a field is held to what a reader takes of it.
#[test]
fn a_field_is_set_to_no_deeper_values() {
    let registry = Registry::new().with_schema(Deep::SCHEMA.clone());
    let mut by_schema = DynamicObject::new(&registry, "Deep").unwrap();
    let mut own = Deep::default();
    for (depth, is_taken) in [(126, true), (127, false)] {
        let value = Primitive::of(&in_lists(depth)).unwrap();
        let set = [by_schema.set(&registry, "any", value.clone()), own.set_by_name("any", value)];
        assert!(set.iter().all(|set| set.is_ok() == is_taken), "{set:?}");
    }
    let text = wire::to_json(&own, Target::Own).unwrap();
    assert_eq!(wire::from_json::<Deep>(&text, Default::default()).unwrap(), own);
}

/// A type of a user's own, which reads lists within lists by itself.
#[derive(Clone, Debug, Default, PartialEq)]
struct Tree(Vec<Tree>);

impl Entity for Tree {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer, target)
    }
}

impl FieldType for Tree {
    const TYPE: TypeSchema = TypeSchema::new("Tree", Kind::Opaque);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let context = context.into_list()?;
        deserializer.deserialize_seq(Branches(context)).map(Tree)
    }
}

struct Branches<'a>(Context<'a>);

impl<'de> Visitor<'de> for Branches<'_> {
    type Value = Vec<Tree>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of trees")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Tree>, A::Error> {
        std::iter::from_fn(|| list.next_element_seed(Branch(self.0)).transpose()).collect()
    }
}

struct Branch<'a>(Context<'a>);

impl<'de> DeserializeSeed<'de> for Branch<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::decode(deserializer, self.0)
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Garden {
    tree: Field<Tree>,
}

#[test]
fn a_user_s_own_type_counts_the_lists_that_it_reads_by_itself() {
    let none = layouts::<Garden>();
    for depth in [128, 129] {
        let tree = (1..depth - 2).fold(Tree::default(), |inner, _| Tree(vec![inner]));
        let garden = Garden { tree: tree.into() };
        for form in FORMS.into_iter().filter(|form| *form != Form::SerdeJson) {
            let written = form.write(&garden, &none).unwrap();
            match form.read::<Garden>(&written, &none) {
                Ok(read) => assert!(depth == 128 && read == garden, "{form:?} {depth}"),
                Err(error) => {
                    assert!(depth == 129, "{form:?}: {error}");
                    assert!(error.to_string().contains("nested deeper than 128 levels"), "{form:?}: {error}");
                }
            }
        }
    }
}
