//! A reader that cannot read past its end or allocate more than it was given, and the writer beside it.
//! All integers are big-endian.

use super::WireError;

/// Takes fields off a byte string.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], WireError> {
        if self.rest.len() < n {
            return Err(WireError::Truncated);
        }
        let (head, rest) = self.rest.split_at(n);
        self.rest = rest;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| WireError::Truncated)
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, WireError> {
        Ok(self.array::<1>()?[0])
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Result<u16, WireError> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Result<u32, WireError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes.
    pub fn u64(&mut self) -> Result<u64, WireError> {
        self.array().map(u64::from_be_bytes)
    }

    /// One byte that is 0 or 1.
    pub fn bool(&mut self) -> Result<bool, WireError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(WireError::Invalid("flag")),
        }
    }

    /// A byte string with a four-byte length in front, at most `limit` long. Checked before anything is copied.
    pub fn bytes(&mut self, what: &'static str, limit: usize) -> Result<&'a [u8], WireError> {
        let n = self.u32()? as usize;
        if n > limit {
            return Err(WireError::TooLarge { what, limit });
        }
        self.take(n)
    }

    /// UTF-8 text with a four-byte length in front.
    pub fn text(&mut self, what: &'static str, limit: usize) -> Result<&'a str, WireError> {
        std::str::from_utf8(self.bytes(what, limit)?).map_err(|_| WireError::Invalid(what))
    }

    /// A two-byte count of things that each take at least `least` bytes, at most `limit`.
    pub fn count(&mut self, what: &'static str, limit: usize, least: usize) -> Result<usize, WireError> {
        let n = self.u16()? as usize;
        if n > limit {
            return Err(WireError::TooLarge { what, limit });
        }
        if n.saturating_mul(least) > self.rest.len() {
            return Err(WireError::Truncated);
        }
        Ok(n)
    }

    /// Succeeds only at the end.
    pub fn finish(self) -> Result<(), WireError> {
        if self.rest.is_empty() { Ok(()) } else { Err(WireError::Trailing) }
    }
}

/// Puts fields behind each other.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty byte string with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    /// Two bytes.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Four bytes.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// One byte, 0 or 1.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.u8(u8::from(value))
    }

    /// A byte string with a four-byte length in front. The length fits, because every limit is far below 4 GiB.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.u32(bytes.len() as u32).raw(bytes)
    }

    /// A two-byte count. The count fits, because every limit on counts is below 65,536.
    pub fn count(&mut self, n: usize) -> &mut Self {
        self.u16(n as u16)
    }

    /// The finished byte string.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_in_order() {
        let mut w = Writer::default();
        w.u8(1).u16(2).u32(3).u64(4).bool(true).bytes(b"five").count(6).raw(&[0; 6]);
        let bytes = w.finish();
        let mut r = Reader::new(&bytes);
        assert_eq!((r.u8(), r.u16(), r.u32(), r.u64()), (Ok(1), Ok(2), Ok(3), Ok(4)));
        assert_eq!(r.bool(), Ok(true));
        assert_eq!(r.bytes("x", 4), Ok(&b"five"[..]));
        assert_eq!(r.count("y", 6, 1), Ok(6));
        assert_eq!(r.take(6).map(<[u8]>::len), Ok(6));
        assert_eq!(r.finish(), Ok(()));
    }

    #[test]
    fn lying_lengths_are_refused_before_anything_is_copied() {
        let huge = [0xff; 8];
        assert_eq!(Reader::new(&huge).bytes("x", 10), Err(WireError::TooLarge { what: "x", limit: 10 }));
        assert_eq!(Reader::new(&[0, 0, 0, 9, 1]).bytes("x", 10), Err(WireError::Truncated));
        assert_eq!(Reader::new(&[0, 9, 1]).count("x", 10, 1), Err(WireError::Truncated));
        assert_eq!(Reader::new(&[2]).bool(), Err(WireError::Invalid("flag")));
        assert_eq!(Reader::new(&[0]).finish(), Err(WireError::Trailing));
        assert_eq!(Reader::new(&[0, 0, 0, 1, 0xff]).text("t", 9), Err(WireError::Invalid("t")));
    }
}
