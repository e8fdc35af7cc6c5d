//! Parameters of a method as its schema has them.

use super::MethodArgs;
use crate::rpc::{Args, Failure};
use crate::schema::{ObjectSchema, Signature};

/// Arguments before those of the caller.
const OF_OBJECT: &[&str] = &["self"];
const OF_CLASS: &[&str] = &["cls", "context"];

/// The parameters that a caller passes, of a method of a schema.
pub(super) struct Parameters {
    signature: Signature,
    /// How many come before a caller's.
    own: usize,
}

/// The parameters of a schema's method, where there is one of that kind.
pub(super) fn parameters(schema: &ObjectSchema, name: &str, is_class: bool) -> Option<Parameters> {
    let method = schema.methods.iter().find(|method| method.name == name)?;
    let signature = Signature::read(&method.spec);
    let own = if is_class { OF_CLASS } else { OF_OBJECT }.len();
    let is_of_class = signature.args.first().is_some_and(|first| first == OF_CLASS[0]);
    (is_of_class == is_class && signature.args.len() >= own).then_some(Parameters { signature, own })
}

impl Parameters {
    /// The arguments by name: all there that have to be, and none that there is no parameter for.
    pub(super) fn bind(&self, method: &str, arguments: MethodArgs) -> Result<Args, Failure> {
        let of_caller =
            |names: &[String]| -> Vec<String> { names.get(self.own..).unwrap_or_default().to_vec() };
        let names = of_caller(&self.signature.args);
        let args = arguments.bind(method, &names.iter().map(String::as_str).collect::<Vec<_>>())?;
        if let Some(name) = of_caller(self.signature.needed()).iter().find(|name| !args.contains(name)) {
            return Err(args.missing(name));
        }
        let is_known = |name: &str| {
            self.signature.takes(name) && !self.signature.args.iter().take(self.own).any(|own| own == name)
        };
        if let Some((name, _)) = args.raw().find(|(name, _)| !is_known(name)) {
            return Err(args.unexpected(name));
        }
        Ok(args)
    }
}
