//! What this machine can do without us: bytes over QUIC (quinn with its own settings, a certificate made for it) and over
//! TCP, thrown away by who gets them, and bytes to a file that is synced. Both ends are in this process.

use crate::machine::Usage;
use anyhow::{Context, Result};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde::Serialize;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Bytes that are handed over at once.
const PIECE: usize = 1 << 20;

/// Pieces between two syncs of the file, as a download makes them.
const PIECES_A_SYNC: u64 = 16;

/// What a way of bytes costs.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Cost {
    /// From the first byte given to the last one taken.
    pub seconds: f64,
    /// CPU seconds of both ends.
    pub cpu: f64,
}

/// Measures the work of this process.
fn cost(work: impl FnOnce() -> Result<()>) -> Result<Cost> {
    let (start, before) = (Instant::now(), Usage::of("self")?.cpu);
    work()?;
    Ok(Cost { seconds: start.elapsed().as_secs_f64(), cpu: Usage::of("self")?.cpu - before })
}

/// One stream of a QUIC connection on loopback.
pub fn quic(size: u64) -> Result<Cost> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let made = rcgen::generate_simple_self_signed(["localhost".into()])?;
    let certificate: CertificateDer<'static> = made.cert.der().clone();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.clone())?;
    let key = PrivatePkcs8KeyDer::from(made.key_pair.serialize_der());
    let settings = quinn::ServerConfig::with_single_cert(vec![certificate], key.into())?;
    let trust = quinn::ClientConfig::with_root_certificates(Arc::new(roots))?;
    let here = (Ipv4Addr::LOCALHOST, 0).into();
    let (sender, mut writer, reader) = runtime.block_on(async {
        let receiver = quinn::Endpoint::server(settings, here)?;
        let addr = receiver.local_addr()?;
        let mut sender = quinn::Endpoint::client(here)?;
        sender.set_default_client_config(trust);
        let reader = tokio::spawn(async move {
            let connection = receiver.accept().await.context("no connection")?.await?;
            let (mut answer, mut stream) = connection.accept_bi().await?;
            let mut got = 0;
            while let Some(piece) = stream.read_chunk(usize::MAX, true).await? {
                got += piece.bytes.len() as u64;
            }
            answer.write_all(&got.to_be_bytes()).await?;
            answer.finish()?;
            // The other end closes when it has the answer.
            connection.closed().await;
            anyhow::Ok(())
        });
        let connection = sender.connect(addr, "localhost")?.await?;
        anyhow::Ok((sender, connection.open_bi().await?, reader))
    })?;
    let piece = vec![0x55; PIECE];
    let cost = cost(|| {
        runtime.block_on(async {
            for part in parts(size) {
                writer.0.write_all(&piece[..part]).await?;
            }
            writer.0.finish()?;
            let answer = writer.1.read_to_end(8).await?;
            anyhow::ensure!(answer == size.to_be_bytes(), "bytes are missing");
            Ok(())
        })
    })?;
    sender.close(0u32.into(), b"");
    runtime.block_on(reader)??;
    Ok(cost)
}

/// One TCP connection on loopback.
pub fn tcp(size: u64) -> Result<Cost> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut sender = TcpStream::connect(listener.local_addr()?)?;
    let (mut receiver, _) = listener.accept()?;
    let reader = std::thread::spawn(move || -> std::io::Result<u64> {
        let (mut piece, mut got) = (vec![0; PIECE], 0);
        loop {
            match receiver.read(&mut piece)? {
                0 => return Ok(got),
                length => got += length as u64,
            }
        }
    });
    let piece = vec![0x55; PIECE];
    cost(|| {
        parts(size).try_for_each(|part| sender.write_all(&piece[..part]))?;
        sender.shutdown(std::net::Shutdown::Write)?;
        let got = reader.join().map_err(|_| anyhow::anyhow!("the reader failed"))??;
        anyhow::ensure!(got == size, "bytes are missing");
        Ok(())
    })
}

/// A file in this folder, synced as it grows.
pub fn disk(size: u64, dir: &Path) -> Result<Cost> {
    let path = dir.join("plain");
    let mut file = File::create_new(&path)?;
    let piece = vec![0x55; PIECE];
    let cost = cost(|| {
        for (n, part) in (1..).zip(parts(size)) {
            file.write_all(&piece[..part])?;
            if n % PIECES_A_SYNC == 0 {
                file.sync_data()?;
            }
        }
        Ok(file.sync_all()?)
    })?;
    std::fs::remove_file(path)?;
    Ok(cost)
}

/// The lengths of the pieces of so many bytes.
fn parts(size: u64) -> impl Iterator<Item = usize> {
    (0..size.div_ceil(PIECE as u64)).map(move |n| (size - n * PIECE as u64).min(PIECE as u64) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_whole() {
        assert_eq!(parts(2 * PIECE as u64 + 3).collect::<Vec<_>>(), [PIECE, PIECE, 3]);
        assert_eq!(parts(0).count(), 0);
    }

    #[test]
    fn all_bytes_arrive() {
        drop(rustls::crypto::ring::default_provider().install_default());
        for way in [quic, tcp] {
            assert!(way(3 * PIECE as u64 + 1).unwrap().seconds > 0.0);
        }
    }
}
