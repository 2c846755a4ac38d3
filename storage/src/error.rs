//! Why a store does not open, in words for the person in front of it.

use std::io;

use thiserror::Error;

use crate::keys::KeyError;

/// A store that does not open. Nothing in its directory has been changed, unless the variant says so.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("{dir} is in use by another process; stop that one first, two cannot share it")]
    Locked {
        /// The store's directory.
        dir: String,
    },
    /// No writing there.
    #[error("{dir} cannot be written ({source}); make it writable for this user, or choose another directory")]
    ReadOnly {
        /// The store's directory.
        dir: String,
        /// From the system.
        source: io::Error,
    },
    /// Written by a later version.
    #[error("{dir} was written by a newer version (store schema {found}, this one knows {known}); use that version")]
    NewerSchema {
        /// The store's directory.
        dir: String,
        /// The number in the schema file.
        found: u32,
        /// [`crate::SCHEMA`].
        known: u32,
    },
    /// The schema file is not one.
    #[error("{dir}/schema is not a store's schema file; put back a copy of it, or choose another directory")]
    NotAStore {
        /// The store's directory.
        dir: String,
    },
    /// There is a journal and no key file.
    #[error("{dir}/keyfile is missing; put back a copy of it, without it nothing in this store can be read")]
    KeyMissing {
        /// The store's directory.
        dir: String,
    },
    /// The key file does not open.
    #[error("{dir}: {source}")]
    Key {
        /// The store's directory.
        dir: String,
        /// Which rule is broken.
        source: KeyError,
    },
    /// Something acknowledged is damaged or missing.
    #[error(
        "{dir}/{file} is damaged at byte {offset} ({what}); put back a copy of the directory, or start once with the \
         salvage option, which keeps everything that can be verified"
    )]
    Damaged {
        /// The store's directory.
        dir: String,
        /// Name of the file in it.
        file: String,
        /// Where the first damaged byte is, as far as that can be said.
        offset: u64,
        /// What does not fit.
        what: &'static str,
    },
    /// The index cannot even be made anew.
    #[error("the index in {dir} cannot be made: {what}; check that the disk has room and works")]
    Index {
        /// The index's directory.
        dir: String,
        /// From sled or the system.
        what: String,
    },
    /// The system says no.
    #[error("{dir} cannot be opened as a store: {source}")]
    Io {
        /// The store's directory.
        dir: String,
        /// From the system.
        source: io::Error,
    },
}

impl OpenError {
    /// Sorts out what a person can do about an error of the system.
    pub(crate) fn from_io(dir: &str, source: io::Error) -> Self {
        let dir = dir.to_string();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { dir, source },
            _ => Self::Io { dir, source },
        }
    }
}
