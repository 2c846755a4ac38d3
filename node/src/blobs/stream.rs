//! Frames of the blob protocol on a stream, one at a time: `length u32 (big-endian) | bytes`.

use super::PATIENCE;
use chappe_protocol::limits::BLOB_FRAME_MAX;
use futures::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use std::io;
use tokio::time::timeout;

/// The length of the next frame; `None` at an end between frames.
pub(super) async fn read_len(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<usize>> {
    let mut head = [0; 4];
    match within(stream.read_exact(&mut head)).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u32::from_be_bytes(head) as usize;
    if length == 0 || length > BLOB_FRAME_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame of a forbidden length"));
    }
    Ok(Some(length))
}

/// The next frame; `None` at an end between frames.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    read_into(stream, Vec::new()).await
}

/// [`read`] into memory that was used before.
pub(super) async fn read_into(
    stream: &mut (impl AsyncRead + Unpin),
    mut frame: Vec<u8>,
) -> io::Result<Option<Vec<u8>>> {
    let Some(length) = read_len(stream).await? else { return Ok(None) };
    frame.resize(length, 0);
    fill(stream, &mut frame).await?;
    Ok(Some(frame))
}

/// Bytes of a frame.
pub(super) async fn fill(stream: &mut (impl AsyncRead + Unpin), into: &mut [u8]) -> io::Result<()> {
    within(stream.read_exact(into)).await
}

/// Writes a frame. It leaves this machine with the next [`flush`], or when enough has come together.
pub(super) async fn write(stream: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> io::Result<()> {
    write_parts(stream, frame, &[]).await
}

/// Writes a frame whose beginning and end lie apart.
pub(super) async fn write_parts(stream: &mut (impl AsyncWrite + Unpin), head: &[u8], bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(head.len() + bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    within(stream.write_all(&[&length, head].concat())).await?;
    within(stream.write_all(bytes)).await
}

pub(super) async fn flush(stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    within(stream.flush()).await
}

async fn within<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the other side does not go on")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;

    #[tokio::test]
    async fn frames_come_back_and_lying_lengths_are_refused() {
        let mut bytes = Cursor::new(Vec::new());
        write(&mut bytes, b"one").await.unwrap();
        write(&mut bytes, &vec![7; BLOB_FRAME_MAX]).await.unwrap();
        bytes.set_position(0);
        assert_eq!(read(&mut bytes).await.unwrap().unwrap(), b"one");
        assert_eq!(read(&mut bytes).await.unwrap().unwrap().len(), BLOB_FRAME_MAX);
        assert!(read(&mut bytes).await.unwrap().is_none());
        for bad in [0, BLOB_FRAME_MAX as u32 + 1, u32::MAX] {
            assert!(read(&mut Cursor::new(bad.to_be_bytes())).await.is_err());
        }
        assert!(read(&mut Cursor::new([0, 0, 0, 9, 1])).await.is_err());
    }
}
