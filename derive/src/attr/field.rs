use super::words;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Token, parenthesized, token};

use super::check::Check;
use super::rule::{Rule, RuleKind};
use super::{ChildVersions, NOW_STRICT, Word, set};
use crate::ctxt::Ctxt;
use crate::literal::Literal;
use crate::version::VersionLit;

/// The words of `#[field(...)]`.
#[derive(Default)]
pub struct FieldAttr {
    pub name: Option<LitStr>,
    pub since: Option<VersionLit>,
    pub absent: Option<Literal>,
    pub default: Option<Literal>,
    pub read_only: Option<Span>,
    pub coerce: Option<Span>,
    pub required: Option<Span>,
    pub child_versions: Option<ChildVersions>,
    pub repr: Option<LitStr>,
    pub alone: Option<Span>,
    pub check: Option<Check>,
    pub rules: Vec<Rule>,
    pub extends: Option<Extends>,
    /// The first word that isn't `extends`.
    pub other: Option<Span>,
}

/// The words of `extends(...)`: an heir's on the fields that it inherits.
pub struct Extends {
    pub span: Span,
    pub said: Vec<Inherited>,
}

pub struct Inherited {
    pub name: String,
    pub span: Span,
    pub since: Option<VersionLit>,
    pub child_versions: Option<ChildVersions>,
    /// The rules by the heir's versions, in place of the part's own.
    pub rules: Vec<Rule>,
}

const WORDS: &[&str] = &[
    words::NAME,
    words::SINCE,
    words::ABSENT,
    words::DEFAULT,
    words::READ_ONLY,
    words::COERCE,
    words::REQUIRED,
    words::CHILD_VERSIONS,
    words::REPR,
    words::ALONE,
    words::CHECK,
    words::EXTENDS,
    words::REFUSE,
    words::VALUES,
    words::WITHOUT,
    words::RENAMED,
    words::WAS,
    words::TAKE,
    words::FIRST,
    words::INSERT,
    words::FILL,
];

/// Words that an heir may say of a field that it inherits.
const HEIRS_WORDS: &[&str] = &[
    words::SINCE,
    words::CHILD_VERSIONS,
    words::REFUSE,
    words::VALUES,
    words::WITHOUT,
    words::TAKE,
    words::FIRST,
    words::INSERT,
    words::FILL,
];

impl FieldAttr {
    pub fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = FieldAttr::default();
        super::read(cx, attrs, "field", |word| out.word(cx, &word));
        out
    }

    fn word(&mut self, cx: &Ctxt, word: &Word<'_>) -> syn::Result<()> {
        let text = word.text();
        if text == words::EXTENDS {
            return set(&mut self.extends, word, Extends::read(cx, word)?);
        }
        self.other.get_or_insert(word.span());
        if let Some(rule) = Rule::read(cx, word) {
            let rule = rule?;
            let is_refusal = |rule: &Rule| matches!(rule.kind, RuleKind::Refuse { .. });
            if is_refusal(&rule) && self.rules.iter().any(is_refusal) {
                return word.error("duplicate `refuse`");
            }
            self.rules.push(rule);
            return Ok(());
        }
        match text.as_str() {
            words::NAME => set(&mut self.name, word, word.wire_name("\"type\"")?),
            words::SINCE => set(&mut self.since, word, word.version()?),
            words::ABSENT => set(&mut self.absent, word, word.value("\"virtio\"")?),
            words::DEFAULT => set(&mut self.default, word, word.value("0")?),
            words::READ_ONLY => set(&mut self.read_only, word, word.span()),
            words::COERCE => set(&mut self.coerce, word, word.span()),
            words::REQUIRED => set(&mut self.required, word, word.span()),
            words::STRICT => word.error(NOW_STRICT),
            words::CHILD_VERSIONS => set(&mut self.child_versions, word, ChildVersions::read(word)?),
            words::ALONE => set(&mut self.alone, word, word.span()),
            words::CHECK => set(&mut self.check, word, Check::read(cx, word)?),
            words::REPR => set(&mut self.repr, word, super::said::repr(cx, word)?),
            _ => word.unknown(WORDS),
        }
    }
}

impl Extends {
    fn read(cx: &Ctxt, word: &Word<'_>) -> syn::Result<Self> {
        let mut out = Extends { span: word.span(), said: Vec::new() };
        if !word.has_list() {
            return Ok(out);
        }
        let content = word.content("vifs(since = \"1.9\")")?;
        while !content.is_empty() {
            match Inherited::read(cx, &content) {
                Ok(inherited) => out.said.push(inherited),
                Err(error) => {
                    cx.add(error);
                    super::skip_to_comma(&content);
                }
            }
            let _ = content.parse::<Option<Token![,]>>();
        }
        Ok(out)
    }
}

/// The name of a field on the wire, as text or as a word.
struct WireName {
    text: String,
    span: Span,
}

impl Parse for WireName {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return Ok(WireName { text: text.value(), span: text.span() });
        }
        let word = input.call(Ident::parse_any)?;
        Ok(WireName { text: word.unraw().to_string(), span: word.span() })
    }
}

impl Inherited {
    fn read(cx: &Ctxt, input: ParseStream<'_>) -> syn::Result<Self> {
        let name: WireName = input.parse()?;
        let example = format!("expected `{}(since = \"1.2\")`", name.text);
        if !input.peek(token::Paren) {
            return Err(syn::Error::new(name.span, example));
        }
        let content;
        parenthesized!(content in input);
        let (mut since, mut child_versions, mut rules) = (None, None, Vec::new());
        super::each(cx, &content, &mut |word: Word<'_>| {
            if let Some(rule) = Rule::read(cx, &word) {
                let rule = rule?;
                if matches!(rule.kind, RuleKind::Renamed { .. } | RuleKind::Was(_)) {
                    return word.error("an heir can't say that; say it where the part has the field");
                }
                rules.push(rule);
                return Ok(());
            }
            match word.text().as_str() {
                words::SINCE => set(&mut since, &word, word.version()?),
                words::CHILD_VERSIONS => set(&mut child_versions, &word, ChildVersions::read(&word)?),
                _ => word.unknown(HEIRS_WORDS),
            }
        });
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected `,`"));
        }
        Ok(Inherited { name: name.text, span: name.span, since, child_versions, rules })
    }
}
