use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::rpc::{Args, Failure};

/// The arguments of an object's method as they came: by place, and by name.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    pub(super) positional: Vec<Box<RawValue>>,
    pub(super) named: BTreeMap<String, Box<RawValue>>,
}

impl Arguments {
    /// The arguments by name, where a method has these parameters.
    ///
    /// # Errors
    /// Where there are more of them than parameters, or one came twice.
    pub fn bind(self, method: &str, parameters: &[&str]) -> Result<Args, Failure> {
        let Arguments { positional, mut named } = self;
        if positional.len() > parameters.len() {
            let (takes, given) = (parameters.len(), positional.len());
            return Err(Failure::type_error(format!(
                "{method}() takes {takes} positional arguments but {given} were given"
            )));
        }
        for (name, value) in parameters.iter().zip(positional) {
            if named.insert((*name).to_owned(), value).is_some() {
                return Err(Failure::type_error(format!(
                    "{method}() got multiple values for argument '{name}'"
                )));
            }
        }
        Ok(Args::of_request(method, named))
    }
}
