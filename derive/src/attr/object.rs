use super::words;
use proc_macro2::Span;
use syn::{Attribute, LitStr, Path};

use super::rule::First;
use super::said::Method;
use super::{ChildVersions, NOW_STRICT, Pair, needed, set};
use crate::ctxt::Ctxt;
use crate::literal::Literal;
use crate::version::VersionLit;

/// The words of `#[object(...)]`.
#[derive(Default)]
pub struct ObjectAttr {
    pub namespace: Option<LitStr>,
    pub serial_namespace: Option<LitStr>,
    pub name: Option<LitStr>,
    pub versions: Option<(Span, Vec<LitStr>)>,
    pub unreleased: Option<VersionLit>,
    pub krate: Option<Path>,
    pub coerce: Option<Span>,
    pub keep_children: Option<Span>,
    pub list: Option<Span>,
    pub child_versions: Option<ChildVersions>,
    pub removed: Vec<Removed>,
    pub extra_fields: Vec<ExtraField>,
    pub collect: Option<Span>,
    pub remotable: Option<Span>,
    pub refuse: Option<Refusal>,
    pub read: Option<Path>,
    pub compatible: Option<Path>,
    pub validate: Option<Path>,
    pub bases: Vec<LitStr>,
    pub methods: Vec<Method>,
    pub initial: Vec<Pair<Literal>>,
    pub bare_list: Option<Span>,
    pub forgets_changes: Option<Span>,
    pub by_pin: Option<Span>,
    pub by_manifest: Option<Span>,
}

/// An extra field, which is made of others and isn't on the wire.
pub struct ExtraField {
    pub name: String,
    pub span: Span,
    pub routine: Path,
}

/// A field that the object had.
pub struct Removed {
    pub name: LitStr,
    pub since: Option<VersionLit>,
    pub until: VersionLit,
    pub fill: Option<Literal>,
    pub first: Option<First>,
}

const WORDS: &[&str] = &[
    words::NAMESPACE,
    words::SERIAL_NAMESPACE,
    words::NAME,
    words::VERSIONS,
    words::UNRELEASED,
    words::CRATE,
    words::COERCE,
    words::KEEP_CHILDREN,
    words::LIST,
    words::CHILD_VERSIONS,
    words::REMOVED,
    words::EXTRA_FIELDS,
    words::COLLECT,
    words::REMOTABLE,
    words::REFUSE,
    words::READ,
    words::COMPATIBLE,
    words::VALIDATE,
    words::BASES,
    words::METHODS,
    words::INITIAL,
    words::BARE_LIST,
    words::FORGETS_CHANGES,
    words::BY_PIN,
    words::BY_MANIFEST,
];

const REMOVED_WORDS: &[&str] = &[words::NAME, words::SINCE, words::UNTIL, words::FILL, words::FIRST];

impl ObjectAttr {
    pub fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = ObjectAttr::default();
        super::read(cx, attrs, "object", |word| match word.text().as_str() {
            words::NAMESPACE => set(&mut out.namespace, &word, word.wire_name("\"nova\"")?),
            words::SERIAL_NAMESPACE => {
                set(&mut out.serial_namespace, &word, word.wire_name("\"nova_object\"")?)
            }
            words::NAME => set(&mut out.name, &word, word.wire_name("\"Name\"")?),
            words::VERSIONS => {
                let versions = word.list("\"1.0\", \"1.1..=1.3\"")?;
                set(&mut out.versions, &word, (word.span(), versions))
            }
            words::UNRELEASED => set(&mut out.unreleased, &word, word.version()?),
            words::CRATE => set(&mut out.krate, &word, word.value("path::to::versioned_objects")?),
            words::COERCE => set(&mut out.coerce, &word, word.span()),
            words::STRICT => word.error(NOW_STRICT),
            words::KEEP_CHILDREN => set(&mut out.keep_children, &word, word.span()),
            words::LIST => set(&mut out.list, &word, word.span()),
            words::CHILD_VERSIONS => set(&mut out.child_versions, &word, ChildVersions::read(&word)?),
            words::REMOVED => {
                out.removed.extend(Removed::read(cx, &word)?);
                Ok(())
            }
            words::EXTRA_FIELDS => ExtraField::read_all(cx, &word, &mut out.extra_fields),
            words::COLLECT => set(&mut out.collect, &word, word.span()),
            words::REMOTABLE => set(&mut out.remotable, &word, word.span()),
            words::REFUSE => set(&mut out.refuse, &word, Refusal::read(cx, &word)?),
            words::READ => set(&mut out.read, &word, word.path()?),
            words::COMPATIBLE => set(&mut out.compatible, &word, word.path()?),
            words::VALIDATE => set(&mut out.validate, &word, word.path()?),
            words::BASES => {
                out.bases.extend(word.list("\"Base\"")?);
                Ok(())
            }
            words::METHODS => {
                out.methods.extend(word.list("\"save(self, context=None)\"")?);
                Ok(())
            }
            words::INITIAL => {
                out.initial.extend(word.list("\"mtu\" = 1500")?);
                Ok(())
            }
            words::BARE_LIST => set(&mut out.bare_list, &word, word.span()),
            words::FORGETS_CHANGES => set(&mut out.forgets_changes, &word, word.span()),
            words::BY_PIN => set(&mut out.by_pin, &word, word.span()),
            words::BY_MANIFEST => set(&mut out.by_manifest, &word, word.span()),
            _ => word.unknown(WORDS),
        });
        out
    }
}

/// Older versions that the object isn't written in.
pub struct Refusal {
    pub before: VersionLit,
    pub message: Option<LitStr>,
}

impl Refusal {
    fn read(cx: &Ctxt, word: &super::Word<'_>) -> syn::Result<Self> {
        let (mut before, mut message) = (None, None);
        word.words(cx, "before = \"1.2\", message = \"...\"", |word| match word.text().as_str() {
            words::BEFORE => set(&mut before, &word, word.version()?),
            words::MESSAGE => set(&mut message, &word, word.name_of("\"...\"")?),
            _ => word.unknown(&[words::BEFORE, words::MESSAGE]),
        })?;
        Ok(Refusal { before: needed(before, word.span(), "refuse", "before = \"...\"")?, message })
    }
}

impl ExtraField {
    fn read_all(cx: &Ctxt, word: &super::Word<'_>, all: &mut Vec<ExtraField>) -> syn::Result<()> {
        word.words(cx, "name = Self::name", |word| {
            let (name, span) = (word.text(), word.span());
            let routine = word.path()?;
            all.push(ExtraField { name, span, routine });
            Ok(())
        })
    }
}

impl Removed {
    /// Reads the fields that went in the same version.
    fn read(cx: &Ctxt, word: &super::Word<'_>) -> syn::Result<Vec<Self>> {
        let (mut names, mut since, mut until, mut fill) = (None, None, None, None::<Literal>);
        let mut first = None::<First>;
        word.words(cx, "name = \"x\", until = \"1.2\"", |word| match word.text().as_str() {
            words::NAME if word.has_list() => set(&mut names, &word, word.names("\"x\", \"y\"")?),
            words::NAME => set(&mut names, &word, vec![word.name_of("\"x\"")?]),
            words::SINCE => set(&mut since, &word, word.version()?),
            words::UNTIL => set(&mut until, &word, word.version()?),
            words::FILL => set(&mut fill, &word, word.value("0")?),
            words::FIRST => set(&mut first, &word, First::read(cx, &word, None)?),
            _ => word.unknown(REMOVED_WORDS),
        })?;
        let names = needed(names, word.span(), "removed", "name = \"...\"")?;
        let until = needed(until, word.span(), "removed", "until = \"...\"")?;
        let one = |name| Removed { name, since, until, fill: fill.clone(), first: first.clone() };
        Ok(names.into_iter().map(one).collect())
    }
}
