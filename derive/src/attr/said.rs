//! Words that stand for longer text of Python: of a method's signature, and of a field.

use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token};

use super::{Word, needed, set, words};
use crate::ctxt::Ctxt;

/// A method of other hosts, with its signature as a fingerprint hashes it.
pub struct Method {
    pub name: LitStr,
    pub spec: LitStr,
}

impl Parse for Method {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let first: LitStr = input.parse()?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return Ok(Method { name: first, spec: input.parse()? });
        }
        match signature(&first.value()) {
            Some((name, spec)) => {
                let text = |text: &str| LitStr::new(text, first.span());
                Ok(Method { name: text(name), spec: text(&spec) })
            }
            None => Err(syn::Error::new(
                first.span(),
                "expected a method of Python: \"save(self, context=None)\"",
            )),
        }
    }
}

/// The name of a method, and the text that `repr(getargspec(...))` had for its arguments.
fn signature(text: &str) -> Option<(&str, String)> {
    let (name, rest) = text.split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !name.starts_with(char::is_numeric)
    };
    let (mut args, mut defaults, mut others) =
        (Vec::new(), Vec::new(), ["None".to_owned(), "None".to_owned()]);
    for member in members(inside) {
        let star = member.chars().take_while(|c| *c == '*').count();
        let (arg, default) = match member.split_once('=') {
            Some((arg, default)) => (arg.trim(), Some(default.trim())),
            None => (member.trim_start_matches('*').trim(), None),
        };
        if !is_name(arg) {
            return None;
        }
        match (star, default) {
            (0, _) => args.push(format!("'{arg}'")),
            (1 | 2, None) => others[star - 1] = format!("'{arg}'"),
            _ => return None,
        }
        match default {
            Some(default) => defaults.push(default),
            None if star == 0 && !defaults.is_empty() => return None,
            None => {}
        }
    }
    let defaults = match &*defaults {
        [] => "None".to_owned(),
        [one] => format!("({one},)"),
        many => format!("({})", many.join(", ")),
    };
    let [varargs, keywords] = others;
    let spec = format!(
        "ArgSpec(args=[{}], varargs={varargs}, keywords={keywords}, defaults={defaults})",
        args.join(", ")
    );
    is_name(name).then_some((name, spec))
}

/// Text between commas that stand in no bracket and no quotes.
fn members(text: &str) -> Vec<&str> {
    let (mut found, mut from, mut depth) = (Vec::new(), 0, 0);
    let (mut quote, mut is_escaped) = (None, false);
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(' | '{') => depth += 1,
            (None, ']' | ')' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                found.push(text[from..index].trim());
                from = index + 1;
            }
            _ => {}
        }
    }
    let last = text[from..].trim();
    if !last.is_empty() {
        found.push(last);
    }
    found
}

const UNSPECIFIED: &str = "<class 'oslo_versionedobjects.fields.UnspecifiedDefault'>";
const REPR_WORDS: &[&str] = &[words::TYPE, words::NULLABLE, words::DEFAULT];

/// Reads the text of a field in a fingerprint: whole, or as the parts that it usually has.
pub fn repr(cx: &Ctxt, word: &Word<'_>) -> syn::Result<LitStr> {
    if !word.has_list() {
        return word.name_of("\"Integer(default=0,nullable=False)\"");
    }
    let (mut ty, mut nullable, mut default) = (None, None, None);
    word.words(cx, "type = \"Integer\", nullable, default = \"0\"", |word| match word.text().as_str() {
        words::TYPE => set(&mut ty, &word, word.name_of("\"Integer\"")?),
        words::NULLABLE => set(&mut nullable, &word, ()),
        words::DEFAULT => set(&mut default, &word, word.literal("\"0\"")?),
        _ => word.unknown(REPR_WORDS),
    })?;
    let ty = needed(ty, word.span(), "repr", "type = \"...\"")?;
    let default = default.map_or_else(|| UNSPECIFIED.to_owned(), |text| text.value());
    let nullable = if nullable.is_some() { "True" } else { "False" };
    Ok(LitStr::new(&format!("{}(default={default},nullable={nullable})", ty.value()), ty.span()))
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn a_signature_is_what_python_prints_of_it() {
        let read = |text| signature(text).map(|(name, spec)| format!("{name} {spec}"));
        let none = "varargs=None, keywords=None";
        let expected = [
            ("save(self)", format!("save ArgSpec(args=['self'], {none}, defaults=None)")),
            ("get(cls, a, b=None)", format!("get ArgSpec(args=['cls', 'a', 'b'], {none}, defaults=(None,))")),
            (
                "f(a=(1, 2), b='x, )')",
                format!("f ArgSpec(args=['a', 'b'], {none}, defaults=((1, 2), 'x, )'))"),
            ),
            (
                "g(self, *rest, **more)",
                "g ArgSpec(args=['self'], varargs='rest', keywords='more', defaults=None)".to_owned(),
            ),
            ("h()", format!("h ArgSpec(args=[], {none}, defaults=None)")),
        ];
        for (text, spec) in expected {
            assert_eq!(read(text), Some(spec), "{text}");
        }
        for wrong in ["save", "save(self", "(self)", "save(1st)", "save(a=1, b)", "save(***a)", "save(*a=1)"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
