//! The limit: streaming serde code for the work's types alone, as one would write it by hand who has nothing else
//! to write. It coerces nothing, knows two versions, and reads the header before the data.

mod envelope;
mod libvirt;
mod small;

pub use envelope::{Changes, Envelope, HandWritten, Older};
pub use libvirt::{Bdm, Libvirt};
pub use small::{Instance, Volume};

use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::way::{Way, done};

/// Writes and reads what stands in these bytes.
///
/// # Panics
/// Where they aren't the work.
pub fn way<T>(bytes: &[u8]) -> Way
where
    T: Serialize + DeserializeOwned + 'static,
    for<'a> Older<&'a T>: Serialize,
{
    let work: Rc<T> = Rc::new(serde_json::from_slice(bytes).expect("the work can be read"));
    let older_work = Rc::clone(&work);
    let older = serde_json::to_vec(&Older(&*work)).expect("the work can be written");
    Way::new(
        "hand",
        move |out| serde_json::to_writer(out, &*work).expect("the work can be written"),
        |bytes| done(serde_json::from_slice::<T>(bytes)),
    )
    .writing_older(move |out| {
        serde_json::to_writer(out, &Older(&*older_work)).expect("the work can be written")
    })
    .reading_older(older, |bytes| done(serde_json::from_slice::<T>(bytes)))
}
