//! The binary formats of serde that need no more than its derive.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::way::{Way, done};

super::structs! {
    #[derive(Clone, Debug, Deserialize, Serialize)]
}

pub fn postcard<T: Serialize + DeserializeOwned + 'static>(work: T) -> Way {
    let write = move |out: &mut Vec<u8>| {
        let kept = std::mem::take(out);
        *out = postcard::to_extend(&work, kept).expect("the work can be written");
    };
    Way::new("postcard", write, |bytes| done(postcard::from_bytes::<T>(bytes)))
}

/// It writes to a vector of its own, or to a slice that is long enough.
pub fn zap<T: Serialize + DeserializeOwned + 'static>(work: T) -> Way {
    let length = serde_zap::to_vec(&work).expect("the work can be written").len();
    let write = move |out: &mut Vec<u8>| {
        out.resize(length, 0);
        serde_zap::to_slice(&work, out).expect("the work can be written");
    };
    Way::new("serde-zap", write, |bytes| done(serde_zap::from_bytes::<T>(bytes)))
}
