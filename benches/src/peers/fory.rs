use std::collections::BTreeMap;
use std::rc::Rc;

use fory::{Fory, ForyStruct, Serializer};

use crate::way::{Way, done};

super::structs! {
    #[derive(Clone, Debug, ForyStruct)]
}

/// In the mode in which structs may differ between hosts, for Rust alone.
pub fn way<T: Serializer<Target = T> + 'static>(work: T) -> Way {
    let mut fory = Fory::builder().xlang(false).compatible(true).build();
    fory.register::<Instance>(1).expect("a struct can be registered");
    fory.register::<Volume>(2).expect("a struct can be registered");
    let fory = Rc::new(fory);
    let write = {
        let fory = Rc::clone(&fory);
        move |out: &mut Vec<u8>| {
            fory.serialize_to(out, &work).expect("the work can be written");
        }
    };
    Way::new("fory", write, move |bytes| match fory.deserialize::<T>(bytes) {
        Ok(read) => done(Ok::<_, ()>(read)),
        Err(error) => panic!("the work can't be read: {error}"),
    })
}
