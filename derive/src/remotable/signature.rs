//! A method's signature as Python has it, read from the text of an attribute: `(self, host, *, limit=None)`.

use super::python::{Parser, text};

/// A function's signature, as `inspect.getfullargspec` tells it.
#[derive(Debug, Default)]
pub struct Signature {
    /// All that can come by place, with their defaults as Python prints them.
    args: Vec<Parameter>,
    varargs: Option<String>,
    keyword_only: Vec<Parameter>,
    varkw: Option<String>,
    /// By name, the result's first.
    annotations: Vec<(String, String)>,
}

#[derive(Debug)]
struct Parameter {
    name: String,
    default: Option<String>,
}

impl Signature {
    /// # Errors
    /// Where it is no signature, or one that Python prints in a way that its text alone doesn't tell.
    pub fn parse(signature: &str) -> Result<Self, String> {
        let mut parser = Parser::new(signature);
        let mut out = Signature::default();
        parser.expect('(')?;
        let mut stage = Stage::Start;
        while !parser.eats(')') {
            out.parameter(&mut parser, &mut stage)?;
            if !parser.eats(',') {
                parser.expect(')')?;
                break;
            }
        }
        if stage == Stage::Star {
            return Err("a name has to follow the `*`".to_owned());
        }
        if parser.eats_all("->") {
            let result = parser.annotation()?;
            out.annotations.insert(0, ("return".to_owned(), result));
        }
        parser.end()?;
        Ok(out)
    }

    fn parameter(&mut self, parser: &mut Parser<'_>, stage: &mut Stage) -> Result<(), String> {
        if *stage == Stage::End {
            return Err("nothing can follow the `**`".to_owned());
        }
        if parser.eats_all("**") {
            if *stage == Stage::Star {
                return Err("a name has to follow the `*`".to_owned());
            }
            let name = self.name(parser)?;
            self.varkw = Some(name);
            *stage = Stage::End;
        } else if parser.eats('*') {
            if *stage >= Stage::Star {
                return Err("there can be but one `*`".to_owned());
            }
            *stage = Stage::Star;
            if parser.peek() != Some(',') && parser.peek() != Some(')') {
                let name = self.name(parser)?;
                self.varargs = Some(name);
                *stage = Stage::KeywordOnly;
            }
        } else if parser.eats('/') {
            if *stage != Stage::Start || self.args.is_empty() {
                return Err("the `/` follows the parameters that come by place alone, once".to_owned());
            }
            *stage = Stage::Args;
        } else {
            let name = self.name(parser)?;
            let default = if parser.eats('=') { Some(parser.literal()?) } else { None };
            if *stage >= Stage::Star {
                *stage = Stage::KeywordOnly;
                self.keyword_only.push(Parameter { name, default });
                return Ok(());
            }
            if default.is_none() && self.args.iter().any(|earlier| earlier.default.is_some()) {
                return Err(format!("a parameter before {name} has a default, so it needs one"));
            }
            self.args.push(Parameter { name, default });
        }
        Ok(())
    }

    /// A name that no other parameter has, with its annotation.
    fn name(&mut self, parser: &mut Parser<'_>) -> Result<String, String> {
        let name = parser.identifier()?;
        let parameters = self.args.iter().chain(&self.keyword_only).map(|parameter| &parameter.name);
        if parameters.chain(&self.varargs).chain(&self.varkw).any(|other| *other == name) {
            return Err(format!("duplicate parameter {name}"));
        }
        if parser.eats(':') {
            let annotation = parser.annotation()?;
            self.annotations.push((name.clone(), annotation));
        }
        Ok(name)
    }

    /// Whether a method of these parameters can be called for one of this signature: all that it takes go by names
    /// that this has, in the same order, and this needs no other.
    ///
    /// # Errors
    /// Part that doesn't fit.
    pub fn check(&self, is_class: bool, parameters: &[&str]) -> Result<(), String> {
        let first = if is_class { 2 } else { 1 };
        let Some(own) = self.args.get(first..) else {
            let wanted = if is_class { "`cls` and a context" } else { "`self`" };
            return Err(format!("a method of this kind takes {wanted} first"));
        };
        let mut places = own.iter();
        for name in parameters {
            let is_named = self.keyword_only.iter().any(|parameter| parameter.name == *name);
            if is_named || places.any(|parameter| parameter.name == *name) {
                continue;
            }
            if own.iter().any(|parameter| parameter.name == *name) {
                return Err(format!("`{name}` comes in another order in the signature"));
            }
            if self.varkw.is_none() {
                return Err(format!("the signature has no parameter `{name}`"));
            }
        }
        let all = own.iter().chain(&self.keyword_only).filter(|parameter| parameter.default.is_none());
        match all.map(|parameter| &parameter.name).find(|name| !parameters.contains(&name.as_str())) {
            Some(name) => Err(format!("the signature needs `{name}`, which the method doesn't take")),
            None => Ok(()),
        }
    }

    /// The text that a fingerprint hashes: in the older form, where that can say all of it.
    pub fn spec(&self) -> String {
        let names = |parameters: &[Parameter]| {
            let names: Vec<_> = parameters.iter().map(|parameter| text(&parameter.name)).collect();
            format!("[{}]", names.join(", "))
        };
        let or_none = |name: &Option<String>| name.as_deref().map_or_else(|| "None".to_owned(), text);
        let defaults: Vec<&str> =
            self.args.iter().filter_map(|parameter| parameter.default.as_deref()).collect();
        let defaults = match defaults.as_slice() {
            [] => "None".to_owned(),
            [one] => format!("({one},)"),
            several => format!("({})", several.join(", ")),
        };
        let (args, varargs, varkw) = (names(&self.args), or_none(&self.varargs), or_none(&self.varkw));
        if self.keyword_only.is_empty() && self.annotations.is_empty() {
            return format!("ArgSpec(args={args}, varargs={varargs}, keywords={varkw}, defaults={defaults})");
        }
        let by_name = |entries: Vec<String>| format!("{{{}}}", entries.join(", "));
        let named_defaults = self.keyword_only.iter().filter_map(|parameter| {
            parameter.default.as_ref().map(|default| format!("{}: {default}", text(&parameter.name)))
        });
        let named_defaults: Vec<_> = named_defaults.collect();
        let named_defaults =
            if named_defaults.is_empty() { "None".to_owned() } else { by_name(named_defaults) };
        let annotations =
            self.annotations.iter().map(|(name, annotation)| format!("{}: {annotation}", text(name)));
        format!(
            "FullArgSpec(args={args}, varargs={varargs}, varkw={varkw}, defaults={defaults}, kwonlyargs={}, \
             kwonlydefaults={named_defaults}, annotations={})",
            names(&self.keyword_only),
            by_name(annotations.collect())
        )
    }
}

/// How far the parameters have come.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Stage {
    Start,
    /// Behind the `/`.
    Args,
    /// Behind a `*` that has no name, and needs a name after it.
    Star,
    KeywordOnly,
    /// Behind the `**`.
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(signature: &str, message: &str) {
        assert_eq!(Signature::parse(signature).unwrap_err(), message);
    }

    // What signatures are read as is compared with Python itself: the root package's tests have its process.

    #[test]
    fn what_is_no_signature_is_refused() {
        refuses("self", "expected `(` at `self`");
        refuses("(self", "expected `)` at the end");
        refuses("(self) x", "expected nothing more at `x`");
        refuses("(self, a=1, b)", "a parameter before b has a default, so it needs one");
        refuses("(self, a, a)", "duplicate parameter a");
        refuses("(self, *)", "a name has to follow the `*`");
        refuses("(self, *, **kwargs)", "a name has to follow the `*`");
        refuses("(self, *args, *)", "there can be but one `*`");
        refuses("(self, **kwargs, a)", "nothing can follow the `**`");
        refuses("(/, self)", "the `/` follows the parameters that come by place alone, once");
        refuses("(self, lambda)", "`lambda` is a word of Python's own");
        refuses("(self, 1)", "expected a name at `1)`");
        refuses("(self,, a)", "expected a name at `, a)`");
    }

    #[test]
    fn what_its_text_does_not_tell_is_refused() {
        let hint = "say how Python prints it: `#[remotable(spec = \"...\")]`";
        refuses("(self, a=UNSET)", &format!("`UNSET` is no literal; {hint}"));
        refuses("(self, a: Instance)", &format!("`Instance` is no built-in type; {hint}"));
        refuses("(self, a={1, 2})", &format!("a set has no order of its own; {hint}"));
        refuses("(self, a=b'x')", &format!("`b` is no literal; {hint}"));
        refuses("(self, a=1j)", "expected `)` at `j)`");
        refuses("(self, a=007)", "a whole number doesn't begin with zero");
        refuses("(self, a='x)", "text without an end");
        refuses("(self, a: int | int)", "`int` stands twice in a union");
    }

    #[test]
    fn a_method_fits_its_signature() {
        let check = |signature: &str, is_class, parameters: &[&str]| {
            Signature::parse(signature).unwrap().check(is_class, parameters)
        };
        check("(self, a, b=None)", false, &["a"]).unwrap();
        check("(cls, context, a, *, b)", true, &["b", "a"]).unwrap();
        check("(self, **kwargs)", false, &["a"]).unwrap();
        let refused =
            |signature, is_class, parameters: &[&str]| check(signature, is_class, parameters).unwrap_err();
        assert_eq!(refused("(self)", false, &["a"]), "the signature has no parameter `a`");
        assert_eq!(refused("(self, *args)", false, &["a"]), "the signature has no parameter `a`");
        assert_eq!(
            refused("(self, a, b)", false, &["b", "a"]),
            "`a` comes in another order in the signature"
        );
        assert_eq!(
            refused("(self, a)", false, &[]),
            "the signature needs `a`, which the method doesn't take"
        );
        assert_eq!(refused("(cls)", true, &[]), "a method of this kind takes `cls` and a context first");
    }
}
