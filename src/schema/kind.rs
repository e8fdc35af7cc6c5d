use std::borrow::Cow;

use super::{Literal, ObjectSchema, Shared};
use crate::error::Error;
use crate::version::Version;

/// The type of a field's values: what values there are, and what the type is called.
#[derive(Clone, Debug)]
pub struct TypeSchema {
    /// The type's name in a fingerprint: the reference's, or a project's own.
    pub name: Cow<'static, str>,
    /// The kind of the values.
    pub kind: Kind,
    /// Some of its values, on the wire: what random objects hold where the kind doesn't say what values there
    /// are.
    pub examples: Cow<'static, [Literal]>,
    /// The JSON schema of its values as text, where that isn't the kind's.
    pub json_schema: Option<Cow<'static, str>>,
    /// Of a state machine (`StateMachine`), which states may follow each; none, where any may.
    pub transitions: Cow<'static, [Transitions]>,
    /// The objects that may stand for one that they extend, itself among them, where they are known: those of an
    /// `ObjectEnum`.
    pub variants: Cow<'static, [Variant]>,
}

/// An object that may stand for one that it extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The method's name on the wire.
    pub name: Cow<'static, str>,
    /// The first version of the one that it extends whose readers know it; all do, where there is none.
    pub since: Option<Version>,
    /// The name of the routine that makes what older readers get in its stead; they get nothing, where there is none.
    pub older: Option<Cow<'static, str>>,
}

/// The states that may follow one of a state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transitions {
    /// The state that is left.
    pub from: Cow<'static, str>,
    /// Those that may follow; an end has none.
    pub to: Cow<'static, [Cow<'static, str>]>,
}

/// Kinds of values, under the names of the reference's types.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// Text, which numbers, booleans and date-times become.
    String,
    /// Text that people should not read.
    SensitiveString,
    /// Requirements on a version (`>=1.0,<2`).
    VersionPredicate,
    /// One of these texts.
    Enum {
        /// The texts that are allowed.
        values: Cow<'static, [Cow<'static, str>]>,
        /// Whether the reference's class was given them as a list; else it was a tuple, as in nova. A fingerprint
        /// shows which.
        is_list: bool,
    },
    /// The text of a UUID, of which the reference takes any.
    Uuid,
    /// A MAC address, such as `aa:bb:cc:dd:ee:ff`.
    MacAddress,
    /// A PCI address, such as `0000:0a:1f.7`.
    PciAddress,
    /// A whole number of either sign.
    Integer,
    /// A whole number from zero.
    NonNegativeInteger,
    /// A number with a fraction.
    Float,
    /// A number from zero.
    NonNegativeFloat,
    /// A boolean; of other values, the empty ones are false.
    Boolean,
    /// A boolean; of texts, those that say yes are true.
    FlexibleBoolean,
    /// A date and a time, with an offset from UTC where it is aware.
    DateTime {
        /// Whether it has an offset.
        tzinfo_aware: bool,
    },
    /// An IP address of either family.
    IpAddress,
    /// An IP address of version 4.
    IpV4Address,
    /// An IP address of version 6.
    IpV6Address,
    /// An IP address of either family, under the reference's second name.
    IpV4AndV6Address,
    /// An IP network of either family.
    IpNetwork,
    /// An IP network of version 4.
    IpV4Network,
    /// An IP network of version 6.
    IpV6Network,
    /// Any number of values, in order.
    List(Element),
    /// Any number of different values, without order.
    Set(Element),
    /// A map from text to values.
    Dict(Element),
    /// The text of a UUID in any of its spellings, and no other (`UUID` of neutron, tacker and senlin).
    CheckedUuid,
    /// A MAC address or a longer EUI, in the spelling that it came in (`MACAddress` of neutron).
    EuiText,
    /// An IP network, in the spelling that it came in (`IPNetwork` of neutron).
    IpNetworkText,
    /// JSON in a text, as Python spells it (`DictOfMiscValues` of neutron, `Json` of others).
    JsonText,
    /// A map from text to any values, which a text may stand for that has it in Python's words (`FlexibleDict`).
    FlexibleDict,
    /// A list of any values, which a text may stand for that has it in Python's words (`FlexibleListOfDict`).
    FlexibleList,
    /// An object, or one of several.
    Object {
        /// The name of the object.
        name: Cow<'static, str>,
        /// Whether objects that extend it may stand for it.
        subclasses: bool,
        /// Its schema, where it is known at compile time.
        schema: Option<fn() -> &'static ObjectSchema>,
    },
    /// A project's own type: what the framework passes through and knows nothing of.
    Opaque,
}

/// The kinds that have nothing in them, each with its word and its shape: all that is said of a kind for every part
/// that goes by either.
macro_rules! plain_kinds {
    ($($kind:ident $word:literal $shape:ident,)+) => {
        impl Kind {
            /// The words of all kinds.
            pub const WORDS: &'static [&'static str] =
                &[$($word,)+ "DateTime", "NaiveDateTime", "Enum", "List", "Set", "Dict", "Object"];

            /// The word of the kind: the name of the reference's type, where that says which kind it is.
            pub const fn word(&self) -> &'static str {
                match self {
                    $(Kind::$kind => $word,)+
                    Kind::DateTime { tzinfo_aware: true } => "DateTime",
                    Kind::DateTime { tzinfo_aware: false } => "NaiveDateTime",
                    Kind::Enum { .. } => "Enum",
                    Kind::List(_) => "List",
                    Kind::Set(_) => "Set",
                    Kind::Dict(_) => "Dict",
                    Kind::Object { .. } => "Object",
                }
            }

            /// The kind of that word, where the word says all of it.
            pub fn of_word(word: &str) -> Option<Kind> {
                Some(match word {
                    $($word => Kind::$kind,)+
                    "DateTime" => Kind::DateTime { tzinfo_aware: true },
                    "NaiveDateTime" => Kind::DateTime { tzinfo_aware: false },
                    _ => return None,
                })
            }

            /// How its values stand on the wire.
            pub(crate) const fn shape(&self) -> Shape {
                match self {
                    $(Kind::$kind => Shape::$shape,)+
                    Kind::DateTime { .. } => Shape::Text,
                    Kind::Enum { .. } => Shape::Choice,
                    Kind::List(_) | Kind::Set(_) => Shape::List,
                    Kind::Dict(_) => Shape::Map,
                    Kind::Object { .. } => Shape::Object,
                }
            }
        }
    };
}

plain_kinds! {
    String "String" Text,
    SensitiveString "SensitiveString" Text,
    VersionPredicate "VersionPredicate" Text,
    Uuid "UUID" Text,
    MacAddress "MACAddress" Text,
    PciAddress "PCIAddress" Text,
    Integer "Integer" Whole,
    NonNegativeInteger "NonNegativeInteger" WholeFromZero,
    Float "Float" Number,
    NonNegativeFloat "NonNegativeFloat" NumberFromZero,
    Boolean "Boolean" Truth,
    FlexibleBoolean "FlexibleBoolean" Truth,
    IpAddress "IPAddress" Text,
    IpV4Address "IPV4Address" Text,
    IpV6Address "IPV6Address" Text,
    IpV4AndV6Address "IPV4AndV6Address" Text,
    IpNetwork "IPNetwork" Text,
    IpV4Network "IPV4Network" Text,
    IpV6Network "IPV6Network" Text,
    CheckedUuid "CheckedUUID" Text,
    EuiText "EUIText" Text,
    IpNetworkText "IPNetworkText" Text,
    JsonText "JsonText" Text,
    FlexibleDict "FlexibleDict" Map,
    FlexibleList "FlexibleList" List,
    Opaque "Opaque" Any,
}

/// How the values of a kind stand on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Whole,
    WholeFromZero,
    Number,
    NumberFromZero,
    Truth,
    /// One of several texts.
    Choice,
    List,
    Map,
    Object,
    /// Whatever the type writes.
    Any,
}

impl Kind {
    /// Whether projects made the type for themselves, so that the reference knows none of the kind.
    #[cfg(feature = "check")]
    pub(crate) const fn is_of_projects(&self) -> bool {
        matches!(
            self,
            Kind::CheckedUuid
                | Kind::EuiText
                | Kind::IpNetworkText
                | Kind::JsonText
                | Kind::FlexibleDict
                | Kind::FlexibleList
        )
    }

    /// The name of the reference's type of that kind, which a fingerprint shows; for those that projects made for
    /// themselves, the name that most of them use.
    pub const fn reference_name(&self) -> &'static str {
        match self {
            Kind::DateTime { .. } => "DateTime",
            Kind::Opaque => "FieldType",
            // The projects' own, under the names that most of them use.
            Kind::CheckedUuid => "UUID",
            Kind::EuiText => "MACAddress",
            Kind::IpNetworkText => "IPNetwork",
            Kind::JsonText => "Json",
            Kind::FlexibleList => "FlexibleListOfDict",
            kind => kind.word(),
        }
    }
}

/// The elements of a list, a set or a dict.
#[derive(Clone, Debug)]
pub struct Element {
    /// The type of the elements.
    pub ty: Shared<TypeSchema>,
    /// Whether null may stand among them.
    pub nullable: bool,
}

impl TypeSchema {
    /// Whether values of the type are, or hold, text that people should not read.
    #[cfg(feature = "dynamic")]
    pub(crate) fn holds_secrets(&self) -> bool {
        match &self.kind {
            Kind::SensitiveString => true,
            Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => element.ty.holds_secrets(),
            _ => false,
        }
    }

    /// A type of that name.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        TypeSchema {
            name: Cow::Borrowed(name),
            kind,
            examples: Cow::Borrowed(&[]),
            json_schema: None,
            transitions: Cow::Borrowed(&[]),
            variants: Cow::Borrowed(&[]),
        }
    }

    /// A project's own type, of which the framework knows but these values, as they are on the wire.
    pub const fn opaque(name: &'static str, examples: &'static [Literal]) -> Self {
        let mut ty = TypeSchema::new(name, Kind::Opaque);
        // What stood there is forgotten, since a constant can't drop it.
        std::mem::forget(std::mem::replace(&mut ty.examples, Cow::Borrowed(examples)));
        ty
    }

    /// A type of that name, of whose kind not each value will do: random objects hold these, as they are on the wire.
    pub const fn exemplified(name: &'static str, kind: Kind, examples: &'static [Literal]) -> Self {
        TypeSchema::new(name, kind).with_examples(examples)
    }

    pub(crate) const fn with_examples(mut self, examples: &'static [Literal]) -> Self {
        std::mem::forget(std::mem::replace(&mut self.examples, Cow::Borrowed(examples)));
        self
    }

    /// Makes a type with the JSON schema of its values, as text.
    ///
    /// ```
    /// use versioned_objects::schema::TypeSchema;
    ///
    /// const COLOUR: TypeSchema =
    ///     TypeSchema::described("Colour", &[], r##"{"type": ["string"], "pattern": "^#[0-9a-f]{6}$"}"##);
    /// ```
    pub const fn described(
        name: &'static str,
        examples: &'static [Literal],
        json_schema: &'static str,
    ) -> Self {
        let mut ty = TypeSchema::opaque(name, examples);
        std::mem::forget(ty.json_schema.replace(Cow::Borrowed(json_schema)));
        ty
    }

    /// A type of one of these texts, declared as a tuple where it has a counterpart in Python.
    pub const fn choice(name: &'static str, values: &'static [Cow<'static, str>]) -> Self {
        TypeSchema::new(name, Kind::Enum { values: Cow::Borrowed(values), is_list: false })
    }

    /// Makes an enum in which not each value may follow each other (`StateMachine`).
    pub const fn state_machine(
        name: &'static str,
        values: &'static [Cow<'static, str>],
        transitions: &'static [Transitions],
    ) -> Self {
        let mut ty = TypeSchema::choice(name, values);
        std::mem::forget(std::mem::replace(&mut ty.transitions, Cow::Borrowed(transitions)));
        ty
    }

    /// Whether a state may be set where another stands, for any other type than a state machine always.
    ///
    /// # Errors
    /// Where it may not.
    pub(crate) fn may_follow(&self, old: &str, new: &str) -> Result<(), Error> {
        let known = self.transitions.iter().find(|known| known.from == old);
        let next = known.map_or(&[][..], |known| &known.to);
        if self.transitions.is_empty() || next.iter().any(|next| next == new) {
            return Ok(());
        }
        Err(Error::invalid_value(format_args!(
            "can't go from the state {old:?} to {new:?}, only to one of {next:?}"
        )))
    }

    /// The name of the object that a value of this type is, or has in it at any depth.
    pub fn object(&self) -> Option<&str> {
        let mut inner = self;
        loop {
            match &inner.kind {
                Kind::Object { name, .. } => return Some(name),
                Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => inner = &element.ty,
                _ => return None,
            }
        }
    }

    /// The objects that may stand in a value of this type, at any depth, where they are known.
    #[cfg(any(feature = "check", feature = "dynamic"))]
    pub(crate) fn all_variants(&self) -> &[Variant] {
        match &self.kind {
            Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => element.ty.all_variants(),
            _ => &self.variants,
        }
    }

    /// Whether objects may stand in a value of this type, at any depth, of which older readers may not know.
    #[cfg(feature = "dynamic")]
    pub(crate) fn has_newer_variants(&self) -> bool {
        self.all_variants().iter().any(|variant| variant.since.is_some())
    }

    /// Whether this is, or has in it, a type of which the framework knows nothing, objects in its values neither.
    #[cfg(feature = "compact")]
    pub(crate) fn is_opaque(&self) -> bool {
        match &self.kind {
            Kind::Opaque => true,
            Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => element.ty.is_opaque(),
            _ => false,
        }
    }

    /// The name of the object that a field of this type holds, one or a list of them: what the reference's backport
    /// converts. Objects that are held in any other way it leaves as they are; see
    /// [`ObjectSchema::converts_nested`].
    pub fn child(&self) -> Option<&str> {
        match &self.kind {
            Kind::Object { name, .. } => Some(name),
            Kind::List(element) => match &element.ty.kind {
                Kind::Object { name, .. } => Some(name),
                _ => None,
            },
            _ => None,
        }
    }
}
