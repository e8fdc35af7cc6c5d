//! Public docs begin with a word of their own and say something.

use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprLit, Field, ImplItemFn, Item, Lit, Meta, TraitItem, Variant, Visibility};

/// Fewer words are a name said again.
const FEWEST_WORDS: usize = 4;
/// A doc that begins so says nothing to whoever sees that line alone, as search and lists of items show it.
const EMPTY_BEGINNINGS: &[&str] = &["The same", "What "];

#[derive(Default)]
struct Docs {
    faults: Vec<String>,
    seen: usize,
    is_public: bool,
}

impl Docs {
    fn look(&mut self, attributes: &[Attribute], name: &str) {
        if attributes.iter().any(is_hidden) {
            return;
        }
        let lines: Vec<String> = attributes.iter().filter_map(line).collect();
        let text = lines.iter().map(|line| line.trim()).take_while(|line| !line.is_empty());
        let text = text.collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return;
        }
        self.seen += 1;
        let is_short = text.split_whitespace().count() < FEWEST_WORDS;
        if is_short || EMPTY_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning)) {
            self.faults.push(format!("{name}: {text}"));
        }
    }
}

fn line(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(said) if said.path.is_ident("doc") => match &said.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn is_hidden(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) => list.path.is_ident("doc") && list.tokens.to_string() == "hidden",
        _ => false,
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

impl<'ast> Visit<'ast> for Docs {
    fn visit_item(&mut self, item: &'ast Item) {
        let (visibility, attributes, name) = match item {
            Item::Const(item) => (&item.vis, &item.attrs, &item.ident),
            Item::Enum(item) => (&item.vis, &item.attrs, &item.ident),
            Item::Fn(item) => (&item.vis, &item.attrs, &item.sig.ident),
            Item::Static(item) => (&item.vis, &item.attrs, &item.ident),
            Item::Struct(item) => (&item.vis, &item.attrs, &item.ident),
            Item::Trait(item) => (&item.vis, &item.attrs, &item.ident),
            Item::Type(item) => (&item.vis, &item.attrs, &item.ident),
            other => return visit::visit_item(self, other),
        };
        let outer = std::mem::replace(&mut self.is_public, is_public(visibility));
        if self.is_public {
            self.look(attributes, &name.to_string());
        }
        visit::visit_item(self, item);
        self.is_public = outer;
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if self.is_public && is_public(&field.vis) {
            let name = field.ident.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string);
            self.look(&field.attrs, &name);
        }
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        if self.is_public {
            self.look(&variant.attrs, &variant.ident.to_string());
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let (attributes, name) = match item {
            TraitItem::Const(item) => (&item.attrs, &item.ident),
            TraitItem::Fn(item) => (&item.attrs, &item.sig.ident),
            TraitItem::Type(item) => (&item.attrs, &item.ident),
            _ => return,
        };
        if self.is_public {
            self.look(attributes, &name.to_string());
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if is_public(&item.vis) {
            self.look(&item.attrs, &item.sig.ident.to_string());
        }
    }
}

/// The docs of the files in a folder and in those inside it.
fn look_into(folder: &Path, docs: &mut Docs) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            look_into(&path, docs);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let before = docs.faults.len();
            docs.visit_file(&file);
            for fault in &mut docs.faults[before..] {
                *fault = format!("{}: {fault}", path.display());
            }
        }
    }
}

#[test]
fn every_public_doc_says_something() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut docs = Docs::default();
    for folder in ["src", "derive/src"] {
        look_into(&root.join(folder), &mut docs);
    }
    assert!(docs.seen > 1000, "only {} docs were found", docs.seen);
    assert!(docs.faults.is_empty(), "{}", docs.faults.join("\n"));
}

#[test]
fn a_doc_that_says_nothing_is_found() {
    let faults = |text: &str| {
        let mut docs = Docs::default();
        docs.visit_file(&syn::parse_file(text).unwrap());
        docs.faults
    };
    assert_eq!(faults("/// The same of lists.\npub fn of_lists() {}"), ["of_lists: The same of lists."]);
    assert_eq!(faults("/// What it is for.\npub struct A;"), ["A: What it is for."]);
    assert_eq!(faults("/// Thing\n/// of it.\npub struct A { /// Its name.\n pub name: u8 }").len(), 2);
    assert_eq!(faults("impl A { /// None.\n pub fn none() {} }"), ["none: None."]);
    assert_eq!(faults("pub trait A { /// Reads.\n fn read(); }"), ["read: Reads."]);
    assert!(faults("/// Nothing.\nfn hidden() {} /// Reads a name from text.\npub fn read() {}").is_empty());
}
