use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::rc::Rc;

use rkyv::rancor::Error;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Archived, Deserialize, Serialize};

use crate::way::{Way, done};

super::structs! {
    #[derive(Clone, Debug, Archive, Deserialize, Serialize)]
}

/// Read with the bytes checked: to a value that is owned, and as it stands in the message (`read-views`, `field`).
macro_rules! ways {
    ($($name:ident: $work:ty, |$archived:ident| $host:expr;)+) => {
        $(pub fn $name(work: $work) -> Way {
            let work = Rc::new(work);
            let kept = Rc::new(RefCell::new(AlignedVec::<16>::new()));
            let bytes = rkyv::to_bytes::<Error>(&*work).expect("the work can be written").to_vec();
            let field = bytes.clone();
            let write = {
                let work = Rc::clone(&work);
                move |out: &mut Vec<u8>| {
                    out.extend_from_slice(&rkyv::to_bytes::<Error>(&*work).expect("the work can be written"));
                }
            };
            let access = |bytes: &[u8]| {
                black_box(rkyv::access::<Archived<$work>, Error>(bytes).expect("the work can be read"));
            };
            let host = |bytes: &[u8]| {
                let read = rkyv::access::<Archived<$work>, Error>(bytes);
                let $archived = read.expect("the work can be read");
                black_box($host);
            };
            Way::new("rkyv", write, |bytes| done(rkyv::from_bytes::<$work, Error>(bytes)))
                .writing_kept(move || {
                    let mut room = kept.take();
                    room.clear();
                    let written = rkyv::api::high::to_bytes_in::<_, Error>(&*work, room);
                    kept.replace(written.expect("the work can be written"));
                })
                .reading("read-views", bytes, access)
                .reading("field", field, host)
        })+
    };
}

ways! {
    way: Instance, |instance| instance.host.as_str();
    list_way: Vec<Instance>, |instances| instances.iter().map(|instance| instance.host.len()).sum::<usize>();
}
