use std::borrow::Cow;

use super::Literal;

/// Conditions on the values of a field beyond their type: on the value itself, or on each that stands in a list or a dict.
///
/// Reading an object checks that, setting a field by its name, and `validate`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    /// A regular expression that finds something in the text, as in a JSON schema: `^` and `$` are its own to say.
    pub pattern: Option<Cow<'static, str>>,
    /// The least number of characters.
    pub min_length: Option<u64>,
    /// The greatest number of characters.
    pub max_length: Option<u64>,
    /// The least number that may stand there.
    pub min: Option<i128>,
    /// The greatest number that may stand there.
    pub max: Option<i128>,
    /// The values that there are; any, where none are listed.
    pub one_of: Cow<'static, [Literal]>,
}

impl Check {
    /// A check that all values pass.
    pub const ANY: Check = Check {
        pattern: None,
        min_length: None,
        max_length: None,
        min: None,
        max: None,
        one_of: Cow::Borrowed(&[]),
    };
}
