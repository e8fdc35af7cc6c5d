use std::collections::BTreeMap;

use super::error::ConfigError;

/// The sections of a file in oslo.config's dialect, as `oslo_config.iniparser` reads them.
///
/// Names of sections other than `DEFAULT` are in lower case. Each option has the values that were assigned to it, in
/// the order in which they stand; the last one counts where only one can.
#[derive(Debug, Default)]
pub(super) struct Ini {
    sections: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Ini {
    /// The options of a section.
    pub(super) fn section(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let options = self.sections.get(name).into_iter().flatten();
        options.filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str())))
    }

    /// The values of an option.
    pub(super) fn values(&self, section: &str, option: &str) -> &[String] {
        let options = self.sections.get(&normal(section));
        options.and_then(|options| options.get(option)).map_or(&[], Vec::as_slice)
    }

    fn value(&self, section: &str, option: &str) -> Option<&str> {
        self.values(section, option).last().map(String::as_str)
    }

    /// Adds a file that counts before those that were read. Errors name the line, and none repeats it: a password may
    /// stand there.
    pub(super) fn read(&mut self, text: &str) -> Result<(), ConfigError> {
        if text.starts_with('\u{feff}') {
            return Err(ConfigError::new(
                "the file begins with a byte order mark, which oslo.config can't read",
            ));
        }
        let mut reader = Reader::default();
        for (number, line) in (1..).zip(text.lines()) {
            reader.line(line).map_err(|reason| ConfigError::new(reason).at_line(number))?;
        }
        reader.flush();
        for (section, options) in reader.sections {
            let known = self.sections.entry(section).or_default();
            for (option, values) in options {
                known.entry(option).or_default().extend(values);
            }
        }
        Ok(())
    }

    /// The value with what stands for other options of the file (`$name`, `${name}`, `$group.name`) in its place. `$$`
    /// and `\$` are the character itself.
    pub(super) fn substituted(&self, section: &str, value: &str) -> Result<String, String> {
        self.substitute(section, value, 0)
    }

    fn substitute(&self, section: &str, value: &str, depth: usize) -> Result<String, String> {
        if !value.contains('$') {
            return Ok(value.to_owned());
        }
        if depth == DEEPEST {
            return Err("options stand for each other in a circle".to_owned());
        }
        let value = value.replace("\\$", "$$");
        let mut rest = value.as_str();
        let mut whole = String::new();
        while let Some((before, after)) = rest.split_once('$') {
            whole.push_str(before);
            if let Some(after) = after.strip_prefix('$') {
                whole.push('$');
                rest = after;
                continue;
            }
            let (name, after) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
                Some((name, after)) if identifier(name) == name.len() => (name, after),
                _ => after.split_at(identifier(after)),
            };
            if name.is_empty() {
                // Python's templates leave it as it is.
                whole.push('$');
                rest = after;
                continue;
            }
            let (of, option) = name.split_once('.').unwrap_or((section, name));
            let found = self.value(of, option).or_else(|| self.value("DEFAULT", name));
            // The name isn't repeated: it may be the end of a password in which a `$` stands.
            let found = found.ok_or("a $ in it names no option of this file; the character itself is $$")?;
            whole.push_str(&self.substitute(of, found, depth + 1)?);
            rest = after;
        }
        whole.push_str(rest);
        Ok(whole)
    }
}

/// How deep options may stand for each other.
const DEEPEST: usize = 16;

/// The length of the name of an option at the start of a text.
fn identifier(text: &str) -> usize {
    let is_first = |found: char| found == '_' || found.is_ascii_alphabetic();
    if !text.starts_with(is_first) {
        return 0;
    }
    let is_next = |found: char| is_first(found) || found == '.' || found.is_ascii_digit();
    text.find(|found| !is_next(found)).unwrap_or(text.len())
}

fn normal(section: &str) -> String {
    if section == "DEFAULT" { section.to_owned() } else { section.to_lowercase() }
}

#[derive(Default)]
struct Reader {
    sections: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    section: Option<String>,
    /// The assignment whose value may go on in the next line.
    open: Option<(String, Vec<String>)>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim_end();
        if line.is_empty() {
            self.flush();
            return Ok(());
        }
        if line.starts_with([' ', '\t']) {
            let Some((_, values)) = &mut self.open else {
                return Err("a line that goes on stands behind no option".to_owned());
            };
            values.push(line.trim_start().to_owned());
            return Ok(());
        }
        self.flush();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.strip_suffix(']').ok_or("the name of a section ends with ]")?;
            if section.is_empty() {
                return Err("the name of a section is empty".to_owned());
            }
            let section = normal(section);
            self.sections.entry(section.clone()).or_default();
            self.section = Some(section);
            return Ok(());
        }
        if line.starts_with(['#', ';']) {
            return Ok(());
        }
        let (name, value) = line.split_once([':', '=']).ok_or("neither = nor : stands in the line")?;
        let name = name.trim();
        if name.is_empty() {
            return Err("the name of an option is empty".to_owned());
        }
        if self.section.is_none() {
            return Err("an option stands before the first section".to_owned());
        }
        self.open = Some((name.to_owned(), vec![unquoted(value.trim()).to_owned()]));
        Ok(())
    }

    /// Ends an assignment.
    fn flush(&mut self) {
        if let (Some((name, values)), Some(section)) = (self.open.take(), &self.section) {
            let options = self.sections.entry(section.clone()).or_default();
            options.entry(name).or_default().push(values.join("\n"));
        }
    }
}

/// One pair of quotes around the value is none of it.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote)
            && inner.ends_with(quote)
        {
            return inner.strip_suffix(quote).unwrap_or(inner);
        }
    }
    // A value of one quote alone is empty for oslo.config.
    if matches!(value, "\"" | "'") { "" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Ini {
        let mut ini = Ini::default();
        ini.read(text).unwrap();
        ini
    }

    #[test]
    fn values_are_those_of_oslo_config() {
        let ini = read(
            "# a comment\n[DEFAULT]\nplain = x\ncolon: y\nboth: a = b\nequal = c : d\nquoted = \" z \"\nhalf = \"z\n\
             one = \"\nlong = a\n  b\n\tc\n\nempty =\ntwice = 1\n; another\ntwice = 2\n[Mixed]\nin = here\n",
        );
        let value = |option| ini.value("DEFAULT", option);
        assert_eq!(value("plain"), Some("x"));
        assert_eq!(value("colon"), Some("y"));
        assert_eq!(value("both"), Some("a = b"));
        assert_eq!(value("equal"), Some("c : d"));
        assert_eq!(value("quoted"), Some(" z "));
        assert_eq!(value("half"), Some("\"z"));
        assert_eq!(value("one"), Some(""));
        assert_eq!(value("long"), Some("a\nb\nc"));
        assert_eq!(value("empty"), Some(""));
        assert_eq!(ini.values("DEFAULT", "twice"), ["1", "2"]);
        assert_eq!(ini.value("mixed", "in"), Some("here"));
    }

    #[test]
    fn a_file_that_is_none_is_told_by_its_line() {
        for (text, told) in [
            ("a = 1", "line 1: an option stands before the first section"),
            ("[DEFAULT]\n\n  s3cret", "line 3: a line that goes on stands behind no option"),
            ("[DEFAULT]\ns3cret", "line 2: neither = nor : stands in the line"),
            ("[DEFAULT", "line 1: the name of a section ends with ]"),
            ("[]", "line 1: the name of a section is empty"),
            ("[DEFAULT]\n= s3cret", "line 2: the name of an option is empty"),
            ("\u{feff}[DEFAULT]", "the file begins with a byte order mark, which oslo.config can't read"),
        ] {
            assert_eq!(Ini::default().read(text).unwrap_err().to_string(), told);
        }
    }

    #[test]
    fn an_option_stands_for_another() {
        let ini = read(
            "[DEFAULT]\nuser = nova\nhost = ${name}.example\nname = mq\na = $b\nb = $a\n[g]\nport = 7\nsame = $port$user\n",
        );
        let of = |value| ini.substituted("DEFAULT", value);
        assert_eq!(
            of("rabbit://$user:p$$w\\$d@${host}:$g.port/").unwrap(),
            "rabbit://nova:p$w$d@mq.example:7/"
        );
        assert_eq!(of("$5 $ ${ $-").unwrap(), "$5 $ ${ $-");
        assert_eq!(ini.substituted("g", "$same").unwrap(), "7nova");
        assert!(of("$nobody").unwrap_err().ends_with("the character itself is $$"));
        assert!(of("$a").unwrap_err().contains("circle"));
    }
}
