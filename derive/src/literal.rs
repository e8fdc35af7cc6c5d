//! The literals that stand in attributes: defaults, fills, what rules compare with.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitBool, LitFloat, LitInt, LitStr, Token, braced, bracketed, token};

#[derive(Clone, Debug)]
pub struct Literal {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Literal>),
    Map(Vec<(String, Literal)>),
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Literal {
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Whether 32 bits hold all numbers in it, so that each goes out as it stands here.
    pub fn is_narrow(&self) -> bool {
        match &self.value {
            #[expect(clippy::cast_precision_loss, reason = "a number that lost digits prints as another")]
            Value::Int(value) => is_narrow(*value as f64) && (*value as f64).to_string() == value.to_string(),
            Value::Float(value) => is_narrow(*value),
            Value::List(values) => values.iter().all(Literal::is_narrow),
            Value::Map(entries) => entries.iter().all(|(_, value)| value.is_narrow()),
            Value::Null | Value::Bool(_) | Value::Text(_) => true,
        }
    }
}

/// Whether the number of 32 bits that is nearest prints as this one.
fn is_narrow(wide: f64) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "what is lost is what is looked for")]
    let narrow = wide as f32;
    narrow.to_string().parse() == Ok(wide)
}

impl Parse for Literal {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = input.span();
        Ok(Literal { span, value: parse_value(input)? })
    }
}

fn parse_value(input: ParseStream<'_>) -> syn::Result<Value> {
    if input.peek(LitStr) {
        return Ok(Value::Text(input.parse::<LitStr>()?.value()));
    }
    if input.peek(LitBool) {
        return Ok(Value::Bool(input.parse::<LitBool>()?.value));
    }
    if input.peek(LitInt) || input.peek(LitFloat) || input.peek(Token![-]) {
        return parse_number(input);
    }
    if input.peek(token::Bracket) {
        let content;
        bracketed!(content in input);
        let values = Punctuated::<Literal, Token![,]>::parse_terminated(&content)?;
        return Ok(Value::List(values.into_iter().collect()));
    }
    if input.peek(token::Brace) {
        let content;
        braced!(content in input);
        return parse_entries(&content).map(Value::Map);
    }
    if input.peek(Ident::peek_any) && input.fork().call(Ident::parse_any)? == "null" {
        input.call(Ident::parse_any)?;
        return Ok(Value::Null);
    }
    Err(input.error(
        "expected a literal: `null`, `true`, `false`, a number, text in quotes, `[...]` or `{ \"key\": ... }`",
    ))
}

fn parse_number(input: ParseStream<'_>) -> syn::Result<Value> {
    let minus: Option<Token![-]> = input.parse()?;
    let sign = if minus.is_some() { "-" } else { "" };
    if input.peek(LitFloat) {
        let number: LitFloat = input.parse()?;
        let value = format!("{sign}{}", number.base10_digits()).parse::<f64>();
        return match value {
            Ok(value) if value.is_finite() && number.suffix().is_empty() => Ok(Value::Float(value)),
            _ => Err(syn::Error::new(number.span(), "write a finite number without a suffix")),
        };
    }
    let number: LitInt = input.parse()?;
    match format!("{sign}{}", number.base10_digits()).parse() {
        Ok(value) if number.suffix().is_empty() => Ok(Value::Int(value)),
        _ => Err(syn::Error::new(number.span(), "write a number that fits in 128 bits, without a suffix")),
    }
}

fn parse_entries(input: ParseStream<'_>) -> syn::Result<Vec<(String, Literal)>> {
    let mut entries: Vec<(String, Literal)> = Vec::new();
    while !input.is_empty() {
        let key: LitStr = input.parse()?;
        if entries.iter().any(|(other, _)| *other == key.value()) {
            return Err(syn::Error::new(key.span(), format!("duplicate key {:?}", key.value())));
        }
        input.parse::<Token![:]>()?;
        entries.push((key.value(), input.parse()?));
        if input.is_empty() {
            break;
        }
        input.parse::<Token![,]>()?;
    }
    Ok(entries)
}

impl ToTokens for Literal {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match &self.value {
            Value::Null => quote!(__vo::Literal::Null),
            Value::Bool(value) => quote!(__vo::Literal::Bool(#value)),
            Value::Int(value) => quote!(__vo::Literal::Int(#value)),
            Value::Float(value) => quote!(__vo::Literal::Float(#value)),
            Value::Text(value) => quote!(__vo::Literal::Text(__vo::Cow::Borrowed(#value))),
            Value::List(values) => {
                quote!(__vo::Literal::List(__vo::Cow::Borrowed(const { &[#(#values),*] })))
            }
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| quote!((__vo::Cow::Borrowed(#key), #value)));
                quote!(__vo::Literal::Map(__vo::Cow::Borrowed(const { &[#(#entries),*] })))
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, tokens: &str) {
        let literal: Literal = syn::parse_str(text).unwrap();
        let tokens: TokenStream = tokens.parse().unwrap();
        assert_eq!(literal.into_token_stream().to_string(), tokens.to_string());
    }

    #[track_caller]
    fn refuses(text: &str, message: &str) {
        assert_eq!(syn::parse_str::<Literal>(text).unwrap_err().to_string(), message);
    }

    #[test]
    fn literals_are_read() {
        reads("null", "__vo::Literal::Null");
        reads("true", "__vo::Literal::Bool(true)");
        reads("0x10", "__vo::Literal::Int(16i128)");
        reads("2.5", "__vo::Literal::Float(2.5f64)");
        reads("\"a\"", "__vo::Literal::Text(__vo::Cow::Borrowed(\"a\"))");
        reads("[]", "__vo::Literal::List(__vo::Cow::Borrowed(const { &[] }))");
        reads(
            "{ \"k\": [1,], }",
            "__vo::Literal::Map(__vo::Cow::Borrowed(const { &[(__vo::Cow::Borrowed(\"k\"),
             __vo::Literal::List(__vo::Cow::Borrowed(const { &[__vo::Literal::Int(1i128)] })))] }))",
        );
        let Value::Int(least) =
            syn::parse_str::<Literal>("-170141183460469231731687303715884105728").unwrap().value
        else {
            panic!("not a whole number");
        };
        assert_eq!(least, i128::MIN);
    }

    #[test]
    fn what_is_no_literal_is_refused() {
        refuses(
            "None",
            "expected a literal: `null`, `true`, `false`, a number, text in quotes, `[...]` or `{ \"key\": ... }`",
        );
        refuses("1u8", "write a number that fits in 128 bits, without a suffix");
        refuses(
            "170141183460469231731687303715884105728",
            "write a number that fits in 128 bits, without a suffix",
        );
        refuses("1e999", "write a finite number without a suffix");
        refuses("{\"a\": 1, \"a\": 2}", "duplicate key \"a\"");
    }
}
