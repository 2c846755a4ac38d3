//! The bounds of a batch, the same for every store.

use chappe_protocol::limits::{PARTITION_MAX, SORT_MAX, VALUE_MAX};
use chappe_protocol::store::{Batch, Write};
use thiserror::Error;

/// Bytes of names and values in one batch. A batch is written and checked as a whole, so it has to fit into memory.
pub const BATCH_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Writes in one batch.
pub const BATCH_WRITES_MAX: usize = 1 << 20;

/// A batch that no store takes. It is a mistake of ours: a core checks before it commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BatchError {
    /// Over [`PARTITION_MAX`].
    #[error("a partition name has {0} bytes, more than {PARTITION_MAX}")]
    Partition(usize),
    /// Over [`SORT_MAX`].
    #[error("a sort name has {0} bytes, more than {SORT_MAX}")]
    Sort(usize),
    /// Over [`VALUE_MAX`].
    #[error("a value has {0} bytes, more than {VALUE_MAX}")]
    Value(usize),
    /// Over [`BATCH_BYTES_MAX`].
    #[error("a batch has more than {BATCH_BYTES_MAX} bytes")]
    Bytes,
    /// Over [`BATCH_WRITES_MAX`].
    #[error("a batch has {0} writes, more than {BATCH_WRITES_MAX}")]
    Writes(usize),
}

/// Checks every bound of a batch.
pub fn check_batch(batch: &Batch) -> Result<(), BatchError> {
    if batch.writes.len() > BATCH_WRITES_MAX {
        return Err(BatchError::Writes(batch.writes.len()));
    }
    let mut total = 0usize;
    for write in &batch.writes {
        total += check_write(write)?;
        if total > BATCH_BYTES_MAX {
            return Err(BatchError::Bytes);
        }
    }
    Ok(())
}

/// Bytes of names and value.
fn check_write(write: &Write) -> Result<usize, BatchError> {
    let (partition, sort, value) = match write {
        Write::Put { partition, sort, value, .. } => (partition.len(), sort.len(), value.len()),
        Write::Delete { partition, sort, .. } => (partition.len(), sort.len(), 0),
    };
    if partition > PARTITION_MAX {
        return Err(BatchError::Partition(partition));
    }
    if sort > SORT_MAX {
        return Err(BatchError::Sort(sort));
    }
    if value > VALUE_MAX {
        return Err(BatchError::Value(value));
    }
    Ok(partition + sort + value)
}

#[cfg(test)]
mod tests {
    use chappe_protocol::store::Table;

    use super::*;

    fn one(partition: usize, sort: usize, value: usize) -> Result<(), BatchError> {
        let mut batch = Batch::new();
        batch.put(Table::Test, &vec![0; partition], &vec![0; sort], vec![0; value]);
        check_batch(&batch)
    }

    #[test]
    fn bounds_hold_at_the_edge() {
        assert_eq!(one(PARTITION_MAX, SORT_MAX, VALUE_MAX), Ok(()));
        assert_eq!(one(PARTITION_MAX + 1, 0, 0), Err(BatchError::Partition(PARTITION_MAX + 1)));
        assert_eq!(one(0, SORT_MAX + 1, 0), Err(BatchError::Sort(SORT_MAX + 1)));
        assert_eq!(one(0, 0, VALUE_MAX + 1), Err(BatchError::Value(VALUE_MAX + 1)));
    }

    #[test]
    fn whole_batch_is_bounded() {
        let mut batch = Batch::new();
        for n in 0..=(BATCH_BYTES_MAX / VALUE_MAX) as u64 {
            batch.put(Table::Test, b"p", &n.to_be_bytes(), vec![0; VALUE_MAX]);
        }
        assert_eq!(check_batch(&batch), Err(BatchError::Bytes));
    }
}
