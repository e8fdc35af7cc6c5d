//! What a field's values have to be beyond their type.

use proc_macro2::Span;
use syn::{LitInt, LitStr};

use super::{Word, set, words};
use crate::ctxt::Ctxt;
use crate::literal::Literal;

/// The words of `check(...)`.
#[derive(Default)]
pub struct Check {
    pub span: Option<Span>,
    pub pattern: Option<LitStr>,
    pub min_length: Option<LitInt>,
    pub max_length: Option<LitInt>,
    pub min: Option<Literal>,
    pub max: Option<Literal>,
    pub one_of: Vec<Literal>,
}

const WORDS: &[&str] =
    &[words::PATTERN, words::MIN_LENGTH, words::MAX_LENGTH, words::MIN, words::MAX, words::ONE_OF];

impl Check {
    pub fn read(cx: &Ctxt, word: &Word<'_>) -> syn::Result<Self> {
        let mut out = Check { span: Some(word.span()), ..Check::default() };
        word.words(cx, "min = 0, max = 65535", |word| match word.text().as_str() {
            words::PATTERN => set(&mut out.pattern, &word, word.name_of("\"^[a-z]+$\"")?),
            words::MIN_LENGTH => set(&mut out.min_length, &word, word.value("1")?),
            words::MAX_LENGTH => set(&mut out.max_length, &word, word.value("255")?),
            words::MIN => set(&mut out.min, &word, word.value("0")?),
            words::MAX => set(&mut out.max, &word, word.value("65535")?),
            words::ONE_OF => {
                out.one_of.extend(word.list("4, 6")?);
                Ok(())
            }
            _ => word.unknown(WORDS),
        })?;
        Ok(out)
    }
}
