//! Bodies that are compressed as kombu does it.

#[cfg(feature = "amqp-compression")]
use std::io::Read;

/// The header that names how a body is compressed.
pub(super) const HEADER: &str = "compression";

/// How bodies are compressed (`kombu_compression`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    /// `gzip` by name, and zlib's format.
    Zlib,
    Bzip2,
    Brotli,
    /// `lzma` by name, and xz's format.
    Xz,
    Zstd,
}

impl Compression {
    /// By kombu's name or media type for it.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        let found = Compression::known(name).ok_or(
            "none of gzip, zlib, bzip2, bzip, brotli, lzma, xz, zstd, zstandard, which kombu and this driver know",
        )?;
        if cfg!(feature = "amqp-compression") { Ok(found) } else { Err(LACKING.to_owned()) }
    }

    fn known(name: &str) -> Option<Self> {
        Some(match name {
            "gzip" | "zlib" | "application/x-gzip" => Compression::Zlib,
            "bzip2" | "bzip" | "application/x-bz2" => Compression::Bzip2,
            "brotli" | "application/x-brotli" => Compression::Brotli,
            "lzma" | "xz" | "application/x-lzma" => Compression::Xz,
            "zstd" | "zstandard" | "application/zstd" => Compression::Zstd,
            _ => return None,
        })
    }

    /// Name of the compression in the header.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Compression::Zlib => "application/x-gzip",
            Compression::Bzip2 => "application/x-bz2",
            Compression::Brotli => "application/x-brotli",
            Compression::Xz => "application/x-lzma",
            Compression::Zstd => "application/zstd",
        }
    }
}

const LACKING: &str = "compressed messages need the feature amqp-compression of this program";

#[cfg(feature = "amqp-compression")]
impl Compression {
    pub(super) fn compress(self, body: &[u8]) -> Result<Vec<u8>, String> {
        let mut compressed = Vec::new();
        let done = match self {
            Compression::Zlib => flate2::read::ZlibEncoder::new(body, flate2::Compression::default())
                .read_to_end(&mut compressed),
            Compression::Bzip2 => {
                bzip2::read::BzEncoder::new(body, bzip2::Compression::best()).read_to_end(&mut compressed)
            }
            Compression::Brotli => {
                brotli::CompressorReader::new(body, BROTLI_BUFFER, BROTLI_QUALITY, BROTLI_WINDOW)
                    .read_to_end(&mut compressed)
            }
            Compression::Xz => compress_xz(body, &mut compressed),
            Compression::Zstd => {
                ruzstd::encoding::compress(
                    body,
                    &mut compressed,
                    ruzstd::encoding::CompressionLevel::Fastest,
                );
                Ok(0)
            }
        };
        done.map(|_| compressed).map_err(|error| error.to_string())
    }
}

/// Bytes that pass through it at once.
#[cfg(feature = "amqp-compression")]
const BROTLI_BUFFER: usize = 4096;

/// How hard it tries, of 0 to 11. Python tries as hard as it can, which takes many times as long for few bytes.
#[cfg(feature = "amqp-compression")]
const BROTLI_QUALITY: u32 = 4;

/// The window that Python compresses with, as a power of two.
#[cfg(feature = "amqp-compression")]
const BROTLI_WINDOW: u32 = 22;

/// The dictionary that Python compresses with, and the most that is made room for: a header may ask for gigabytes.
#[cfg(feature = "amqp-compression")]
const XZ_DICTIONARY: u32 = 8 << 20;

/// The window that each decoder of zstd has to have room for (RFC 8878, section 3.1.1.1.2). As much of what a message
/// stands for is held back before the first byte of it is seen, so a longer one would pass by the limit.
#[cfg(feature = "amqp-compression")]
const ZSTD_WINDOW: u64 = 8 << 20;

/// The window that a frame asks for: its descriptor is a power of two, and eighths of it. Where it has none the content
/// is the window, and its length is told.
#[cfg(feature = "amqp-compression")]
fn zstd_window(frame: &[u8]) -> Option<u64> {
    const IS_SINGLE: u8 = 1 << 5;
    let descriptor = *frame.get(4)?;
    if descriptor & IS_SINGLE == 0 {
        let window = *frame.get(5)?;
        let base = 1_u64 << (10 + u32::from(window >> 3));
        return Some(base + base / 8 * u64::from(window & 7));
    }
    // An identity of a dictionary stands in front of the length, of which there may be two bytes, four or eight.
    let start = 5 + [0, 1, 2, 4].get(usize::from(descriptor & 3))?;
    let (count, more) = match descriptor >> 6 {
        0 => (1, 0),
        1 => (2, 256),
        2 => (4, 0),
        _ => (8, 0),
    };
    let mut length = [0; 8];
    length.iter_mut().zip(frame.get(start..start + count)?).for_each(|(to, from)| *to = *from);
    Some(u64::from_le_bytes(length).saturating_add(more))
}

#[cfg(feature = "amqp-compression")]
fn compress_xz(body: &[u8], compressed: &mut Vec<u8>) -> std::io::Result<usize> {
    use std::io::Write;
    let mut options = lzma_rust2::XzOptions::with_preset(1);
    // The encoder's memory is a multiple of it; no more of it can serve than there are bytes.
    let length = u32::try_from(body.len()).unwrap_or(XZ_DICTIONARY);
    options.lzma_options.dict_size = length.clamp(lzma_rust2::DICT_SIZE_MIN, XZ_DICTIONARY);
    let mut writer = lzma_rust2::XzWriter::new(compressed, options)?;
    writer.write_all(body)?;
    writer.finish().map(|compressed| compressed.len())
}

#[cfg(not(feature = "amqp-compression"))]
impl Compression {
    pub(super) fn compress(self, _: &[u8]) -> Result<Vec<u8>, String> {
        Err(LACKING.to_owned())
    }
}

/// The body as it was before; `limit` is the most bytes that it may have.
///
/// # Errors
/// Where it isn't compressed so, or is longer.
#[cfg(feature = "amqp-compression")]
pub(super) fn decompress(media_type: &str, body: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let found =
        Compression::known(media_type).ok_or("it is compressed in a way that this driver doesn't know")?;
    let mut reader: Box<dyn Read + '_> = match found {
        Compression::Zlib => Box::new(flate2::read::ZlibDecoder::new(body)),
        Compression::Bzip2 => Box::new(bzip2::read::BzDecoder::new(body)),
        Compression::Brotli => Box::new(brotli::Decompressor::new(body, BROTLI_BUFFER)),
        Compression::Xz => {
            let kib = lzma_rust2::lzma2_get_memory_usage(XZ_DICTIONARY);
            Box::new(lzma_rust2::XzReader::new_mem_limit(body, false, kib))
        }
        Compression::Zstd => {
            if zstd_window(body).is_some_and(|window| window > ZSTD_WINDOW.max(limit as u64)) {
                return Err("it wants more memory than is made room for".to_owned());
            }
            let reader = ruzstd::decoding::StreamingDecoder::new(body);
            Box::new(reader.map_err(|error| format!("no zstd: {error}"))?)
        }
    };
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut plain = Vec::new();
    // One byte more tells a body that is too long from one that just fits.
    reader
        .by_ref()
        .take(most.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|error| error.to_string())?;
    if plain.len() > limit {
        return Err(format!("uncompressed it has more than {limit} bytes"));
    }
    Ok(plain)
}

#[cfg(not(feature = "amqp-compression"))]
pub(super) fn decompress(_: &str, _: &[u8], _: usize) -> Result<Vec<u8>, String> {
    Err(LACKING.to_owned())
}

#[cfg(all(test, feature = "amqp-compression"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        let body = "abc".repeat(10_000).into_bytes();
        for name in ["gzip", "zlib", "bzip2", "bzip", "brotli", "lzma", "xz", "zstd", "zstandard"] {
            let compression = Compression::named(name).unwrap();
            let compressed = compression.compress(&body).unwrap();
            assert!(compressed.len() < body.len() / 10, "{name}");
            let media_type = compression.media_type();
            assert_eq!(decompress(media_type, &compressed, body.len()).unwrap(), body, "{name}");
            let told = decompress(media_type, &compressed, body.len() - 1).unwrap_err();
            assert_eq!(told, "uncompressed it has more than 29999 bytes");
            assert!(decompress(media_type, &body, body.len()).is_err(), "{name}");
        }
        assert!(Compression::named("bz2").is_err());
    }

    /// `zlib.compress(b"hello")`, `bz2.compress(b"hello")`, `lzma.compress(b"hello")` of Python 3.11, and brotli's and
    /// backports.zstd's.
    #[test]
    fn what_python_compressed_is_read() {
        let zlib = b"x\x9c\xcbH\xcd\xc9\xc9\x07\x00\x06,\x02\x15";
        assert_eq!(decompress("application/x-gzip", zlib, 5).unwrap(), b"hello");
        let bz2 = b"BZh91AY&SY\x191e=\x00\x00\x00\x81\x00\x02D\xa0\x00!\x9ah3M\x073\x8b\xb9\"\x9c(H\x0c\x98\xb2\x9e\x80";
        assert_eq!(decompress("application/x-bz2", bz2, 5).unwrap(), b"hello");
        let brotli = b"\x0b\x02\x80hello\x03";
        assert_eq!(decompress("application/x-brotli", brotli, 5).unwrap(), b"hello");
        let lzma = b"\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4F\x02\x00!\x01\x16\x00\x00\x00t/\xe5\xa3\x01\x00\x04hello\x00\x00\x00\x00\xb17\xb9\xdb\xe5\xda\x1e\x9b\x00\x01\x1d\x05\xb8-\x80\xaf\x1f\xb6\xf3}\x01\x00\x00\x00\x00\x04YZ";
        assert_eq!(decompress("application/x-lzma", lzma, 5).unwrap(), b"hello");
        let zstd = b"(\xb5/\xfd \x05)\x00\x00hello";
        assert_eq!(decompress("application/zstd", zstd, 5).unwrap(), b"hello");
    }

    /// `lzma.compress(b"hello")` with a dictionary of 1 GiB.
    #[test]
    fn what_wants_more_room_than_any_host_needs_is_refused() {
        let lzma = b"\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4F\x02\x00!\x01$\x00\x00\x00^\x1f\xc7\xf9\x01\x00\x04hello\x00\x00\x00\x00\xb17\xb9\xdb\xe5\xda\x1e\x9b\x00\x01\x1d\x05\xb8-\x80\xaf\x1f\xb6\xf3}\x01\x00\x00\x00\x00\x04YZ";
        let told = decompress("application/x-lzma", lzma, 1 << 24).unwrap_err();
        assert!(told.contains("memory"), "{told}");
        // Five letters in a frame with a window of 8 MiB and of 64 MiB, and as a whole of 64 MiB.
        let zstd = |header: &[u8]| [b"(\xb5/\xfd", header, b"\x2b\0\0a"].concat();
        assert_eq!(decompress("application/zstd", &zstd(&[0, 13 << 3]), 1 << 20).unwrap(), b"aaaaa");
        for header in [&[0, 16 << 3][..], &[0xa0, 0, 0, 0, 4]] {
            let told = decompress("application/zstd", &zstd(header), 1 << 24).unwrap_err();
            assert!(told.contains("memory"), "{told}");
        }
    }
}
