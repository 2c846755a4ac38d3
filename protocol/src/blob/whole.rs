//! A blob that is small enough to be sealed and opened in memory at once.

use super::sealing::{FileKey, Layout, Sealer, TAG, Wrong};
use crate::limits::CHUNK_BYTES;

/// What names a blob by the hash (BLAKE3) of what is in it: who has the name can open the blob and prove it.
pub trait Name: Copy + Ord {
    /// The hash.
    fn hash(&self) -> &[u8; 32];

    /// Opens the blob.
    fn key(&self) -> FileKey;
}

/// Seals bytes under a key that seals nothing else: the blob, and the root that names it.
///
/// # Errors
/// [`Wrong::Length`] above `limits::FILE_MAX`.
pub fn seal(key: &FileKey, plain: &[u8]) -> Result<(Vec<u8>, [u8; 32]), Wrong> {
    let layout = layout(plain.len())?;
    let sealer = Sealer::new(key, layout);
    let (mut blob, mut list) = (Vec::new(), Vec::new());
    for (index, chunk) in (0..).zip(plain.chunks(CHUNK_BYTES)) {
        let mut chunk = chunk.to_vec();
        list.extend(sealer.seal_chunk(index, &mut chunk)?);
        blob.extend(chunk);
    }
    let root = sealer.seal_list(&mut list)?;
    blob.extend(list);
    Ok((blob, root))
}

/// Opens a blob of `size` plain bytes and checks every byte against its root.
///
/// # Errors
/// [`Wrong`] if it is another one.
pub fn open(key: &FileKey, root: &[u8; 32], size: usize, blob: &[u8]) -> Result<Vec<u8>, Wrong> {
    let (layout, sealer) = of_length(key, size, blob)?;
    // It fits, because the blob does.
    let list = sealer.open_list(root, blob[layout.list_at() as usize..].to_vec())?;
    open_chunks(&sealer, layout, blob, |index, sealed| sealer.check_chunk(index, sealed, &list))
}

/// Seals what a name names.
///
/// # Errors
/// As [`seal`].
pub fn seal_named(name: &impl Name, plain: &[u8]) -> Result<Vec<u8>, Wrong> {
    seal(&name.key(), plain).map(|(blob, _)| blob)
}

/// Opens a blob of `size` plain bytes, and proves that they are what the name names.
///
/// # Errors
/// [`Wrong`] if it is another one; [`Wrong::Root`] if it opens, but to something else than was named.
pub(super) fn open_named(name: &impl Name, size: usize, blob: &[u8]) -> Result<Vec<u8>, Wrong> {
    let (layout, sealer) = of_length(&name.key(), size, blob)?;
    // What the list of chunks says, the name says of what is in them.
    let plain = open_chunks(&sealer, layout, blob, |_, _| Ok(()))?;
    if blake3::hash(&plain).as_bytes() == name.hash() { Ok(plain) } else { Err(Wrong::Root) }
}

fn of_length(key: &FileKey, size: usize, blob: &[u8]) -> Result<(Layout, Sealer), Wrong> {
    let layout = layout(size)?;
    let wanted = usize::try_from(layout.blob_len()).unwrap_or(usize::MAX);
    if blob.len() != wanted {
        return Err(Wrong::Length { got: blob.len(), wanted });
    }
    Ok((layout, Sealer::new(key, layout)))
}

/// Opens the chunks of a blob that is as long as the layout says, each after it was checked.
fn open_chunks(
    sealer: &Sealer,
    layout: Layout,
    blob: &[u8],
    check: impl Fn(u64, &[u8]) -> Result<(), Wrong>,
) -> Result<Vec<u8>, Wrong> {
    let mut plain = Vec::with_capacity(blob.len());
    for index in 0..layout.chunks() {
        let at = layout.chunk_at(index) as usize;
        let mut chunk = blob[at..at + layout.chunk_len(index) + TAG].to_vec();
        check(index, &chunk)?;
        sealer.open_chunk(index, &mut chunk)?;
        plain.extend(chunk);
    }
    Ok(plain)
}

fn layout(size: usize) -> Result<Layout, Wrong> {
    Layout::of(size as u64).ok_or(Wrong::Length { got: size, wanted: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        let key = FileKey([7; 32]);
        for size in [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1] {
            let plain: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let (blob, root) = seal(&key, &plain).unwrap();
            assert_eq!(open(&key, &root, size, &blob).as_deref(), Ok(&plain[..]));
            assert!(open(&FileKey([8; 32]), &root, size, &blob).is_err());
            assert!(open(&key, &[0; 32], size, &blob).is_err());
            assert!(open(&key, &root, size + 1, &blob).is_err() && open(&key, &root, size, &blob[1..]).is_err());
            for at in [0, blob.len() / 2, blob.len() - 1] {
                let mut bad = blob.clone();
                bad[at] ^= 1;
                assert!(open(&key, &root, size, &bad).is_err(), "byte {at} of {size}");
            }
        }
    }
}
