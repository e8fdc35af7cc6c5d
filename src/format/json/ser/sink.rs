//! Where JSON text goes.

use std::io;

use crate::format::json::error::JsonError;
use crate::marks::KEY_ROOM;

/// Place that JSON text goes to, in small pieces: a `Vec<u8>`, or a writer as [`IoSink`].
pub trait Sink {
    /// Adds text to what stands there.
    ///
    /// # Errors
    /// Where it can't be written.
    fn put(&mut self, text: &[u8]) -> Result<(), JsonError>;

    /// Adds text that is the first `length` bytes of its room. Where bytes can be taken back, to add all of the room and take
    /// back the rest is faster.
    ///
    /// # Errors
    /// Where it can't be written.
    #[doc(hidden)]
    #[inline]
    fn put_first(&mut self, room: &[u8; KEY_ROOM], length: usize) -> Result<(), JsonError> {
        self.put(room.get(..length).unwrap_or(room))
    }
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, text: &[u8]) -> Result<(), JsonError> {
        self.extend_from_slice(text);
        Ok(())
    }

    #[inline]
    fn put_first(&mut self, room: &[u8; KEY_ROOM], length: usize) -> Result<(), JsonError> {
        let start = self.len();
        self.extend_from_slice(room);
        self.truncate(start + length);
        Ok(())
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    #[inline]
    fn put(&mut self, text: &[u8]) -> Result<(), JsonError> {
        (**self).put(text)
    }

    #[inline]
    fn put_first(&mut self, room: &[u8; KEY_ROOM], length: usize) -> Result<(), JsonError> {
        (**self).put_first(room, length)
    }
}

/// Writer that JSON text goes to. The text comes in small pieces: a file wants a `BufWriter` around it.
#[derive(Debug)]
pub struct IoSink<W>(pub W);

impl<W: io::Write> Sink for IoSink<W> {
    #[inline]
    fn put(&mut self, text: &[u8]) -> Result<(), JsonError> {
        self.0.write_all(text).map_err(|error| JsonError::io(&error))
    }
}
