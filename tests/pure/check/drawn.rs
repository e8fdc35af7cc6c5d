//! Random objects have values that their fields take, all that a `check` lets through among them.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use versioned_objects::check::envelopes;
use versioned_objects::field::Sensitive;
use versioned_objects::registry::Registry;
use versioned_objects::{Field, Primitive, VersionedObject};

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Checked {
    #[field(check(pattern = "^[0-9a-f]{4}$"))]
    pattern: Field<String>,
    #[field(check(min = -2, max = 1))]
    bounds: Field<i64>,
    #[field(check(min = 3))]
    least: Field<u64>,
    #[field(check(max = 3))]
    from_zero: Field<u64>,
    #[field(check(min_length = 3, max_length = 4))]
    length: Field<String>,
    #[field(check(min_length = 9))]
    long: Field<Sensitive>,
    #[field(check(max_length = 1))]
    short: Field<String>,
    #[field(check(one_of("a", "b")))]
    one_of: Field<String>,
    #[field(check(min = 5, max = 6))]
    list: Field<Vec<i64>>,
    #[field(check(max_length = 2))]
    set: Field<std::collections::BTreeSet<String>>,
    #[field(check(pattern = "^x+$"))]
    dict: Field<BTreeMap<String, String>>,
    #[field(check(max = 7))]
    maybe: Field<Option<i64>>,
}

#[test]
fn random_values_pass_the_checks_of_their_fields() {
    let registry = Registry::new().with::<Checked>();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let objects = envelopes(&registry, "Checked");
    let mut seen: BTreeMap<String, Vec<Primitive>> = BTreeMap::new();
    for _ in 0..400 {
        let envelope = objects.new_tree(&mut runner).unwrap().current();
        let text = serde_json::to_string(&envelope).unwrap();
        registry.decode_json(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let data = envelope.get("versioned_object.data").and_then(Primitive::as_map).unwrap();
        for (name, value) in data.iter() {
            seen.entry(name.clone()).or_default().push(value.clone());
        }
    }
    assert_eq!(seen.len(), 12, "{:?}", seen.keys());
    let all = |name: &str| {
        let mut values: Vec<String> =
            seen[name].iter().map(|value| serde_json::to_string(value).unwrap()).collect();
        values.sort();
        values.dedup();
        values
    };
    assert_eq!(all("bounds"), ["-1", "-2", "0", "1"]);
    assert_eq!(all("from_zero"), ["0", "1", "2", "3"]);
    assert_eq!(all("one_of"), [r#""a""#, r#""b""#]);
    let lengths = |name: &str| {
        let mut lengths: Vec<usize> = all(name).iter().map(|text| text.len() - 2).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lengths
    };
    assert_eq!(lengths("length"), [3, 4]);
    // Without a bound above, eight more.
    assert_eq!((lengths("long")[0], lengths("long").last()), (9, Some(&17)));
    assert_eq!(lengths("short"), [0, 1]);
    for name in ["pattern", "least", "list", "set", "dict", "maybe"] {
        assert!(all(name).len() > 3, "{name}: {:?}", all(name));
    }
    // Null passes a check, where it may stand.
    assert!(seen["maybe"].contains(&Primitive::Null));
}
