//! The JSON libraries, on plain structs of serde.

use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::suite::{Maker, maker};
use crate::way::{Way, done};

/// All of them on what stands in that text.
pub fn ways<T: Serialize + DeserializeOwned + 'static>(text: &[u8]) -> Vec<Maker> {
    let work: Rc<T> = Rc::new(serde_json::from_slice(text).expect("the work can be read"));
    let [a, b, c] = [(); 3].map(|()| Rc::clone(&work));
    vec![
        maker("sonic-rs", move || {
            Way::new(
                "sonic-rs",
                move |out| sonic_rs::to_writer(out, &*a).expect("the work can be written"),
                |bytes| done(sonic_rs::from_slice::<T>(bytes)),
            )
        }),
        // It reads in place, so that each reading has to copy the message first.
        maker("simd-json", move || {
            Way::new(
                "simd-json",
                move |out| simd_json::serde::to_writer(out, &*b).expect("the work can be written"),
                |bytes| done(simd_json::serde::from_slice::<T>(&mut bytes.to_vec())),
            )
        }),
        maker("flexon", move || {
            Way::new(
                "flexon",
                move |out| flexon::to_writer(out, &*c).expect("the work can be written"),
                |bytes| match flexon::from_slice::<T>(bytes) {
                    Ok(read) => done(Ok::<_, ()>(read)),
                    Err(error) => panic!("the work can't be read: {error}"),
                },
            )
        }),
    ]
}
