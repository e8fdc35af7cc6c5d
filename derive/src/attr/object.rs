use proc_macro2::Span;
use syn::{Attribute, LitStr, Path};

use super::{ChildVersions, NOW_STRICT, Pair, needed, set};
use crate::ctxt::Ctxt;
use crate::literal::Literal;
use crate::version::VersionLit;

/// What `#[object(...)]` says.
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
    pub compatible: Option<Path>,
    pub validate: Option<Path>,
    pub bases: Vec<LitStr>,
    pub methods: Vec<Pair<LitStr>>,
    pub initial: Vec<Pair<Literal>>,
    pub bare_list: Option<Span>,
    pub forgets_changes: Option<Span>,
}

/// What is made of the fields, and isn't one on the wire.
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
}

const WORDS: &[&str] = &[
    "namespace",
    "serial_namespace",
    "name",
    "versions",
    "unreleased",
    "crate",
    "coerce",
    "keep_children",
    "list",
    "child_versions",
    "removed",
    "extra_fields",
    "collect",
    "remotable",
    "compatible",
    "validate",
    "bases",
    "methods",
    "initial",
    "bare_list",
    "forgets_changes",
];

const REMOVED_WORDS: &[&str] = &["name", "since", "until", "fill"];

impl ObjectAttr {
    pub fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = ObjectAttr::default();
        super::read(cx, attrs, "object", |word| match word.text().as_str() {
            "namespace" => set(&mut out.namespace, &word, word.wire_name("\"nova\"")?),
            "serial_namespace" => set(&mut out.serial_namespace, &word, word.wire_name("\"nova_object\"")?),
            "name" => set(&mut out.name, &word, word.wire_name("\"Name\"")?),
            "versions" => {
                let versions = word.list("\"1.0\", \"1.1..=1.3\"")?;
                set(&mut out.versions, &word, (word.span(), versions))
            }
            "unreleased" => set(&mut out.unreleased, &word, word.version()?),
            "crate" => set(&mut out.krate, &word, word.value("path::to::versioned_objects")?),
            "coerce" => set(&mut out.coerce, &word, word.span()),
            "strict" => word.error(NOW_STRICT),
            "keep_children" => set(&mut out.keep_children, &word, word.span()),
            "list" => set(&mut out.list, &word, word.span()),
            "child_versions" => set(&mut out.child_versions, &word, ChildVersions::read(&word)?),
            "removed" => {
                out.removed.push(Removed::read(cx, &word)?);
                Ok(())
            }
            "extra_fields" => ExtraField::read_all(cx, &word, &mut out.extra_fields),
            "collect" => set(&mut out.collect, &word, word.span()),
            "remotable" => set(&mut out.remotable, &word, word.span()),
            "compatible" => set(&mut out.compatible, &word, word.path()?),
            "validate" => set(&mut out.validate, &word, word.path()?),
            "bases" => {
                out.bases.extend(word.list("\"Base\"")?);
                Ok(())
            }
            "methods" => {
                out.methods.extend(word.list("\"save\" = \"ArgSpec(args=['self'], ...)\"")?);
                Ok(())
            }
            "initial" => {
                out.initial.extend(word.list("\"mtu\" = 1500")?);
                Ok(())
            }
            "bare_list" => set(&mut out.bare_list, &word, word.span()),
            "forgets_changes" => set(&mut out.forgets_changes, &word, word.span()),
            _ => word.unknown(WORDS),
        });
        out
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
    fn read(cx: &Ctxt, word: &super::Word<'_>) -> syn::Result<Self> {
        let (mut name, mut since, mut until, mut fill) = (None, None, None, None);
        word.words(cx, "name = \"x\", until = \"1.2\"", |word| match word.text().as_str() {
            "name" => set(&mut name, &word, word.name_of("\"x\"")?),
            "since" => set(&mut since, &word, word.version()?),
            "until" => set(&mut until, &word, word.version()?),
            "fill" => set(&mut fill, &word, word.value("0")?),
            _ => word.unknown(REMOVED_WORDS),
        })?;
        Ok(Removed {
            name: needed(name, word.span(), "removed", "name = \"...\"")?,
            since,
            until: needed(until, word.span(), "removed", "until = \"...\"")?,
            fill,
        })
    }
}
