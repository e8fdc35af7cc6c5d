//! Plain derived serde structs of the same bytes: an owned header, the fields, and the list of changes. They know
//! no unset fields.

mod libvirt;
mod small;

pub use libvirt::{Bdm, Libvirt, LibvirtOlder};
pub use small::{Instance, InstanceOlder, Volume};

use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::way::{Way, done};

/// An object's envelope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// The object's name.
    #[serde(rename = "nova_object.name")]
    pub name: String,
    /// Its project's.
    #[serde(rename = "nova_object.namespace")]
    pub namespace: String,
    /// Its version.
    #[serde(rename = "nova_object.version")]
    pub version: String,
    /// Its fields.
    #[serde(rename = "nova_object.data")]
    pub data: T,
    /// The names of the changed ones.
    #[serde(rename = "nova_object.changes")]
    pub changes: Vec<String>,
}

/// The older view of an envelope.
#[derive(Clone, Debug, Serialize)]
pub struct EnvelopeOlder<'a, T> {
    #[serde(rename = "nova_object.name")]
    name: &'a str,
    #[serde(rename = "nova_object.namespace")]
    namespace: &'a str,
    #[serde(rename = "nova_object.version")]
    version: &'a str,
    #[serde(rename = "nova_object.data")]
    data: T,
    #[serde(rename = "nova_object.changes")]
    changes: Vec<&'a str>,
}

impl<'a, T> EnvelopeOlder<'a, T> {
    fn new<U>(envelope: &'a Envelope<U>, version: &'a str, newer: &[&str], data: T) -> Self {
        let changes = envelope.changes.iter().map(String::as_str);
        EnvelopeOlder {
            name: &envelope.name,
            namespace: &envelope.namespace,
            version,
            data,
            changes: changes.filter(|name| !newer.contains(name)).collect(),
        }
    }
}

/// What has an older view.
pub trait HasOlder {
    /// The view.
    type Older<'a>: Serialize
    where
        Self: 'a;

    /// Makes it.
    fn older(&self) -> Self::Older<'_>;
}

impl<T: HasOlder> HasOlder for Vec<T> {
    type Older<'a>
        = Vec<T::Older<'a>>
    where
        T: 'a;

    fn older(&self) -> Vec<T::Older<'_>> {
        self.iter().map(T::older).collect()
    }
}

/// Writes and reads what stands in these bytes.
///
/// # Panics
/// Where they aren't the work.
pub fn way<T>(bytes: &[u8]) -> Way
where
    T: Serialize + DeserializeOwned + HasOlder + 'static,
{
    let work: Rc<T> = Rc::new(serde_json::from_slice(bytes).expect("the work can be read"));
    let older_work = Rc::clone(&work);
    let older = serde_json::to_vec(&work.older()).expect("the work can be written");
    Way::new(
        "serde",
        move |out| serde_json::to_writer(out, &*work).expect("the work can be written"),
        |bytes| done(serde_json::from_slice::<T>(bytes)),
    )
    .writing_older(move |out| {
        serde_json::to_writer(out, &older_work.older()).expect("the work can be written")
    })
    .reading_older(older, |bytes| done(serde_json::from_slice::<T>(bytes)))
}
