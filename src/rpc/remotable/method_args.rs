use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

use crate::mask;
use crate::rpc::{Args, Failure};
use crate::shortened::Plain;

/// The arguments of an object's method as they came: by place, and by name. `Debug` shows their names and how many there
/// are.
#[derive(Clone, Default)]
pub struct MethodArgs {
    pub(super) positional: Vec<Box<RawValue>>,
    pub(super) named: BTreeMap<String, Box<RawValue>>,
}

impl MethodArgs {
    /// The arguments by name, where a method has these parameters.
    ///
    /// # Errors
    /// Where there are more of them than parameters, or one came twice.
    pub fn bind(self, method: &str, parameters: &[&str]) -> Result<Args, Failure> {
        let MethodArgs { positional, mut named } = self;
        let shown = Plain(method);
        if positional.len() > parameters.len() {
            let (takes, given) = (parameters.len(), positional.len());
            return Err(Failure::type_error(format!(
                "{shown}() takes {takes} positional arguments but {given} were given"
            ))
            .unbegun());
        }
        for (name, value) in parameters.iter().zip(positional) {
            if named.insert((*name).to_owned(), value).is_some() {
                return Err(Failure::type_error(format!(
                    "{shown}() got multiple values for argument '{name}'"
                ))
                .unbegun());
            }
        }
        Ok(Args::of_request(method, named))
    }
}

impl From<&Args> for MethodArgs {
    /// All of them by name.
    fn from(args: &Args) -> Self {
        let named = args.raw().map(|(name, value)| (name.to_owned(), value.to_owned()));
        MethodArgs { positional: Vec::new(), named: named.collect() }
    }
}

impl fmt::Debug for MethodArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<String> = self.named.keys().map(|name| mask::told(name)).collect();
        f.debug_struct("MethodArgs")
            .field("positional", &self.positional.len())
            .field("named", &named)
            .finish()
    }
}
