//! Key packages: taken once each, the last resort again and again.
//!
//! `RelayKeyPackage`, partition tag, sort `h`: `version u8 · cap hash 32 · first u64 · next u64 · bytes u64 ·
//! touched u64`; sort `l`: the last resort; sort `p` + number u64: one package. Those from `first` to below `next`
//! are there.

use super::context::{Context, No, check_capability, damaged};
use super::index::Indexed;
use crate::ids::{Capability, LogTag};
use crate::limits::KEY_PACKAGES_MAX;
use crate::store::{Batch, ReadError, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::relay::{Refusal, Reply};

const VERSION: u8 = 1;
const SHELF: &[u8] = b"h";
const LAST_RESORT: &[u8] = b"l";
const PACKAGE: u8 = b'p';

/// What is kept under one name, without the packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shelf {
    cap: [u8; 32],
    first: u64,
    next: u64,
    /// Of all packages and the last resort.
    pub(super) bytes: u64,
    pub(super) touched: u64,
}

/// What an owner puts.
pub(super) struct Delivery {
    pub(super) packages: Vec<Vec<u8>>,
    pub(super) last_resort: Option<Vec<u8>>,
}

impl Shelf {
    pub(super) fn load(tag: &LogTag, store: &dyn StoreRead) -> Result<Option<Self>, ReadError> {
        let Some(row) = store.get(Table::RelayKeyPackage, &tag.0, SHELF)? else { return Ok(None) };
        let decode = || {
            let mut r = Reader::new(&row);
            let version = r.u8()?;
            if version != VERSION {
                return Err(WireError::Unknown { what: "row version", number: version.into() });
            }
            let shelf = Self { cap: r.array()?, first: r.u64()?, next: r.u64()?, bytes: r.u64()?, touched: r.u64()? };
            r.finish()?;
            Ok(shelf)
        };
        decode().map(Some).map_err(damaged("a shelf of key packages"))
    }

    fn left(&self) -> u64 {
        self.next - self.first
    }

    fn put(&self, tag: &LogTag, batch: &mut Batch) {
        let mut w = Writer::with_capacity(80);
        w.u8(VERSION).raw(&self.cap).u64(self.first).u64(self.next).u64(self.bytes).u64(self.touched);
        batch.put(Table::RelayKeyPackage, &tag.0, SHELF, w.finish());
    }

    /// Deletes everything under the name.
    pub(super) fn forget(&self, tag: &LogTag, batch: &mut Batch) {
        for number in self.first..self.next {
            batch.delete(Table::RelayKeyPackage, &tag.0, &package_sort(number));
        }
        batch.delete(Table::RelayKeyPackage, &tag.0, LAST_RESORT);
        batch.delete(Table::RelayKeyPackage, &tag.0, SHELF);
    }
}

/// True if somebody has put packages under this name.
pub(super) fn exists(tag: &LogTag, store: &dyn StoreRead) -> Result<bool, ReadError> {
    Ok(store.get(Table::RelayKeyPackage, &tag.0, SHELF)?.is_some())
}

/// The first put binds the name to the capability.
pub(super) fn put(cx: &mut Context<'_>, tag: &LogTag, cap: &Capability, delivery: Delivery) -> Result<Reply, No> {
    let known = Shelf::load(tag, cx.store)?;
    if let Some(shelf) = &known {
        check_capability(cap, &shelf.cap)?;
    } else if cx.totals.stored().key_package_names >= cx.policy.key_package_names_max {
        return Err(Refusal::Busy.into());
    }
    let before = known.unwrap_or(Shelf { cap: cap.hash(), first: 0, next: 0, bytes: 0, touched: 0 });
    if before.left() + delivery.packages.len() as u64 > KEY_PACKAGES_MAX as u64 {
        return Err(Refusal::TooMany.into());
    }
    let more: u64 = delivery.packages.iter().chain(&delivery.last_resort).map(|package| package.len() as u64).sum();
    cx.admit_bytes(more)?;
    let replaced = match &delivery.last_resort {
        Some(_) => load_last_resort(tag, cx.store)?.map_or(0, |package| package.len() as u64),
        None => 0,
    };

    let mut shelf = Shelf { bytes: before.bytes + more - replaced, touched: cx.now.wall, ..before };
    for package in delivery.packages {
        cx.batch.put(Table::RelayKeyPackage, &tag.0, &package_sort(shelf.next), package);
        shelf.next += 1;
    }
    if let Some(package) = delivery.last_resort {
        cx.batch.put(Table::RelayKeyPackage, &tag.0, LAST_RESORT, package);
    }
    shelf.put(tag, &mut cx.batch);
    let place = Indexed::KeyPackages(*tag);
    if known.is_none() {
        place.add(&mut cx.batch);
    }
    cx.totals.change(&place, |sums| {
        sums.key_package_names += u64::from(known.is_none());
        sums.bytes = sums.bytes + more - replaced;
    });
    // At most `KEY_PACKAGES_MAX`.
    Ok(Reply::KeyPackagesLeft(shelf.left() as u16))
}

/// Takes the oldest package away; a name that does not exist looks like one without packages.
pub(super) fn take(cx: &mut Context<'_>, tag: &LogTag) -> Result<Reply, No> {
    let Some(shelf) = Shelf::load(tag, cx.store)? else { return Ok(Reply::KeyPackage(None)) };
    if shelf.left() == 0 {
        let package = load_last_resort(tag, cx.store)?;
        cx.stats.key_packages_taken += u64::from(package.is_some());
        return Ok(Reply::KeyPackage(package));
    }
    let sort = package_sort(shelf.first);
    let package = cx.store.get(Table::RelayKeyPackage, &tag.0, &sort)?;
    let package = package.ok_or(ReadError("a key package is missing".to_owned()))?;

    let bytes = package.len() as u64;
    cx.batch.delete(Table::RelayKeyPackage, &tag.0, &sort);
    Shelf { first: shelf.first + 1, bytes: shelf.bytes.saturating_sub(bytes), ..shelf }.put(tag, &mut cx.batch);
    cx.totals.change(&Indexed::KeyPackages(*tag), |sums| sums.bytes -= bytes);
    cx.stats.key_packages_taken += 1;
    Ok(Reply::KeyPackage(Some(package)))
}

fn load_last_resort(tag: &LogTag, store: &dyn StoreRead) -> Result<Option<Vec<u8>>, ReadError> {
    store.get(Table::RelayKeyPackage, &tag.0, LAST_RESORT)
}

fn package_sort(number: u64) -> [u8; 9] {
    let mut sort = [PACKAGE; 9];
    sort[1..].copy_from_slice(&number.to_be_bytes());
    sort
}
