//! The picture of a person or group: a small JPEG in a blob, named by one hash.
//!
//! The JPEG is padded to [`PICTURE_BYTES`]: `length u32 | salt 16 | JPEG | zeros`. Its *reference*, which stands in a profile or in
//! a chat's state, is the BLAKE3 hash of that; the blob's key is `derive_key("chappe 2026-11 picture key", reference)`. So 32
//! bytes name the picture, open it, and prove it: nobody who knows the reference can have another one shown for it, a
//! relay that keeps it learns nothing, and because of the salt cannot even try pictures that it knows.

use super::sealing::{FileKey, Wrong};
use super::whole::{self, Name};
pub use crate::ids::PictureRef;

/// Bytes of a padded picture: a portrait of 320 pixels as JPEG fits.
pub const PICTURE_BYTES: usize = 32 * 1024;

/// Bytes before the JPEG.
const HEAD: usize = 4 + 16;

/// Bytes of a JPEG that fits.
pub const JPEG_MAX: usize = PICTURE_BYTES - HEAD;

impl Name for PictureRef {
    fn hash(&self) -> &[u8; 32] {
        &self.0
    }

    fn key(&self) -> FileKey {
        FileKey(blake3::derive_key("chappe 2026-11 picture key", &self.0))
    }
}

/// Pads a JPEG; `None` if it is too large.
pub fn pad(jpeg: &[u8], salt: &[u8; 16]) -> Option<(PictureRef, Vec<u8>)> {
    let length = u32::try_from(jpeg.len()).ok().filter(|_| jpeg.len() <= JPEG_MAX)?;
    let mut padded = [&length.to_be_bytes()[..], salt, jpeg].concat();
    padded.resize(PICTURE_BYTES, 0);
    Some((PictureRef(*blake3::hash(&padded).as_bytes()), padded))
}

/// The JPEG in what was padded; `None` if that is another picture, or none.
pub fn unpad<'a>(reference: &PictureRef, padded: &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_be_bytes(*padded.first_chunk()?) as usize;
    let proven = padded.len() == PICTURE_BYTES && blake3::hash(padded).as_bytes() == &reference.0;
    padded.get(HEAD..HEAD + length).filter(|jpeg| proven && jpeg.starts_with(&[0xff, 0xd8, 0xff]))
}

/// Opens a blob, and proves that it is this picture.
///
/// # Errors
/// [`Wrong`] if it is another one, or none.
pub fn open(reference: &PictureRef, blob: &[u8]) -> Result<Vec<u8>, Wrong> {
    let padded = whole::open_named(reference, PICTURE_BYTES, blob)?;
    if unpad(reference, &padded).is_some() { Ok(padded) } else { Err(Wrong::Root) }
}

#[cfg(test)]
mod tests {
    use super::super::whole::seal_named as seal;
    use super::*;

    #[test]
    fn a_picture_comes_back_and_nothing_else_does() {
        let jpeg = [&[0xff, 0xd8, 0xff][..], &[7; 5_000]].concat();
        let (reference, padded) = pad(&jpeg, &[1; 16]).unwrap();
        let blob = seal(&reference, &padded).unwrap();
        assert_eq!(unpad(&reference, &open(&reference, &blob).unwrap()), Some(&jpeg[..]));
        assert_eq!(PictureRef::from_hex(&reference.to_hex()), Some(reference));
        let (other, _) = pad(&jpeg, &[2; 16]).unwrap();
        assert!(other != reference, "whoever knows the picture does not know its name");
        assert!(open(&other, &blob).is_err() && open(&reference, &blob[1..]).is_err());
        for at in [0, PICTURE_BYTES] {
            let mut bad = blob.clone();
            bad[at] ^= 1;
            assert!(open(&reference, &bad).is_err());
        }
        assert!(pad(&vec![0; JPEG_MAX], &[0; 16]).is_some() && pad(&vec![0; JPEG_MAX + 1], &[0; 16]).is_none());
    }

    #[test]
    fn what_is_no_jpeg_or_lies_about_its_length_is_none() {
        let (reference, padded) = pad(b"<svg onload=alert(1)>", &[1; 16]).unwrap();
        assert_eq!(unpad(&reference, &padded), None);
        let mut long = pad(&[0xff, 0xd8, 0xff], &[1; 16]).unwrap().1;
        long[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        let reference = PictureRef(*blake3::hash(&long).as_bytes());
        let blob = seal(&reference, &long).unwrap();
        assert!(unpad(&reference, &long).is_none() && open(&reference, &blob).is_err());
        assert!(unpad(&reference, &[]).is_none());
    }
}
