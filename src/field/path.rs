use std::fmt;

use crate::error::Step;
use crate::schema::ObjectSchema;
use crate::version::Version;

/// Where in the outermost value something is; kept on the stack, so that walking costs nothing.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    place: Place<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Place<'a> {
    Root,
    Field(&'a str, &'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// The path of the outermost value.
    pub const ROOT: Path<'static> = Path { parent: None, place: Place::Root };

    /// A field of the object here.
    pub fn field(&'a self, schema: &'a ObjectSchema, field: &'a str) -> Path<'a> {
        Path { parent: Some(self), place: Place::Field(&schema.name, field) }
    }

    /// An element of the list here.
    pub fn index(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), place: Place::Index(index) }
    }

    /// An entry of the map here.
    pub fn key(&'a self, key: &'a str) -> Path<'a> {
        Path { parent: Some(self), place: Place::Key(key) }
    }

    /// The innermost object and field that this lies in.
    pub(crate) fn innermost(self) -> Option<(&'a str, &'a str)> {
        let mut here = Some(self);
        while let Some(path) = here {
            if let Place::Field(object, field) = path.place {
                return Some((object, field));
            }
            here = path.parent.copied();
        }
        None
    }

    /// The steps from here outwards.
    pub(crate) fn steps(self) -> impl Iterator<Item = Step> {
        let mut here = Some(self);
        std::iter::from_fn(move || {
            let path = here?;
            here = path.parent.copied();
            match path.place {
                Place::Root => None,
                Place::Field(object, field) => {
                    Some(Step::Field { object: object.to_owned(), field: field.to_owned() })
                }
                Place::Index(index) => Some(Step::Index(index)),
                Place::Key(key) => Some(Step::Key(key.to_owned())),
            }
        })
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.place {
            Place::Root => Ok(()),
            Place::Field(object, field) => {
                if !self.is_inside() {
                    f.write_str(object)?;
                }
                write!(f, ".{field}")
            }
            Place::Index(index) => write!(f, "[{index}]"),
            Place::Key(key) => write!(f, "[{key:?}]"),
        }
    }
}

impl Path<'_> {
    /// Whether this is a place in an object.
    fn is_within_object(&self) -> bool {
        matches!(self.place, Place::Field(..)) || self.is_inside()
    }

    /// Whether an object lies further out, so that the one here isn't the first to be named.
    fn is_inside(&self) -> bool {
        let mut here = self.parent;
        while let Some(path) = here {
            if matches!(path.place, Place::Field(..)) {
                return true;
            }
            here = path.parent;
        }
        false
    }
}

/// A value that a backport left out.
#[derive(Clone, PartialEq, Eq)]
pub struct Loss {
    /// The object that held it.
    pub object: String,
    /// The name of the field.
    pub field: String,
    /// The way to the field from the outermost value.
    pub path: String,
    /// The version that the object was written in.
    pub target: Version,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (not in {} {})", self.path, self.object, self.target)
    }
}

impl fmt::Debug for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loss({self})")
    }
}

/// A value that a backport writes as another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// The object that holds it.
    pub object: String,
    /// The name of the field.
    pub field: String,
    /// The way to the field from the outermost value.
    pub path: String,
    /// The version that the object was written in.
    pub target: Version,
    /// The way in which the value differs.
    pub how: Alteration,
}

impl fmt::Display for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.how {
            Alteration::Replaced => "replaced",
            Alteration::Converted => "converted",
        };
        write!(f, "{} ({how} for {} {})", self.path, self.object, self.target)
    }
}

/// A change that a backport makes to a value which it doesn't leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alteration {
    /// Another value, or one in the place of a value inside it, is written in its stead.
    Replaced,
    /// A Rust function gave it the form that it had in the older version.
    Converted,
}

/// An outermost object as it goes out: what a report of the traffic needs, with no look at the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The name of the object.
    pub object: String,
    /// The version on the wire.
    pub version: String,
    /// Losses: values that were set and that the version leaves out, in inner objects too.
    pub dropped: Vec<Loss>,
    /// The objects inside it, name and version of each.
    pub within: Vec<(String, String)>,
}

#[cfg(feature = "rpc")]
impl Sent {
    /// The name and the version of the object, and of each inside it.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (&str, &str)> {
        let within = self.within.iter().map(|(object, version)| (&**object, &**version));
        std::iter::once((&*self.object, &*self.version)).chain(within)
    }
}

/// A survey: losses and refusals, found by a look at a value before it is written.
#[derive(Debug, Default)]
pub struct Survey<'a> {
    losses: Option<&'a mut Vec<Loss>>,
    altered: Option<&'a mut Vec<Altered>>,
    sent: Option<&'a mut Vec<Sent>>,
    is_validity: bool,
}

impl<'a> Survey<'a> {
    /// Only whether the target refuses.
    pub fn refusals() -> Self {
        Survey::default()
    }

    /// Whether each object may be read as it stands, and not what a target makes of it.
    pub fn validity() -> Self {
        Survey { is_validity: true, ..Survey::default() }
    }

    pub(crate) fn is_validity(&self) -> bool {
        self.is_validity
    }

    /// Also what it leaves out.
    pub fn losses(losses: &'a mut Vec<Loss>) -> Self {
        Survey { losses: Some(losses), ..Survey::default() }
    }

    /// Also what it writes as another value.
    pub fn alterations(altered: &'a mut Vec<Altered>) -> Self {
        Survey { altered: Some(altered), ..Survey::default() }
    }

    /// Also which objects go out, in which versions, and what each leaves out.
    pub fn sent(sent: &'a mut Vec<Sent>) -> Self {
        Survey { sent: Some(sent), ..Survey::default() }
    }

    /// Whether anyone wants to know what is left out.
    pub(crate) fn is_listing(&self) -> bool {
        self.losses.is_some() || self.sent.is_some() || self.altered.is_some()
    }

    pub(crate) fn alters(
        &mut self,
        object: &str,
        field: &str,
        path: Path<'_>,
        target: Version,
        how: Alteration,
    ) {
        if let Some(altered) = &mut self.altered {
            let (object, field) = (object.to_owned(), field.to_owned());
            altered.push(Altered { object, field, path: path.to_string(), target, how });
        }
    }

    pub(crate) fn writes(&mut self, object: &str, version: &impl fmt::Display, path: Path<'_>) {
        let Some(sent) = &mut self.sent else { return };
        let (object, version) = (object.to_owned(), version.to_string());
        match sent.last_mut().filter(|_| path.is_within_object()) {
            Some(outermost) => outermost.within.push((object, version)),
            None => sent.push(Sent { object, version, dropped: Vec::new(), within: Vec::new() }),
        }
    }

    pub(crate) fn lost(&mut self, object: &str, field: &str, path: Path<'_>, target: Version) {
        let outermost = self.sent.as_mut().and_then(|sent| sent.last_mut());
        let losses = match outermost {
            Some(sent) => Some(&mut sent.dropped),
            None => self.losses.as_deref_mut(),
        };
        if let Some(losses) = losses {
            let (object, field) = (object.to_owned(), field.to_owned());
            losses.push(Loss { object, field, path: path.to_string(), target });
        }
    }
}
