//! What a field says of older targets beyond `since`.

use super::words;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token, Type};

use super::{Word, needed, set};
use crate::ctxt::Ctxt;
use crate::literal::Literal;
use crate::refused;
use crate::types;
use crate::version::VersionLit;

pub struct Rule {
    pub span: Span,
    pub kind: RuleKind,
}

pub enum RuleKind {
    Refuse { before: Option<VersionLit> },
    Values { values: Vec<Literal>, since: VersionLit, older: Instead, inside: bool },
    Without { objects: Vec<LitStr>, since: VersionLit },
    Renamed { from: LitStr, since: VersionLit },
    Was(Box<Was>),
    Take { from: LitStr, before: VersionLit, wrap: bool, when: Option<(LitStr, Literal)> },
    First { first: First, before: VersionLit },
    Insert { key: LitStr, from: LitStr, before: VersionLit },
    Fill { value: Literal, before: VersionLit, unset: bool },
}

/// An element of another field's list.
#[derive(Clone)]
pub struct First {
    pub from: LitStr,
    pub when: Option<(LitStr, Literal)>,
}

pub struct Was {
    pub ty: Type,
    pub name: Option<LitStr>,
    pub since: VersionLit,
    pub to_older: Path,
    pub from_older: Path,
}

pub enum Instead {
    Refuse,
    Drop,
    Write(Literal),
}

impl Parse for Instead {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident) {
            let word = input.fork().parse::<Ident>()?;
            if word == "refuse" || word == "drop" {
                input.parse::<Ident>()?;
                return Ok(if word == "refuse" { Instead::Refuse } else { Instead::Drop });
            }
            if word != "null" {
                return Err(syn::Error::new(word.span(), "expected `refuse`, `drop` or a literal"));
            }
        }
        input.parse().map(Instead::Write)
    }
}

impl Rule {
    /// Reads a rule, where the word is that of one.
    pub fn read(cx: &Ctxt, word: &Word<'_>) -> Option<syn::Result<Rule>> {
        let kind = match word.text().as_str() {
            words::REFUSE => refuse(cx, word),
            words::VALUES => values(cx, word),
            words::WITHOUT => without(cx, word),
            words::RENAMED => renamed(cx, word),
            words::WAS => was(cx, word),
            words::TAKE => take(cx, word),
            words::FIRST => first(cx, word),
            words::INSERT => insert(cx, word),
            words::FILL => fill(cx, word),
            _ => return None,
        };
        Some(kind.map(|kind| Rule { span: word.span(), kind }))
    }

    /// The version that it holds before.
    pub fn before(&self) -> Option<VersionLit> {
        match &self.kind {
            RuleKind::Refuse { before } => *before,
            RuleKind::Values { since, .. }
            | RuleKind::Without { since, .. }
            | RuleKind::Renamed { since, .. } => Some(*since),
            RuleKind::Was(was) => Some(was.since),
            RuleKind::Take { before, .. }
            | RuleKind::First { before, .. }
            | RuleKind::Insert { before, .. }
            | RuleKind::Fill { before, .. } => Some(*before),
        }
    }

    /// The other fields that it names.
    pub fn names(&self) -> Vec<&LitStr> {
        match &self.kind {
            RuleKind::Take { from, when, .. } => {
                [from].into_iter().chain(when.as_ref().map(|(name, _)| name)).collect()
            }
            RuleKind::Insert { from, .. } | RuleKind::First { first: First { from, .. }, .. } => vec![from],
            _ => Vec::new(),
        }
    }
}

fn refuse(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    let mut before = None;
    if word.has_list() {
        word.words(cx, "before = \"1.2\"", |word| match word.text().as_str() {
            words::BEFORE => set(&mut before, &word, word.version()?),
            _ => word.unknown(&[words::BEFORE]),
        })?;
        needed(before, word.span(), "refuse(...)", "before = \"...\"")?;
    }
    Ok(RuleKind::Refuse { before })
}

fn values(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    const EXAMPLE: &str = "\"new\", since = \"1.2\", older = refuse";
    let content = word.content(EXAMPLE)?;
    let mut values: Vec<Literal> = Vec::new();
    while !content.is_empty() && !at_word(&content) {
        values.push(content.parse()?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    let (mut since, mut older, mut inside) = (None, None, None);
    super::each(cx, &content, &mut |word: Word<'_>| match word.text().as_str() {
        words::SINCE => set(&mut since, &word, word.version()?),
        words::OLDER => set(&mut older, &word, word.value("refuse")?),
        words::INSIDE => set(&mut inside, &word, ()),
        _ => word.unknown(&[words::SINCE, words::OLDER, words::INSIDE]),
    });
    if values.is_empty() {
        return word.error(format!("expected `values({EXAMPLE})`"));
    }
    Ok(RuleKind::Values {
        values,
        since: needed(since, word.span(), "values", "since = \"...\"")?,
        older: needed(older, word.span(), "values", "older = refuse`, `older = drop` or `older = \"...\"")?,
        inside: inside.is_some(),
    })
}

/// Whether a word comes next, not the literal `null`, `true` or `false`.
fn at_word(input: ParseStream<'_>) -> bool {
    let is_inside = input.fork().call(Ident::parse_any).is_ok_and(|word| word == words::INSIDE);
    is_inside || input.peek(Ident::peek_any) && input.peek2(Token![=])
}

fn without(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    const EXAMPLE: &str = "\"Object\", since = \"1.2\"";
    let content = word.content(EXAMPLE)?;
    let mut objects: Vec<LitStr> = Vec::new();
    while content.peek(LitStr) {
        objects.push(content.parse()?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    let mut since = None;
    super::each(cx, &content, &mut |word: Word<'_>| match word.text().as_str() {
        words::SINCE => set(&mut since, &word, word.version()?),
        _ => word.unknown(&[words::SINCE]),
    });
    if objects.is_empty() {
        return word.error(format!("expected `without({EXAMPLE})`"));
    }
    Ok(RuleKind::Without { objects, since: needed(since, word.span(), "without", "since = \"...\"")? })
}

fn renamed(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    let (mut from, mut since) = (None, None);
    word.words(cx, "from = \"old\", since = \"1.3\"", |word| match word.text().as_str() {
        words::FROM => set(&mut from, &word, word.name_of("\"old\"")?),
        words::SINCE => set(&mut since, &word, word.version()?),
        _ => word.unknown(&[words::FROM, words::SINCE]),
    })?;
    Ok(RuleKind::Renamed {
        from: needed(from, word.span(), "renamed", "from = \"...\"")?,
        since: needed(since, word.span(), "renamed", "since = \"...\"")?,
    })
}

fn was(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    let (mut ty, mut name, mut since, mut to_older, mut from_older) = (None, None, None, None, None);
    let example = "type = T, since = \"1.3\", to_older = path, from_older = path";
    word.words(cx, example, |word| match word.text().as_str() {
        words::TYPE => set(&mut ty, &word, word.value("T")?),
        words::NAME => set(&mut name, &word, word.name_of("\"old\"")?),
        words::SINCE => set(&mut since, &word, word.version()?),
        words::TO_OLDER => set(&mut to_older, &word, word.path()?),
        words::FROM_OLDER => set(&mut from_older, &word, word.path()?),
        _ => word.unknown(&[words::TYPE, words::NAME, words::SINCE, words::TO_OLDER, words::FROM_OLDER]),
    })?;
    if let Some(ty) = &ty {
        types::check_nulls(cx, ty);
        refused::check(cx, ty);
    }
    Ok(RuleKind::Was(Box::new(Was {
        ty: needed(ty, word.span(), "was", "type = ...")?,
        name,
        since: needed(since, word.span(), "was", "since = \"...\"")?,
        to_older: needed(to_older, word.span(), "was", "to_older = ...")?,
        from_older: needed(from_older, word.span(), "was", "from_older = ...")?,
    })))
}

fn take(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    let (mut from, mut before, mut wrap, mut when) = (None, None, None, None);
    word.words(cx, "from = \"field\", before = \"1.2\"", |word| match word.text().as_str() {
        words::FROM => set(&mut from, &word, word.name_of("\"field\"")?),
        words::BEFORE => set(&mut before, &word, word.version()?),
        words::WRAP => set(&mut wrap, &word, ()),
        words::WHEN => set(&mut when, &word, condition(&word)?),
        _ => word.unknown(&[words::FROM, words::BEFORE, words::WRAP, words::WHEN]),
    })?;
    Ok(RuleKind::Take {
        from: needed(from, word.span(), "take", "from = \"...\"")?,
        before: needed(before, word.span(), "take", "before = \"...\"")?,
        wrap: wrap.is_some(),
        when,
    })
}

/// A field and the value that it has.
fn condition(word: &Word<'_>) -> syn::Result<(LitStr, Literal)> {
    let content = word.content("\"field\" = \"value\"")?;
    let name: LitStr = content.parse()?;
    content.parse::<Token![=]>()?;
    Ok((name, content.parse()?))
}

fn first(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    let mut before = None;
    let first = First::read(cx, word, Some(&mut before))?;
    Ok(RuleKind::First { first, before: needed(before, word.span(), "first", "before = \"...\"")? })
}

impl First {
    /// Reads it, and where it asks for one, the version that it holds before.
    pub fn read(
        cx: &Ctxt,
        word: &Word<'_>,
        mut before: Option<&mut Option<VersionLit>>,
    ) -> syn::Result<First> {
        let (mut from, mut when) = (None, None);
        let example = match before {
            Some(_) => "from = \"fields\", before = \"1.2\"",
            None => "from = \"fields\"",
        };
        word.words(cx, example, |word| match (word.text().as_str(), &mut before) {
            (words::FROM, _) => set(&mut from, &word, word.name_of("\"fields\"")?),
            (words::WHEN, _) => set(&mut when, &word, condition(&word)?),
            (words::BEFORE, Some(before)) => set(before, &word, word.version()?),
            (_, Some(_)) => word.unknown(&[words::FROM, words::BEFORE, words::WHEN]),
            (_, None) => word.unknown(&[words::FROM, words::WHEN]),
        })?;
        Ok(First { from: needed(from, word.span(), "first", "from = \"...\"")?, when })
    }
}

fn insert(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    let (mut key, mut from, mut before) = (None, None, None);
    word.words(cx, "key = \"k\", from = \"field\", before = \"1.2\"", |word| match word.text().as_str() {
        words::KEY => set(&mut key, &word, word.literal("\"k\"")?),
        words::FROM => set(&mut from, &word, word.name_of("\"field\"")?),
        words::BEFORE => set(&mut before, &word, word.version()?),
        _ => word.unknown(&[words::KEY, words::FROM, words::BEFORE]),
    })?;
    Ok(RuleKind::Insert {
        key: needed(key, word.span(), "insert", "key = \"...\"")?,
        from: needed(from, word.span(), "insert", "from = \"...\"")?,
        before: needed(before, word.span(), "insert", "before = \"...\"")?,
    })
}

fn fill(cx: &Ctxt, word: &Word<'_>) -> syn::Result<RuleKind> {
    let (mut value, mut before, mut unset) = (None, None, None);
    word.words(cx, "value = 0, before = \"1.2\"", |word| match word.text().as_str() {
        words::VALUE => set(&mut value, &word, word.value("0")?),
        words::BEFORE => set(&mut before, &word, word.version()?),
        words::UNSET => set(&mut unset, &word, ()),
        _ => word.unknown(&[words::VALUE, words::BEFORE, words::UNSET]),
    })?;
    Ok(RuleKind::Fill {
        value: needed(value, word.span(), "fill", "value = ...")?,
        before: needed(before, word.span(), "fill", "before = \"...\"")?,
        unset: unset.is_some(),
    })
}
