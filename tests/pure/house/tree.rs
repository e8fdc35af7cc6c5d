//! The modules of a crate, as its files declare them.

use std::collections::BTreeMap;

use syn::{Attribute, Expr, ExprLit, Item, ItemUse, Lit, Meta, UseTree, Visibility};

/// Reads a file; none, where there isn't one.
pub type Read<'r> = dyn Fn(&str) -> Option<String> + 'r;

/// A module's place among all.
pub type Id = usize;

#[derive(Default)]
pub struct Module {
    pub parent: Option<Id>,
    pub file: String,
    /// What each name stands for. One name may stand for a module and a function.
    pub names: BTreeMap<String, Vec<Named>>,
    pub globs: Vec<Vec<String>>,
    /// What is in the module but not in a module within it.
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    Module(Id),
    /// Defined in that module.
    Here,
    /// Imported by that path.
    Import(Vec<String>),
}

/// The crates, each by the name by which others import it.
#[derive(Default)]
pub struct Tree {
    pub modules: Vec<Module>,
    pub roots: BTreeMap<String, Id>,
}

impl Tree {
    /// Reads a crate from its root file.
    pub fn with(mut self, name: &str, root: &str, read: &Read<'_>) -> Self {
        let id = self.file(None, root, read);
        self.roots.insert(name.to_owned(), id);
        self
    }

    fn file(&mut self, parent: Option<Id>, file: &str, read: &Read<'_>) -> Id {
        let text = read(file).unwrap_or_else(|| panic!("no file {file}"));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        // A root and a `mod.rs` have their modules beside them, any other file in a folder of its name.
        let stem = name.strip_suffix(".rs").unwrap_or(name);
        let inside = match stem {
            "lib" | "mod" => folder.to_owned(),
            stem => format!("{folder}/{stem}"),
        };
        self.module(parent, file, (folder, &inside), parsed.items, read)
    }

    fn module(
        &mut self,
        parent: Option<Id>,
        file: &str,
        (folder, inside): (&str, &str),
        items: Vec<Item>,
        read: &Read<'_>,
    ) -> Id {
        let id = self.modules.len();
        self.modules.push(Module { parent, file: file.to_owned(), ..Module::default() });
        let mut kept = Vec::new();
        for item in items.into_iter().filter(|item| !is_test(item)) {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let child = match (module.content, path_attribute(&module.attrs)) {
                        (Some((_, items)), _) => {
                            let inside = format!("{inside}/{name}");
                            self.module(Some(id), file, (&inside, &inside), items, read)
                        }
                        (None, Some(path)) => self.file(Some(id), &format!("{folder}/{path}"), read),
                        (None, None) => {
                            let beside = format!("{inside}/{name}.rs");
                            let file = if read(&beside).is_some() {
                                beside
                            } else {
                                format!("{inside}/{name}/mod.rs")
                            };
                            self.file(Some(id), &file, read)
                        }
                    };
                    self.name(id, name, Named::Module(child));
                }
                Item::Use(item) => {
                    for (path, bound) in paths(&item.tree) {
                        match bound {
                            Bound::Name(name) => self.name(id, name, Named::Import(path)),
                            Bound::All => self.modules[id].globs.push(path),
                            Bound::Nothing => {}
                        }
                    }
                    kept.push(Item::Use(item));
                }
                item => {
                    for name in defined(&item) {
                        self.name(id, name, Named::Here);
                    }
                    kept.push(item);
                }
            }
        }
        self.modules[id].items = kept;
        id
    }

    fn name(&mut self, id: Id, name: String, named: Named) {
        self.modules[id].names.entry(name).or_default().push(named);
    }
}

/// What an import binds.
pub enum Bound {
    Name(String),
    All,
    Nothing,
}

/// The paths that an import has, groups taken apart.
pub fn paths(tree: &UseTree) -> Vec<(Vec<String>, Bound)> {
    fn walk(tree: &UseTree, front: &[String], out: &mut Vec<(Vec<String>, Bound)>) {
        let with = |name: String| front.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => walk(&path.tree, &with(path.ident.to_string()), out),
            UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, front, out)),
            UseTree::Glob(_) => out.push((front.to_vec(), Bound::All)),
            UseTree::Name(name) => match name.ident.to_string().as_str() {
                "self" => {
                    let name = front.last().cloned().unwrap_or_default();
                    out.push((front.to_vec(), Bound::Name(name)));
                }
                name => out.push((with(name.to_owned()), Bound::Name(name.to_owned()))),
            },
            UseTree::Rename(name) => {
                let path = match name.ident.to_string().as_str() {
                    "self" => front.to_vec(),
                    name => with(name.to_owned()),
                };
                let bound = match name.rename.to_string().as_str() {
                    "_" => Bound::Nothing,
                    name => Bound::Name(name.to_owned()),
                };
                out.push((path, bound));
            }
        }
    }

    let mut out = Vec::new();
    walk(tree, &[], &mut out);
    out
}

/// Whether an import shows what it binds to others.
pub fn is_shown(item: &ItemUse) -> bool {
    !matches!(item.vis, Visibility::Inherited)
}

fn defined(item: &Item) -> Vec<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return Vec::new(),
    };
    vec![ident.to_string()]
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether the item is compiled for tests alone.
fn is_test(item: &Item) -> bool {
    attributes(item).iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        _ => false,
    })
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    })
}
