//! Signatures of methods, read from the text that a fingerprint hashes.

/// Arguments and defaults of a method, as its caller has to know them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Signature {
    pub(crate) args: Vec<String>,
    /// The defaults of the last arguments, as text.
    defaults: Vec<String>,
    /// Whether it takes any further arguments by their places.
    pub(crate) takes_placed: bool,
    /// Whether it takes any further arguments by their names.
    pub(crate) takes_named: bool,
}

impl Signature {
    pub(crate) fn read(spec: &str) -> Signature {
        let value = |name: &str| {
            let from = spec.find(&format!("{name}="))? + name.len() + 1;
            let value = spec.get(from..)?;
            value.get(..end_of(value))
        };
        let args = value("args").map(members).unwrap_or_default();
        let defaults = value("defaults").filter(|text| *text != "None").map(members).unwrap_or_default();
        let is_there = |name| value(name).is_some_and(|text| text != "None");
        Signature {
            args: args.into_iter().map(|arg| arg.trim_matches(['\'', '"']).to_owned()).collect(),
            defaults: defaults.into_iter().map(str::to_owned).collect(),
            takes_placed: is_there("varargs"),
            takes_named: is_there("keywords") || is_there("varkw"),
        }
    }

    /// Whether a caller may pass an argument of that name.
    pub(crate) fn takes(&self, arg: &str) -> bool {
        self.takes_named || self.args.iter().any(|known| known == arg)
    }

    /// The default of an argument, as text.
    #[cfg(feature = "check")]
    pub(crate) fn default_of(&self, arg: &str) -> Option<&str> {
        let index = self.args.iter().position(|known| known == arg)?;
        self.defaults.get(index.checked_sub(self.needed().len())?).map(String::as_str)
    }

    /// The arguments that a caller has to pass.
    pub(crate) fn needed(&self) -> &[String] {
        let count = self.args.len().saturating_sub(self.defaults.len());
        self.args.get(..count).unwrap_or_default()
    }
}

/// Where a value in a list of arguments ends: before the comma or the bracket that is outside it.
fn end_of(text: &str) -> usize {
    let mut depth = 0;
    let mut quote = None;
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(' | '{') => depth += 1,
            (None, ']' | ')' | '}' | ',') if depth == 0 => return index,
            (None, ']' | ')' | '}') => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The members of a list or a tuple.
fn members(text: &str) -> Vec<&str> {
    let mut rest = text.trim_start_matches(['[', '(']);
    let mut found = Vec::new();
    loop {
        let (member, after) = rest.split_at(end_of(rest));
        if !member.trim().is_empty() {
            found.push(member.trim());
        }
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Signature;

    #[track_caller]
    fn reads(spec: &str, args: &[&str], needed: usize, takes_named: bool) {
        let signature = Signature::read(spec);
        assert_eq!(signature.args, args);
        assert_eq!(signature.needed(), &args[..needed]);
        assert_eq!(signature.takes("no such argument"), takes_named);
    }

    #[test]
    fn a_signature_is_read_from_its_text() {
        reads("ArgSpec(args=['self'], varargs=None, keywords=None, defaults=None)", &["self"], 1, false);
        let spec = "ArgSpec(args=['cls', 'a', 'b'], varargs=None, keywords=None, defaults=((1, 2), 'x, )'))";
        reads(spec, &["cls", "a", "b"], 1, false);
        reads("ArgSpec(args=['cls'], varargs=None, keywords='rest', defaults=(None,))", &["cls"], 0, true);
        reads("ArgSpec(args=['cls'], varargs='rest', keywords=None, defaults=(None,))", &["cls"], 0, false);
        reads("", &[], 0, false);
    }
}
