//! What the attributes say, as typed pictures that keep the places for messages.

pub mod check;
pub mod field;
pub mod field_enum;
pub mod object;
pub mod rule;
mod said;
pub mod words;

use std::fmt::Display;

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Path, Token, parenthesized, token};

use crate::ctxt::Ctxt;
use crate::version::VersionLit;

/// Reads the words of all attributes of that name; a mistake in one word leaves the others to be read.
pub fn read(cx: &Ctxt, attrs: &[Attribute], name: &str, mut word: impl FnMut(Word<'_>) -> syn::Result<()>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let already = cx.count();
        let read = attr.parse_args_with(|input: ParseStream<'_>| {
            each(cx, input, &mut word);
            Ok(())
        });
        // After a mistake the tokens that it left unread are no second one.
        if cx.count() == already {
            cx.keep(read);
        }
    }
}

/// `crate = path`, the one word of an attribute macro itself.
#[cfg(feature = "remotable")]
pub fn krate(cx: &Ctxt, attribute: proc_macro2::TokenStream) -> Option<Path> {
    let mut krate = None;
    of_macro(cx, attribute, |word| match word.text().as_str() {
        words::CRATE => set(&mut krate, &word, word.value("path::to::versioned_objects")?),
        _ => word.unknown(&[words::CRATE]),
    });
    krate
}

/// Reads the words of an attribute macro itself.
#[cfg(feature = "remotable")]
pub fn of_macro(
    cx: &Ctxt,
    attribute: proc_macro2::TokenStream,
    mut word: impl FnMut(Word<'_>) -> syn::Result<()>,
) {
    use syn::parse::Parser as _;
    let read = |input: ParseStream<'_>| {
        each(cx, input, &mut word);
        Ok(())
    };
    cx.keep(read.parse2(attribute));
}

/// The refusal of a word that says what holds anyway.
pub const NOW_STRICT: &str =
    "a field is strict unless it says `coerce`, which is the reference's way; leave `strict` away";

/// Refuses attributes that mean nothing where they stand; each name with where it belongs.
pub fn misplaced(cx: &Ctxt, attrs: &[Attribute], names: &[(&str, &str)]) {
    for attr in attrs {
        if let Some((name, place)) = names.iter().find(|(name, _)| attr.path().is_ident(name)) {
            let span = syn::spanned::Spanned::span(attr.path());
            cx.error(span, format!("`{name}` says nothing here; it stands {place}"));
        }
    }
}

/// Reads words with commas between.
fn each(cx: &Ctxt, input: ParseStream<'_>, word: &mut dyn FnMut(Word<'_>) -> syn::Result<()>) {
    while !input.is_empty() {
        let already = cx.count();
        if let Err(error) = one(input, word) {
            // What a word lacks after a mistake inside it was perhaps misspelt there.
            if cx.count() == already {
                cx.add(error);
            }
            skip_to_comma(input);
        }
        // What isn't a comma here was skipped.
        let _ = input.parse::<Option<Token![,]>>();
    }
}

fn one(input: ParseStream<'_>, word: &mut dyn FnMut(Word<'_>) -> syn::Result<()>) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error("expected a word"));
    }
    let name = input.call(Ident::parse_any)?;
    word(Word { name, input })?;
    if input.is_empty() || input.peek(Token![,]) { Ok(()) } else { Err(input.error("expected `,`")) }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<proc_macro2::TokenTree>().is_err() {
            return;
        }
    }
}

/// A word of an attribute, with what follows it still to be read.
pub struct Word<'a> {
    pub name: Ident,
    input: ParseStream<'a>,
}

impl<'a> Word<'a> {
    pub fn text(&self) -> String {
        self.name.unraw().to_string()
    }

    pub fn span(&self) -> Span {
        self.name.span()
    }

    pub fn error<T>(&self, message: impl Display) -> syn::Result<T> {
        Err(syn::Error::new(self.span(), message))
    }

    /// The value behind `=`; `example` is said where there is none.
    pub fn value<T: Parse>(&self, example: &str) -> syn::Result<T> {
        if !self.input.peek(Token![=]) {
            return self.error(format!("expected `{} = {example}`", self.text()));
        }
        self.input.parse::<Token![=]>()?;
        self.input.parse()
    }

    /// Reads the text behind `=`.
    pub fn literal(&self, example: &str) -> syn::Result<LitStr> {
        let value: TokenOr<LitStr> = self.value(example)?;
        value.or_else(|found| {
            Err(syn::Error::new(found, format!("expected text: `{} = {example}`", self.text())))
        })
    }

    /// Text behind `=` that isn't empty.
    pub fn name_of(&self, example: &str) -> syn::Result<LitStr> {
        not_empty(self.literal(example)?)
    }

    /// Texts in the parentheses that follow, of which none is empty.
    pub fn names(&self, example: &str) -> syn::Result<Vec<LitStr>> {
        let names: Vec<LitStr> = self.list(example)?;
        match names.is_empty() {
            true => self.error(format!("expected `{}({example})`", self.text())),
            false => names.into_iter().map(not_empty).collect(),
        }
    }

    /// A name on the wire behind `=`. JSON is written without a look at it.
    pub fn wire_name(&self, example: &str) -> syn::Result<LitStr> {
        let text = self.name_of(example)?;
        let needs_escape = |c: char| c < ' ' || c == '"' || c == '\\';
        match text.value().chars().find(|c| needs_escape(*c)) {
            Some(c) => {
                Err(syn::Error::new(text.span(), format!("a name on the wire can't have {c:?} in it")))
            }
            None => Ok(text),
        }
    }

    /// A version behind `=`.
    pub fn version(&self) -> syn::Result<VersionLit> {
        VersionLit::read(&self.literal("\"1.2\"")?)
    }

    /// The path of a function behind `=`.
    pub fn path(&self) -> syn::Result<Path> {
        self.value("path::to::function")
    }

    /// Tells whether parentheses follow the word.
    pub fn has_list(&self) -> bool {
        self.input.peek(token::Paren)
    }

    /// The items in the parentheses that follow.
    pub fn list<T: Parse>(&self, example: &str) -> syn::Result<Vec<T>> {
        let content = self.content(example)?;
        Ok(Punctuated::<T, Token![,]>::parse_terminated(&content)?.into_iter().collect())
    }

    /// The words in the parentheses that follow.
    pub fn words(
        &self,
        cx: &Ctxt,
        example: &str,
        mut word: impl FnMut(Word<'_>) -> syn::Result<()>,
    ) -> syn::Result<()> {
        each(cx, &self.content(example)?, &mut word);
        Ok(())
    }

    /// Returns the content of the parentheses that follow.
    pub fn content(&self, example: &str) -> syn::Result<syn::parse::ParseBuffer<'a>> {
        if !self.has_list() {
            return self.error(format!("expected `{}({example})`", self.text()));
        }
        let content;
        parenthesized!(content in self.input);
        Ok(content)
    }

    /// The refusal of a word that means nothing here.
    pub fn unknown<T>(&self, known: &[&str]) -> syn::Result<T> {
        self.error(unknown(&self.text(), known))
    }
}

fn not_empty(text: LitStr) -> syn::Result<LitStr> {
    match text.value().is_empty() {
        true => Err(syn::Error::new(text.span(), "a name can't be empty")),
        false => Ok(text),
    }
}

/// Something that was looked for, or where else was found in its place.
enum TokenOr<T> {
    Found(T),
    Other(Span),
}

impl<T> TokenOr<T> {
    fn or_else(self, other: impl FnOnce(Span) -> syn::Result<T>) -> syn::Result<T> {
        match self {
            TokenOr::Found(value) => Ok(value),
            TokenOr::Other(span) => other(span),
        }
    }
}

impl Parse for TokenOr<LitStr> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(TokenOr::Found);
        }
        Ok(TokenOr::Other(input.span()))
    }
}

/// Fills a slot that may be filled but once.
pub fn set<T>(slot: &mut Option<T>, word: &Word<'_>, value: T) -> syn::Result<()> {
    if slot.is_some() {
        return word.error(format!("duplicate `{}`", word.text()));
    }
    *slot = Some(value);
    Ok(())
}

/// Says that a word needs another; for slots that weren't filled.
pub fn needed<T>(slot: Option<T>, of: Span, word: &str, example: &str) -> syn::Result<T> {
    slot.ok_or_else(|| syn::Error::new(of, format!("`{word}` needs `{example}`")))
}

/// The message for a word that isn't one of those known, with the one that it looks like.
pub fn unknown(found: &str, known: &[&str]) -> String {
    match nearest(found, known) {
        Some(near) => format!("unknown word `{found}`; did you mean `{near}`?"),
        None => format!("unknown word `{found}`, expected one of `{}`", known.join("`, `")),
    }
}

/// The known word that differs from the one found in at most a third of its letters.
pub fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|word| (distance(found, word), *word)).min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, word)| distance * 3 <= word.len().max(3)).map(|(_, word)| word)
}

/// How many letters are put in, left out, changed, or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// An entry `"1.2" => "1.1"`: from this version of the parent on, the child goes out in that of its own.
#[derive(Clone, Copy)]
pub struct ChildVersion {
    pub parent: VersionLit,
    pub child: VersionLit,
}

impl Parse for ChildVersion {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let parent: LitStr = input.parse()?;
        input.parse::<Token![=>]>()?;
        let child: LitStr = input.parse()?;
        Ok(ChildVersion { parent: VersionLit::read(&parent)?, child: VersionLit::read(&child)? })
    }
}

const CHILD_VERSIONS_EXAMPLE: &str = "\"1.2\" => \"1.1\"";

/// `child_versions("1.1" => "1.0", ...)`, and where it stands.
#[derive(Clone)]
pub struct ChildVersions {
    pub span: Span,
    pub rows: Vec<ChildVersion>,
}

/// A name on the wire, and what is said of it: `"mtu" = 1500`.
pub struct Pair<T> {
    pub name: LitStr,
    pub value: T,
}

impl<T: Parse> Parse for Pair<T> {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Pair { name, value: input.parse()? })
    }
}

impl ChildVersions {
    fn read(word: &Word<'_>) -> syn::Result<Self> {
        let rows = word.list(CHILD_VERSIONS_EXAMPLE)?;
        if rows.is_empty() {
            return word.error(format!("expected `child_versions({CHILD_VERSIONS_EXAMPLE})`"));
        }
        Ok(ChildVersions { span: word.span(), rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognized() {
        assert_eq!(nearest("sinse", &["since", "strict"]), Some("since"));
        assert_eq!(nearest("nmae", &["name", "since"]), Some("name"));
        assert_eq!(nearest("read-only", &["read_only"]), Some("read_only"));
        assert_eq!(nearest("banana", &["since", "strict"]), None);
    }
}
