//! Calls of methods, of which both releases have the signatures.

use indexmap::IndexMap;

use super::hosts::text;
use super::told::{Act, Host, Witness};
use crate::check::lock::Locks;
use crate::primitive::Primitive;
use crate::schema::{ObjectSchema, Signature};

/// A call that a released host makes by the signature that it knows, and that isn't answered here as it was there.
pub(super) fn refused(old: &Locks, new: &Locks, object: &str, method: &str) -> Option<Witness> {
    let [before, after] = [old, new].map(|locks| locks.get(object).map(|lock| lock.schema()));
    let then = signature(before?, method)?;
    let now = after.and_then(|schema| signature(schema, method));
    let arguments: Vec<_> = then.args.iter().skip(1).collect();
    // By name with all arguments, by name with what is needed alone, by place, and with one that no signature names.
    let needed: Vec<_> = then.needed().iter().skip(1).collect();
    let further = "further".to_owned();
    let mut all =
        vec![(Vec::new(), arguments.clone()), (Vec::new(), needed.clone()), (arguments.clone(), Vec::new())];
    if then.takes_named {
        all.push((Vec::new(), needed.into_iter().chain([&further]).collect()));
    }
    if then.takes_placed {
        all.push((arguments.into_iter().chain([&further]).collect(), Vec::new()));
    }
    let version = old.get(object)?.released().last()?;
    let calls = all.into_iter().map(|(placed, named)| Call::of(&placed, &named));
    for call in calls {
        let expected = call.bind(&then, method);
        let answer = match &now {
            Some(now) => call.bind(now, method),
            None => Err(format!("{object} has no method {method}")),
        };
        if expected.is_err() || expected == answer {
            continue;
        }
        let refused = answer.is_err();
        let shown = |bound: Result<Bound, String>| match bound {
            Ok(bound) => text(&Primitive::Map(bound.into())),
            Err(reason) => reason,
        };
        return Some(Witness {
            object: object.to_owned(),
            version,
            writer: Host::Released,
            act: Act::Call,
            sent: call.text(method),
            reader: Host::Here,
            refused,
            answer: shown(answer),
            expected: (!refused).then(|| shown(expected)),
        });
    }
    None
}

fn signature(schema: &ObjectSchema, name: &str) -> Option<Signature> {
    let method = schema.methods.iter().find(|method| method.name == name)?;
    Some(Signature::read(&method.spec))
}

/// Arguments as a call brings them: by place, and by name.
struct Call {
    placed: Vec<Primitive>,
    named: IndexMap<String, Primitive>,
}

/// Values of the method's arguments then.
type Bound = IndexMap<String, Primitive>;

impl Call {
    fn of(placed: &[&String], named: &[&String]) -> Call {
        let value = |name: &&String| Primitive::from(format!("a {name}"));
        Call {
            placed: placed.iter().map(value).collect(),
            named: named.iter().map(|name| ((*name).clone(), value(name))).collect(),
        }
    }

    fn text(&self, method: &str) -> String {
        let call = IndexMap::from([
            ("objmethod".to_owned(), Primitive::from(method)),
            ("args".to_owned(), Primitive::List(self.placed.clone())),
            ("kwargs".to_owned(), Primitive::Map(self.named.clone().into())),
        ]);
        text(&Primitive::Map(call.into()))
    }

    /// The arguments that a method of that signature is called with, as Python binds them.
    fn bind(&self, signature: &Signature, method: &str) -> Result<Bound, String> {
        // The first is the object, or its class.
        let args = signature.args.get(1..).unwrap_or_default();
        let whose = signature.args.first().map(String::as_str).unwrap_or_default();
        let mut bound = Bound::from([("of".to_owned(), Primitive::from(whose))]);
        if self.placed.len() > args.len() && !signature.takes_placed {
            let (count, passed) = (args.len(), self.placed.len());
            return Err(format!("{method}() takes {count} arguments, and {passed} were passed"));
        }
        bound.extend(args.iter().cloned().zip(self.placed.iter().cloned()));
        for (name, value) in &self.named {
            if !signature.takes(name) {
                return Err(format!("{method}() got an unexpected argument {name:?}"));
            }
            bound.insert(name.clone(), value.clone());
        }
        for name in args {
            if bound.contains_key(name) {
                continue;
            }
            let Some(default) = signature.default_of(name) else {
                return Err(format!("{method}() lacks the argument {name:?}"));
            };
            // A default that was never passed is the callee's own, whatever callers knew.
            bound.insert(name.clone(), Primitive::from(default));
        }
        Ok(bound)
    }
}
