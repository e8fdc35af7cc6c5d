//! One way to write and read the work.

use std::hint::black_box;

/// What writes to a buffer.
pub type Write = Box<dyn Fn(&mut Vec<u8>)>;
/// What reads from bytes.
pub type Read = Box<dyn Fn(&[u8])>;

/// Rows of a way that read what was written for them alone, in the order of the table.
pub const READS: [&str; 4] = ["read-older", "read-differing", "read-views", "field"];

/// One way to write and read the work, with the work inside. Where a way has no older version, that part is absent.
pub struct Way {
    /// Whose way it is.
    pub who: &'static str,
    /// Writes the current version.
    pub write: Write,
    /// Writes it to where the way keeps its bytes, where that isn't a buffer of the caller's.
    pub write_kept: Option<Box<dyn Fn()>>,
    /// Makes the older view and writes it.
    pub write_older: Option<Write>,
    /// Reads the current version.
    pub read: Read,
    /// What else is read: the row, what a peer wrote, and what reads it.
    pub reads: Vec<(&'static str, Vec<u8>, Read)>,
}

impl Way {
    /// A way that knows the current version alone.
    pub fn new(
        who: &'static str,
        write: impl Fn(&mut Vec<u8>) + 'static,
        read: impl Fn(&[u8]) + 'static,
    ) -> Self {
        let (write, read) = (Box::new(write), Box::new(read));
        Way { who, write, write_kept: None, write_older: None, read, reads: Vec::new() }
    }

    /// Writes to a buffer of its own, and is measured so.
    pub fn writing_kept(mut self, write: impl Fn() + 'static) -> Self {
        self.write_kept = Some(Box::new(write));
        self
    }

    /// Writes the older version as well.
    pub fn writing_older(mut self, write: impl Fn(&mut Vec<u8>) + 'static) -> Self {
        self.write_older = Some(Box::new(write));
        self
    }

    /// Reads an older version as well: these bytes, as an older peer wrote them.
    pub fn reading_older(self, bytes: Vec<u8>, read: impl Fn(&[u8]) + 'static) -> Self {
        self.reading("read-older", bytes, read)
    }

    /// Reads these bytes in a row of their own, one of [`READS`].
    pub fn reading(mut self, row: &'static str, bytes: Vec<u8>, read: impl Fn(&[u8]) + 'static) -> Self {
        self.reads.push((row, bytes, Box::new(read)));
        self
    }

    /// What it writes.
    pub fn written(&self) -> Vec<u8> {
        let mut out = Vec::new();
        (self.write)(&mut out);
        out
    }
}

/// Whatever was read, so that the reading isn't left out.
///
/// # Panics
/// Where it couldn't be read: a way that fails has no time.
pub fn done<T, E: std::fmt::Debug>(result: Result<T, E>) {
    black_box(result.expect("the work can be read"));
}
