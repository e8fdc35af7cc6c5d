//! Signatures of remotable methods: what a fingerprint hashes of them is what the reference hashes.

use serde_json::{Value, json};
use versioned_objects::rpc::{CallError, ObjectContext};
use versioned_objects::{Field, VersionedObject, remotable};

use super::server::Server;

#[derive(VersionedObject, Clone, Debug, Default)]
#[object(coerce, versions("1.0"), remotable)]
struct Service {
    id: Field<i64>,
}

macro_rules! methods {
    ($($name:ident($($parameter:ident),*) $signature:literal;)*) => {
        #[remotable]
        impl Service {
            $(
                #[remotable(signature = $signature)]
                async fn $name(context: &ObjectContext, $($parameter: i64),*) -> Result<(), CallError>;
            )*
        }

        const SIGNATURES: &[(&str, &str)] = &[$((stringify!($name), $signature)),*];
    };
}

methods! {
    plain() "(cls, context)";
    spaced(a) " ( cls ,context , a = None , ) ";
    constants() "(cls, context, a=None, b=True, c=False)";
    whole(a) "(cls, context, a, b=0, c=-5, d=+7, e=1_000, f=0x1F, g=0b101, h=0o17, i=--3, j=-0, k=00)";
    large() "(cls, context, a=123456789012345678901234567890, b=0xFFFFFFFFFFFFFFFFFFFF)";
    fractions() "(cls, context, a=1.5, b=.5, c=5., d=1e5, e=1e16, f=1.5e-7, g=-0.0, h=1E+300, i=1_0.2_5, j=0.0001, k=1e22, l=5e-324)";
    infinite() "(cls, context, a=1e999, b=-1e999)";
    texts() r#"(cls, context, a='', b="it's", c='say "hi"', d='it\'s "x"', e='a\\b\n\t\r', f='\x00\x7f\u00e9\u2028\U0001F600', g='one' "two", h='é😀')"#;
    lists() "(cls, context, a=[], b=[1], c=['x', [None, ], ], d=(), e=(1,), f=(1, 'a', ), g=((2)), h=(((1,),),))";
    dicts() "(cls, context, a={}, b={'k': 1, 'l': [True]}, c={1: 'x'}, d={'k': {'n': (1, 2)}})";
    variadic(a) "(cls, context, a, *args, **kwargs)";
    rest() "(cls, context, **values)";
    placed(a, b) "(cls, context, a, /, b=2)";
    named(key) "(cls, context, *, key)";
    named_defaults(key) "(cls, context, *, key, other=5, third={'a': None})";
    named_behind(a) "(cls, context, *args, a, b=1, **kwargs)";
    annotated(a) "(cls, context, a: int, b: str = 'x', c: None = None)";
    forward(a) "(cls, context: 'RequestContext', a: \"Instance | None\") -> 'Instance'";
    result() "(cls, context) -> None";
    generic(a, b) "(cls, context, a: list[int], b: dict[str, list[bool | None]], c: tuple[int, ...] = ()) -> type[int]";
    unions(a) "(cls, context, a: int | None, b: list['X'] | str | None = None, c: None | bytes = None)";
    annotated_rest() "(cls, context, *args: int, **kwargs: dict[str, object])";
    own_words(a) "(klass, ctxt, a, self_=1, _b=2, größe=3, match=4)";
}

#[test]
fn signatures_are_hashed_as_the_reference_hashes_them() {
    let mut server = Server::start();
    for (name, signature) in SIGNATURES {
        let request = json!({ "op": "signature", "signature": signature.trim() }).to_string();
        let theirs: Value = serde_json::from_str(&server.ask(&request)).unwrap();
        let ours = Service::SCHEMA.methods.iter().find(|method| method.name == *name).unwrap();
        assert_eq!(theirs["ok"], *ours.spec, "{signature} {theirs}");
    }
}

#[derive(VersionedObject, Clone, Debug, Default)]
#[object(coerce, versions("1.0"), remotable)]
struct Unsaid {
    id: Field<i64>,
}

#[remotable]
impl Unsaid {
    async fn of_class(
        context: &ObjectContext,
        id: i64,
        #[default([1e-7, "a'b", { "k": null }])] more: serde_json::Value,
    ) -> Result<(), CallError>;

    async fn of_object(
        &mut self,
        context: &ObjectContext,
        #[default(1e16)] limit: f64,
    ) -> Result<(), CallError>;
}

#[test]
fn signatures_that_nobody_said_are_those_of_the_parameters() {
    let mut server = Server::start();
    let signatures = ["(cls, context, id, more=[1e-7, \"a'b\", {'k': None}])", "(self, limit=1e16)"];
    for (method, signature) in Unsaid::SCHEMA.methods.iter().zip(signatures) {
        let request = json!({ "op": "signature", "signature": signature }).to_string();
        let theirs: Value = serde_json::from_str(&server.ask(&request)).unwrap();
        assert_eq!(theirs["ok"], *method.spec);
    }
}
