//! One way to write and read the work.

use std::hint::black_box;

/// What writes to a buffer.
pub type Write = Box<dyn Fn(&mut Vec<u8>)>;
/// What reads from bytes.
pub type Read = Box<dyn Fn(&[u8])>;

/// One way to write and read the work, with the work inside. Where a way has no older version, that part is absent.
pub struct Way {
    /// Whose way it is.
    pub who: &'static str,
    /// Writes the current version.
    pub write: Write,
    /// Makes the older view and writes it.
    pub write_older: Option<Write>,
    /// Reads the current version.
    pub read: Read,
    /// What a peer of the older version wrote, and what reads it into the current type.
    pub read_older: Option<(Vec<u8>, Read)>,
}

impl Way {
    /// A way that knows the current version alone.
    pub fn new(
        who: &'static str,
        write: impl Fn(&mut Vec<u8>) + 'static,
        read: impl Fn(&[u8]) + 'static,
    ) -> Self {
        Way { who, write: Box::new(write), write_older: None, read: Box::new(read), read_older: None }
    }

    /// Writes the older version as well.
    pub fn writing_older(mut self, write: impl Fn(&mut Vec<u8>) + 'static) -> Self {
        self.write_older = Some(Box::new(write));
        self
    }

    /// Reads an older version as well: these bytes, as an older peer wrote them.
    pub fn reading_older(mut self, bytes: Vec<u8>, read: impl Fn(&[u8]) + 'static) -> Self {
        self.read_older = Some((bytes, Box::new(read)));
        self
    }
}

/// Whatever was read, so that the reading isn't left out.
///
/// # Panics
/// Where it couldn't be read: a way that fails has no time.
pub fn done<T, E: std::fmt::Debug>(result: Result<T, E>) {
    black_box(result.expect("the work can be read"));
}
