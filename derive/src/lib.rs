//! The derives of the crate `versioned-objects`, which re-exports them.

mod ast;
mod attr;
mod case;
mod ctxt;
#[cfg(feature = "remotable")]
mod endpoint;
mod expand;
mod field_enum;
mod literal;
mod object_enum;
mod refused;
#[cfg(feature = "remotable")]
mod remotable;
mod types;
mod valid;
mod version;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct an object: a name, a version, a history, and fields that know whether they are set.
///
/// ```
/// use versioned_objects::{Field, Origin, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.1"))]
/// pub struct VolumeInfo {
///     pub origin: Origin,
///     pub serial: Field<String>,
///     pub boot_index: Field<Option<i64>>,
///     #[field(name = "type")]
///     pub kind: Field<String>,
///     #[field(since = "1.1")]
///     pub encryption_secret_uuid: Field<Option<String>>,
/// }
///
/// let volume = VolumeInfo { serial: "a1".to_owned().into(), ..Default::default() };
/// let json = r#"{"nova_object.name":"VolumeInfo","nova_object.namespace":"nova","nova_object.version":"1.1","nova_object.data":{"serial":"a1"},"nova_object.changes":["serial"]}"#;
/// assert_eq!(serde_json::to_string(&volume)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// The struct has named fields and no generics, and is `Clone` where a registry is to know it. It gets `VersionedObject`, `Object`, `FieldType`, `Entity`, and
/// serde's `Serialize` and `Deserialize`. A field of the type `Origin` remembers the version that the object
/// arrived in; one of the type `UnknownFields` makes it a relay; all others are fields on the wire, in the order
/// in which they stand. Mistakes are compile errors on the very attribute, all of them at once.
///
/// A field is strict: a value comes in the type's own form, or is refused. What the reference writes was coerced by
/// its writer already. `coerce` is the reference's way.
///
/// An object with an `Origin` holds none without: it goes out in the version that it came in, so the objects inside it
/// have to know theirs.
///
/// A literal (`LIT` below) is `null`, `true`, `false`, a number, text, `[LIT, ...]` or `{ "key": LIT, ... }`, in the form that
/// the field's type writes: `"zz"` as a UUID, an address, a date, base64 or a map's key by number doesn't compile. Those of a
/// project's own types are looked at by `check::assert_locked!`.
///
/// # `#[object(...)]`
///
/// | word | meaning |
/// | --- | --- |
/// | `versions("0.1", "1.0..=1.13")` | every released version, oldest first; the last is the current one |
/// | `unreleased = "1.14"` | a version after those that may still change; it is the current one then |
/// | `name = "Name"` | the name on the wire; the struct's, where it isn't said |
/// | `namespace = "nova"` | whose object it is; `versionedobjects` |
/// | `serial_namespace = "nova_object"` | what the envelope's keys begin with; `versioned_object` |
/// | `coerce` | its fields take what the reference's types coerce |
/// | `keep_children` | the objects inside it go out as they are, whatever the target |
/// | `list` | a list object: its elements are in `objects: Field<Vec<T>>` |
/// | `child_versions("1.1" => "1.0")` | of a list: from which of its versions on the elements go out in which of theirs |
/// | `removed(name = "x", since = "0.1", until = "1.2", fill = LIT)` | a field that it had, up to and with `until`; `fill` is what peers get that still read it, `first(from = "fields", when("f" = LIT))` an element of a list that came in its stead; `name("x", "y")` for several that went together |
/// | `extra_fields(name = path, ...)` | what is made of the fields and isn't one on the wire: `fn(&Self) -> T`, `T` being anything serde writes; `items` has it, and it never counts as set |
/// | `collect` | `Registry::with_collected` finds it; with the feature `inventory` |
/// | `remotable` | its methods are those of its `#[remotable] impl`; with the feature `rpc` |
/// | `refuse(before = "1.8", message = "...")` | it isn't written in older versions, and is read in them; in the project's own words, where there are such |
/// | `read = path` | finishes an object that was read, before `validate`: `fn(&mut Self, Version) -> Result<(), E>`, with the version that it came in |
/// | `compatible = path` | finishes a backport after the rules: `fn(&Self, &mut Primitive, Version) -> Result<(), E>` |
/// | `validate = path` | looks at the whole object once it was read, and when `validate` is called: `fn(&Self) -> Result<(), E>` |
/// | `bases("Base")` | the names of the objects that it extends, where no `extends` says so: what stands for the base in an `ObjectEnum` |
/// | `methods("save(self, context=None)")` | the signatures of methods that are on other hosts alone, which a fingerprint hashes; `"save" = "FullArgSpec(...)"` for those that say more than names and defaults |
/// | `initial("mtu" = LIT)` | what a field is that a sender left out, in any version: what the constructor of a Python class sets |
/// | `bare_list` | a list object to a fingerprint alone, since its base class in Python stands before `ObjectListBase` |
/// | `forgets_changes` | no field of its own counts as changed where an older version of it is asked for; objects inside it keep their changes |
/// | `by_pin` | its rules are for pins alone, as ironic's `_convert_to_version` is: they hold where an older version of it is asked for without a manifest, and objects inside it stay as they are then; with a manifest, and inside another object, it goes out with all of its fields under the version asked for |
/// | `by_manifest` | the other way about: its rules hold with a manifest and inside another object; for a pin it goes out with all of its fields, and objects inside it as they are |
/// | `crate = path` | where `versioned-objects` is, for who renamed it: `crate = my::versioned_objects` |
///
/// `E` is any error that prints itself.
///
/// # `#[field(...)]`
///
/// | word | meaning |
/// | --- | --- |
/// | `name = "type"` | the name on the wire; the field's without `r#`, where it isn't said |
/// | `since = "1.1"` | the first version that has the field |
/// | `absent = LIT` | what it counts as when a peer from before `since` leaves it out |
/// | `default = LIT` | what a null becomes where there can be none, and what the defaults set |
/// | `read_only` | by its name, and by a peer's updates, it can be set but once; `Field::set` doesn't know its object, and takes another value |
/// | `coerce` | takes what the reference's type coerces: `"false"` and `"no"` as a `bool`, `1.9` as 1, text as a list of its characters |
/// | `required` | an object that has the field is refused without it, on reading and by `validate` |
/// | `child_versions("1.2" => "1.1")` | from which version of this object on the sub-object goes out in which of its own; the last has to be the sub-object's current one, or it doesn't compile |
/// | `renamed(from = "old", since = "1.3")` | another name in older versions |
/// | `was(type = T, name = "old", since = "1.3", to_older = path, from_older = path)` | another type in older versions, perhaps under another name: `fn(&New) -> Result<Old, E>` and `fn(Old) -> Result<New, E>`. The other rules come first: `to_older` is given what they make of the value, which is of the type that the field has now |
/// | `alone` | objects in it go out as they are, whatever the target, and are no part of the object's tree |
/// | `check(pattern = "^[a-z]+$", min_length = 1, max_length = 255)`, `check(min = 0, max = 65535)`, `check(one_of(4, 6))` | what the value has to be beyond its type, or each in a list or a dict: looked at on reading, on setting by name, and by `validate`; a pattern needs the feature `pattern` |
/// | `repr = "Colour(default=red,nullable=False)"` | its whole text in a fingerprint, where a field class in Python writes its own; `repr(type = "Colour", nullable, default = "red")` is made into such a text |
/// | `extends` | not a field: a struct whose fields this object takes in |
///
/// Rules of a field for older targets, each as often as needed and in this order unless it is `renamed`
/// or `was`, of which the newest comes first:
///
/// | word | meaning |
/// | --- | --- |
/// | `refuse`, `refuse(before = "1.14")` | the backport is refused where the field is set; before `since`, where no version is said |
/// | `values("a", "b", since = "1.6", older = refuse)` | these values came with a version; `older = drop` leaves the field out, `older = LIT` is written in their stead |
/// | `values(null, inside, since = "1.6", older = "")` | likewise, of the values in a list or a dict, with the field's own value left alone |
/// | `without("Object", since = "1.9")` | these objects came with a version; they are left out of the list in the field |
/// | `take(from = "field", before = "1.11", wrap, when("other" = LIT))` | the value of another field is written here; `wrap` makes it a list, `when` asks for a value elsewhere |
/// | `first(from = "fields", before = "1.4", when("f" = LIT))` | the first element of another field's list is written here, or the first whose `f` is that; null where there is none. What an older peer sends here is none of the list's |
/// | `insert(key = "k", from = "field", before = "1.4")` | the value of another field is put into this dict |
/// | `fill(value = LIT, before = "1.13")` | written where the field is unset or null; with `unset` behind it, where it is unset alone |
///
/// # Parts
///
/// `#[field(extends)]` takes in the fields of another derived struct, a base class or a mix-in. They follow the
/// own ones, part after part. A part has a history of its own, so what holds for the heir is said there, by the
/// names on the wire:
///
/// ```
/// # use versioned_objects::{Field, VersionedObject};
/// # #[derive(VersionedObject)]
/// # #[object(versions("1.0"))]
/// # struct Vif {}
/// #[derive(VersionedObject)]
/// #[object(versions("1.0"))]
/// struct LiveMigrateData {
///     is_volume_backed: Field<bool>,
///     vifs: Field<Vec<Vif>>,
/// }
///
/// #[derive(VersionedObject)]
/// #[object(versions("1.0..=1.9"))]
/// struct LibvirtLiveMigrateData {
///     #[field(extends(vifs(since = "1.9", child_versions("1.9" => "1.0"))))]
///     base: LiveMigrateData,
/// }
///
/// let names = LibvirtLiveMigrateData::SCHEMA.fields.iter().map(|field| &*field.name);
/// assert!(names.eq(["is_volume_backed", "vifs"]));
/// ```
///
/// These child versions are not checked against the sub-object's current version. The rules of a part's fields
/// hold for the heir's versions of the same numbers, unless the heir says its own there:
/// `extends(vifs(since = "1.9", fill(value = [], before = "1.4")))`, or `vifs(values(...))`. A part's routines are not inherited, so a part that has
/// `was` on a field can't be extended.
#[proc_macro_derive(VersionedObject, attributes(object, field))]
pub fn versioned_object(input: TokenStream) -> TokenStream {
    expand::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum of unit variants a type for fields: each variant is one text on the wire.
///
/// ```
/// use versioned_objects::FieldEnum;
///
/// #[derive(FieldEnum, Clone, Copy, Debug, PartialEq)]
/// #[field_enum(name = "SrNaming", rename_all = "kebab-case")]
/// pub enum SrNaming {
///     OldStyle,
///     #[variant(name = "new")]
///     NewStyle,
/// }
///
/// assert_eq!(SrNaming::OldStyle.to_string(), "old-style");
/// assert_eq!("new".parse::<SrNaming>()?, SrNaming::NewStyle);
/// # Ok::<(), versioned_objects::Error>(())
/// ```
///
/// The enum gets `Entity`, `FieldType`, serde's `Serialize` and `Deserialize`, and `Display`, `FromStr` and
/// `AsRef<str>` over the texts.
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[field_enum(name = "SrNaming")]` | what fingerprints call the type; `Enum` |
/// | `#[field_enum(rename_all = "kebab-case")]` | how texts are made of the variants' names; serde's words |
/// | `#[field_enum(crate = path)]` | where `versioned-objects` is, for who renamed it |
/// | `#[variant(name = "new")]` | the text of one variant |
/// | `#[variant(next(Paused, Gone))]` | which may follow where this one stands, of a state machine; variants without it then are ends |
/// | `#[variant(other)]` | on `Other(String)`, at most once: keeps a text that isn't known here |
#[proc_macro_derive(FieldEnum, attributes(field_enum, variant))]
pub fn field_enum(input: TokenStream) -> TokenStream {
    field_enum::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum of objects a type for fields: objects that may stand for one that they extend (a field of the
/// reference with `subclasses=True`).
///
/// ```
/// use versioned_objects::{Field, ObjectEnum, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(versions("1.0"))]
/// struct Device {
///     tags: Field<Vec<String>>,
/// }
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(versions("1.0", "1.1"))]
/// struct Nic {
///     mac: Field<String>,
///     #[field(extends)]
///     device: Device,
/// }
///
/// #[derive(ObjectEnum, Clone, Debug, PartialEq)]
/// #[object_enum(base = Device)]
/// enum AnyDevice {
///     Device(Device),
///     Nic(Nic),
/// }
///
/// #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// #[object(versions("1.0"))]
/// struct Machine {
///     devices: Field<Vec<AnyDevice>>,
/// }
///
/// let machine = Machine { devices: vec![Nic::default().into(), Device::default().into()].into() };
/// let read: Machine = serde_json::from_str(&serde_json::to_string(&machine)?)?;
/// assert_eq!(read, machine);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// The envelope's name says which one it is. A backport asks for a version of the base, as in the reference: a peer
/// that reads `Device` 1.0 gets a `Nic` in 1.0, whatever it reads of `Nic`.
///
/// A variant that came later says with which version of the base: `#[variant(since = "1.1")]`. A backport that holds
/// it is refused for readers of an older version of the base, or they get what the function behind `older` makes of
/// the object: `#[variant(since = "1.1", older = plain)]`, with `fn plain(nic: &Nic) -> AnyDevice`.
///
/// `#[object_enum(base = Base)]` names the base; `base = "Base"` does where that is no object of its own, and extended by
/// all the same (`bases("Base")`). `crate = path` says where `versioned-objects` is, for who renamed it.
#[proc_macro_derive(ObjectEnum, attributes(object_enum, variant))]
pub fn object_enum(input: TokenStream) -> TokenStream {
    object_enum::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes the methods of an impl block ones that run on another host, where the context that they are called with
/// has an indirection (the reference's decorator of that name).
///
/// ```ignore
/// #[remotable]
/// impl Service {
///     async fn get_by_host(context: &ObjectContext, host: String, #[default(false)] use_slave: bool)
///         -> Result<Service, CallError> { ... }
///
///     async fn save(&mut self, context: &ObjectContext) -> Result<(), CallError> { ... }
///
///     /// Runs on the other host alone.
///     #[remotable(signature = "(self, force=False, **kwargs)")]
///     async fn destroy(&mut self, context: &ObjectContext, force: bool) -> Result<(), CallError>;
/// }
/// ```
///
/// The object says `#[object(remotable)]`, so that its schema has the methods, and derives `Clone`. Each method is
/// `async`; those with `&mut self` are called on objects, those without on the class. The context comes next, by
/// reference, then parameters of types that can stand in a field; `#[default(LIT)]` on one is what it is where a
/// caller leaves it out. A method gives a `Result` of such a type, or of `()`, whose error is made of `CallError` and
/// makes a `Failure`. One without a body runs on the other host alone.
///
/// A fingerprint hashes each method's signature as Python writes it. It is made of the names and defaults here.
/// Where the Python method's own differs, `#[remotable(signature = "(self, context, limit=None, *args)")]` says it as
/// it stands there: the parameters here have to be among its own, in its order, and it needs no others. Defaults are
/// literals, and annotations are built-in types (`dict[str, int | None]`) or text; where there are others,
/// `#[remotable(spec = "ArgSpec(args=['self'], ...)")]` says what the reference hashes, letter by letter. `#[remotable(crate = path)]` on the block says
/// where `versioned-objects` is, for who renamed it.
#[cfg(feature = "remotable")]
#[proc_macro_attribute]
pub fn remotable(attribute: TokenStream, item: TokenStream) -> TokenStream {
    remotable::expand(attribute.into(), item.into()).into()
}

/// Makes the methods of an impl block those that a host offers to the others, and writes a client of them.
///
/// ```
/// use std::sync::Arc;
///
/// use versioned_objects::registry::Registry;
/// use versioned_objects::rpc::{Address, CallContext, Client, Failure, InProcess, Negotiation, Server};
/// use versioned_objects::endpoint;
///
/// struct Sums;
///
/// #[endpoint(version = "1.1", client = SumsClient)]
/// impl Sums {
///     /// Adds up.
///     pub async fn sum(&self, _: &CallContext, terms: Vec<i64>, #[default(0)] first: i64) -> Result<i64, Failure> {
///         Ok(first + terms.iter().sum::<i64>())
///     }
///
///     #[since("1.1")]
///     pub async fn double(&self, _: &CallContext, term: i64) -> Result<i64, Failure> {
///         Ok(2 * term)
///     }
/// }
///
/// let bus = InProcess::new();
/// bus.serve("sums", Server::new("b").endpoint(Sums));
/// let client = Client::new(Arc::new(bus.connect("a")), Address::server("sums", "b"));
/// let sums = SumsClient::new(client, Arc::new(Negotiation::at_first_contact(Arc::new(Registry::new()))));
/// pollster::block_on(async {
///     let context = CallContext::new();
///     assert_eq!(sums.sum(&context, &vec![1, 2], &3).await?, 6);
///     let old = sums.prepare(|client| client.cap("1.0".parse().unwrap()));
///     assert_eq!(old.double(&context, &3).await.unwrap_err().to_string(), "version 1.1 of the method can't be sent, the cap is 1.0");
///     Ok::<(), versioned_objects::rpc::CallError>(())
/// })?;
/// # Ok::<(), versioned_objects::rpc::CallError>(())
/// ```
///
/// Each function of the block is `async`, takes `&self`, who calls (`&CallContext`) and then its arguments, and gives a
/// `Result` whose error makes a `Failure`. Arguments are found by their names and are of types that can stand in a
/// field: they are coerced, and held to the versions that the host reads, as fields are. All of them are taken before the
/// method begins; one that is missing, unknown or of another type is answered with Python's `TypeError` or `ValueError`.
///
/// | word of `#[endpoint(...)]` | meaning |
/// | --- | --- |
/// | `version = "6.1"` | the version of the methods; a host of it serves all from `6.0` on |
/// | `namespace = "baseapi"` | the part of the API that they are; most have none |
/// | `registry = Self::registry` | what reads the objects in arguments: `fn(&Self) -> &Registry`; without it all versions are read |
/// | `client = Name` | writes a client of that name, whose methods take references to the arguments |
/// | `crate = path` | where `versioned-objects` is, for who renamed it |
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[since("6.1")]` on a method | the client asks for that version, and for `6.0` otherwise; a cap below is an error before anything is sent |
/// | `#[since("6.1")]` on an argument | the client leaves it out where the fleet isn't upgraded so far; it needs a default |
/// | `#[default(LIT)]` on an argument | what it is where a caller leaves it out |
/// | `#[plain]` on an argument or a method | it, or the result, is a value without versions: any type of serde's |
/// | `#[cast]` on a method | the client doesn't wait for it |
#[cfg(feature = "remotable")]
#[proc_macro_attribute]
pub fn endpoint(attribute: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand(attribute.into(), item.into()).into()
}
