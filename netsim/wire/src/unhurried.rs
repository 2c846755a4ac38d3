//! Tasks that are sometimes late. tokio runs what is ready in the order in which it became ready, so one seed would
//! show one interleaving only; here a task that is woken goes to the end of the queue now and then, as the seed says.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One poll in so many is put off.
const LATE: u64 = 8;

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(1) };
}

/// Sets which polls of this thread are late.
pub fn seed(seed: u64) {
    STATE.set(seed | 1);
}

/// xorshift64 (Marsaglia 2003).
fn late() -> bool {
    let mut x = STATE.get();
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    STATE.set(x);
    x.is_multiple_of(LATE)
}

/// A task that is sometimes late.
pub struct Unhurried(pub Pin<Box<dyn Future<Output = ()> + Send>>);

impl Future for Unhurried {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if late() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.0.as_mut().poll(cx)
    }
}
