//! Which file uses what another defines.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{ItemUse, Macro, Path};

use super::tree::{Bound, Id, Named, Tree, is_shown, paths};

/// From each file to those that define what it uses.
pub type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The arrows of all crates in the tree.
pub fn arrows(tree: &Tree) -> Arrows {
    let mut arrows = Arrows::new();
    for (id, module) in tree.modules.iter().enumerate() {
        let from = arrows.entry(module.file.clone()).or_default();
        let mut found = Found::default();
        module.items.iter().for_each(|item| found.visit_item(item));
        for path in &found.paths {
            from.extend(tree.files(id, path).into_iter().filter(|to| *to != module.file));
        }
    }
    arrows
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    Module(Id),
    /// Something that the module defines.
    In(Id),
}

impl Tree {
    /// The files that define what the path leads to, seen from a module. A module alone is no use of what it defines.
    fn files(&self, from: Id, path: &[String]) -> BTreeSet<String> {
        let goals = self.resolve(from, path, &mut Vec::new());
        let defining = goals.into_iter().filter_map(|goal| match goal {
            Goal::In(id) => Some(self.modules[id].file.clone()),
            Goal::Module(_) => None,
        });
        defining.collect()
    }

    fn resolve(&self, from: Id, path: &[String], seen: &mut Vec<(Id, Vec<String>)>) -> BTreeSet<Goal> {
        let key = (from, path.to_vec());
        if seen.contains(&key) {
            return BTreeSet::new();
        }
        seen.push(key);
        let Some((first, rest)) = path.split_first() else { return BTreeSet::from([Goal::Module(from)]) };
        let start = match first.as_str() {
            "crate" => BTreeSet::from([Goal::Module(self.root(from))]),
            "self" => BTreeSet::from([Goal::Module(from)]),
            "super" => self.modules[from].parent.into_iter().map(Goal::Module).collect(),
            name => {
                let here = self.lookup(from, name, seen);
                match self.roots.get(name) {
                    Some(root) if here.is_empty() => BTreeSet::from([Goal::Module(*root)]),
                    _ => here,
                }
            }
        };
        self.follow(start, rest, seen)
    }

    fn follow(
        &self,
        start: BTreeSet<Goal>,
        rest: &[String],
        seen: &mut Vec<(Id, Vec<String>)>,
    ) -> BTreeSet<Goal> {
        let Some((next, behind)) = rest.split_first() else { return start };
        let mut out = BTreeSet::new();
        for goal in start {
            match goal {
                Goal::Module(id) if next == "super" => {
                    let above = self.modules[id].parent.into_iter().map(Goal::Module).collect();
                    out.extend(self.follow(above, behind, seen));
                }
                Goal::Module(id) => out.extend(self.follow(self.lookup(id, next, seen), behind, seen)),
                // What is behind a type or a trait belongs to it.
                Goal::In(id) => drop(out.insert(Goal::In(id))),
            }
        }
        out
    }

    /// What a name stands for in a module.
    fn lookup(&self, id: Id, name: &str, seen: &mut Vec<(Id, Vec<String>)>) -> BTreeSet<Goal> {
        let module = &self.modules[id];
        let mut out = BTreeSet::new();
        for named in module.names.get(name).into_iter().flatten() {
            match named {
                Named::Module(child) => drop(out.insert(Goal::Module(*child))),
                Named::Here => drop(out.insert(Goal::In(id))),
                Named::Import(path) => out.extend(self.resolve(id, path, seen)),
            }
        }
        if out.is_empty() {
            for glob in &module.globs {
                let path: Vec<_> = glob.iter().cloned().chain([name.to_owned()]).collect();
                out.extend(self.resolve(id, &path, seen));
            }
        }
        out
    }

    fn root(&self, id: Id) -> Id {
        self.modules[id].parent.map_or(id, |parent| self.root(parent))
    }
}

/// The paths that stand in code.
#[derive(Default)]
struct Found {
    paths: Vec<Vec<String>>,
}

impl Found {
    /// Paths among the tokens of a macro; of single words those alone that look like a type or a call.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |place: usize, c: char| matches!(tokens.get(place), Some(TokenTree::Punct(p)) if p.as_char() == c);
        let mut place = 0;
        while place < tokens.len() {
            match &tokens[place] {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let is_part =
                        place.checked_sub(1).is_some_and(|before| is(before, '.') || is(before, '$'));
                    let is_crate = *first == "crate";
                    let mut path = vec![first.to_string()];
                    while is(place + 1, ':') && is(place + 2, ':') {
                        let Some(TokenTree::Ident(next)) = tokens.get(place + 3) else { break };
                        path.push(next.to_string());
                        place += 3;
                    }
                    let is_called = matches!(tokens.get(place + 1), Some(TokenTree::Group(_)));
                    let is_type = path[0].starts_with(char::is_uppercase);
                    if (path.len() > 1 || is_called || is_type) && (!is_part || is_crate) {
                        self.paths.push(path);
                    }
                }
                _ => {}
            }
            place += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        // What is shown to others is used by those who name it.
        if !is_shown(item) {
            let named = paths(&item.tree).into_iter();
            self.paths.extend(named.filter(|(_, bound)| !matches!(bound, Bound::All)).map(|(path, _)| path));
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
