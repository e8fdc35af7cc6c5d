//! JSON values in the order in which they are written, and what stands in fields of each kind.

use versioned_objects::Primitive;

pub fn text(text: &str) -> Primitive {
    text.into()
}

pub fn list(values: impl IntoIterator<Item = Primitive>) -> Primitive {
    Primitive::List(values.into_iter().collect())
}

pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Primitive)>) -> Primitive {
    Primitive::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub fn primitive(json: &str) -> Primitive {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// Of a kind, values that it has, and values of which it makes something else or nothing, as JSON.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const VALUES: &[Row] = &[
    (
        "String",
        &[r#""""#, r#""abc""#, r#""h\u00e9llo \ud83d\ude00\n\"""#],
        &["5", "1.5", "1e16", "1e-7", "-0.0", "true"],
    ),
    ("SensitiveString", &[r#""password=abc""#], &["5", "[]", "{}"]),
    ("VersionPredicate", &[r#"">=1.0""#, r#""<2.0,>=1.5""#], &[r#""bad""#, r#"">=,""#, r#""~=1.0""#, "1.0"]),
    (
        "UUID",
        &[r#""3cca4135-a809-5bb3-af62-275fbfe87178""#],
        &[
            r#""3CCA4135A8095BB3AF62275FBFE87178""#,
            r#""x""#,
            "7",
            "[1, \"a'b\", null]",
            "{\"a\": 1.0}",
            "true",
        ],
    ),
    (
        "MACAddress",
        &[r#""aa:bb:cc:dd:ee:ff""#],
        &[r#""AA-BB-CC-DD-EE-FF""#, r#""aa:bb""#, r#""aa:bb:cc:dd:ee:ff\n""#, "5"],
    ),
    (
        "PCIAddress",
        &[r#""0000:1a:1f.7""#],
        &[r#""FFFF:0A:00.0""#, r#""0000:00:2f.1""#, r#""0000:0a:1fx7""#, "5"],
    ),
    (
        "Integer",
        &["0", "-3", "1099511627776"],
        &[r#""12""#, r#"" 7 ""#, r#""1_0""#, "1.9", "-1.9", "true", r#""x""#, "[]"],
    ),
    ("NonNegativeInteger", &["0", "7"], &["-1", r#""-3""#, "false", "1e3", "{}"]),
    (
        "Float",
        &["1.5", "-2.25", "0.0", "1e16", "1e-7"],
        &["3", r#"" 1e5 ""#, r#""x""#, "true", "[]", "123456789"],
    ),
    ("NonNegativeFloat", &["0.0", "2.5"], &["-1.0", r#""3""#, "-0.0"]),
    ("Boolean", &["true", "false"], &["0", r#""false""#, r#""""#, "[]", "[0]", "{}", "0.0"]),
    ("FlexibleBoolean", &["true", "false"], &[r#""yes""#, r#"" ON ""#, r#""maybe""#, "1", "2", "1.0", "[]"]),
    (
        "DateTime",
        &[r#""2015-01-02T03:04:05Z""#, r#""2016-02-29T23:59:59+00:00""#],
        &[
            r#""2015-01-02T03:04:05.123456Z""#,
            r#""2015-01-02T03:04:05-08:00""#,
            r#""2015-01-02 03:04:05""#,
            r#""2015-13-02T03:04:05Z""#,
            r#""20150102""#,
            "5",
            "[]",
        ],
    ),
    (
        "IPAddress",
        &[r#""10.0.0.1""#, r#""2001:db8::1""#],
        &[r#""2001:DB8:0:0::1""#, r#""::1.2.3.4""#, r#""10.0.0""#, "1", "true", "[]"],
    ),
    ("IPV4Address", &[r#""10.0.0.1""#], &[r#""::1""#, r#""010.0.0.1""#, "4294967296"]),
    ("IPV6Address", &[r#""2001:db8::1""#], &[r#""::FFFF:10.0.0.1""#, r#""10.0.0.1""#, r#""fe80::1%eth0""#]),
    ("IPV4AndV6Address", &[r#""10.0.0.1""#, r#""::1""#], &[r#""x""#, "1.5"]),
    (
        "IPNetwork",
        &[r#""10.0.0.0/24""#, r#""2001:db8::/32""#],
        &[r#""10.0.0.5/24""#, r#""::1""#, r#""10.0.0.0/33""#, "5"],
    ),
    ("IPV4Network", &[r#""10.0.0.0/24""#], &[r#""10.0.0.0/255.255.255.0""#, r#""::/0""#]),
    ("IPV6Network", &[r#""2001:db8::/32""#], &[r#""10.0.0.0/8""#, r#""::1/x""#]),
    (
        "CheckedUUID",
        &[r#""3cca4135-a809-5bb3-af62-275fbfe87178""#, r#""3CCA4135A8095BB3AF62275FBFE87178""#],
        &[
            r#""{3cca4135-a809-5bb3-af62-275fbfe87178}""#,
            r#""urn:uuid:3cca4135-a809-5bb3-af62-275fbfe87178""#,
            r#"" 0x_ca4135a8095bb3af62275fbfe871""#,
            r#""3cca4135-a809-5bb3-af62-275fbfe8717""#,
            r#""x""#,
            "12345678901234567890123456789012",
            "7",
            "[]",
            "true",
        ],
    ),
    (
        "EUIText",
        &[r#""AA-BB-CC-DD-EE-FF""#, r#""aa:bb:cc:dd:ee:ff""#, r#""aabb.ccdd.eeff""#, r#""aabbccddeeff0011""#],
        &[
            r#""a:b:c""#,
            r#""aa:bb""#,
            r#""aa-bb:cc-dd-ee-ff""#,
            r#""aabbccddeeff\n""#,
            r#"" 5""#,
            "5",
            "1e3",
            "[]",
        ],
    ),
    (
        "IPNetworkText",
        &[r#""10.0.0.5/255.255.255.0""#, r#""2001:DB8::/32""#, r#""10.0.0.1""#],
        &[r#""10/8""#, r#""10.0.0.0/33""#, r#""::1/x""#, r#""10.0.0.0/ 8""#, "5", "{}"],
    ),
    (
        "JsonText",
        &[r#""{\"a\": [1, null, true]}""#, r#""[]""#, r#""{\"\\u00e9\": 1.5}""#, r#""1.5""#],
        &[
            r#""{\"b\":1e3,\"a\":\"\ud83d\ude00\u007f\",\"b\":-0}""#,
            r#"" [1e400, NaN, 1E-7 ]\n""#,
            r#""{""#,
            r#""""#,
            r#""[1] 2""#,
            r#"{"a": {"b": [1.0, null]}}"#,
            "[1]",
            "5",
            "false",
        ],
    ),
    (
        "FlexibleDict",
        &[r#"{"a": 1, "b": {"c": [null, 1.5]}}"#, "{}"],
        &[
            r#""{'a': (1, 'x', None), 1: -0x1F, None: [], True: 1_0.5e1}""#,
            r#""{}""#,
            r#"" {'k': r'\\n' 'm' \"\\x41\\u00e9\\101\\q\", }  ""#,
            r#""[('a', 1), ['b', 2]]""#,
            r#""{1, 2}""#,
            r#""{""#,
            r#""dict()""#,
            r#""''""#,
            r#""""#,
            r#"[["a", 1]]"#,
            r#"["ab", {"c": 1, "d": 2}]"#,
            "[[[], 1]]",
            r#"[["a"]]"#,
            "[]",
            "5",
        ],
    ),
    (
        "FlexibleList",
        &[r#"[{"a": null}, 1, "x"]"#, "[]"],
        &[
            r#""[1, 2.50, 'a\\tb', [True], {'a': 1}, 0b11, -.5]""#,
            r#""1, 2""#,
            r#""(1,)""#,
            r#""()""#,
            r#""'ab'""#,
            r#""{'a': 1}""#,
            r#""[1""#,
            r#""[012]""#,
            r#""[1 + 2]""#,
            r#""5""#,
            r#"{"a": 1}"#,
            "5",
        ],
    ),
];

/// The kinds whose values Python can't put into a set.
const UNHASHABLE: [&str; 3] = ["JsonText", "FlexibleDict", "FlexibleList"];

/// The kinds that say all of a type; of those that stand in a set, where that is asked.
pub fn scalar_kinds(in_set: bool) -> Vec<&'static str> {
    let all = VALUES.iter().map(|(kind, ..)| *kind);
    all.filter(|kind| !in_set || !UNHASHABLE.contains(kind)).collect()
}

/// The values of a kind: its own, or such as it doesn't have.
pub fn values_of(kind: &str, odd: bool) -> &'static [&'static str] {
    let row = VALUES.iter().find(|(known, ..)| *known == kind).expect("a kind of the table");
    if odd { row.2 } else { row.1 }
}
