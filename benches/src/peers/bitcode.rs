use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::rc::Rc;

use bitcode::{Buffer, Decode, DecodeOwned, Encode};

use crate::way::{Way, done};

super::structs! {
    #[derive(Clone, Debug, Encode, Decode)]
}

/// With a buffer of its own that is kept, as its documentation has it for speed.
pub fn way<T: Encode + DecodeOwned + 'static>(work: T) -> Way {
    let work = Rc::new(work);
    let kept = Rc::new(RefCell::new(Buffer::new()));
    let write = {
        let (work, kept) = (Rc::clone(&work), Rc::clone(&kept));
        move |out: &mut Vec<u8>| out.extend_from_slice(kept.borrow_mut().encode(&*work))
    };
    let read = {
        let kept = Rc::clone(&kept);
        move |bytes: &[u8]| done(kept.borrow_mut().decode::<T>(bytes))
    };
    Way::new("bitcode", write, read).writing_kept(move || {
        black_box(kept.borrow_mut().encode(&*work));
    })
}
