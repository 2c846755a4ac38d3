//! Where randomness comes from in a simulation: this program's own `getrandom`, `getentropy` and `syscall`, which the
//! dynamic linker and every crate find before the C library's. On a thread that [`seed`] was called on they give
//! numbers that follow from the seed; on others they ask the system.
//!
//! There is no other way to the keys of the standard library's hash maps, and libp2p walks hash maps. The numbers are
//! good enough to tell keys apart and no secret at all: nothing simulated may ever be used.
//!
//! This is the one file of Chappe with `unsafe` in it: the three functions are C's, and so are their pointers.

#![expect(unsafe_code, reason = "functions of the C library are replaced")]

use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, Ordering};

thread_local! {
    /// The generator's state, if this thread's randomness is seeded. No destructor, so that it can be used while a
    /// thread begins and ends.
    static STATE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// From now on this thread's randomness follows from `seed`. Call it before anything on the thread is random.
pub fn seed(seed: u64) {
    STATE.set(Some(seed));
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Fills `bytes` if this thread is seeded. No bytes are a question whether the function works: it changes nothing, so
/// that who asks first does not matter.
fn fill(bytes: &mut [u8]) -> bool {
    let Some(mut state) = STATE.get() else { return false };
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&next(&mut state).to_le_bytes()[..chunk.len()]);
    }
    STATE.set(Some(state));
    true
}

/// # Safety
/// `bytes` must be null or point to `len` bytes that may be written, as the C library demands.
unsafe fn fill_raw(bytes: *mut libc::c_void, len: usize) -> bool {
    if len == 0 || bytes.is_null() {
        return STATE.get().is_some();
    }
    // SAFETY: the caller gives `len` writable bytes.
    fill(unsafe { std::slice::from_raw_parts_mut(bytes.cast::<u8>(), len) })
}

/// getrandom(2).
///
/// # Safety
/// As in C: `bytes` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getrandom(bytes: *mut libc::c_void, len: libc::size_t, flags: libc::c_uint) -> libc::ssize_t {
    // SAFETY: the caller's promise is ours.
    if unsafe { fill_raw(bytes, len) } {
        return len.cast_signed();
    }
    // SAFETY: likewise; the system call checks the pointer itself.
    unsafe { system_call(libc::SYS_getrandom, [bytes as i64, len as i64, i64::from(flags), 0, 0, 0]) as libc::ssize_t }
}

/// getentropy(3).
///
/// # Safety
/// As in C: `bytes` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getentropy(bytes: *mut libc::c_void, len: libc::size_t) -> libc::c_int {
    // SAFETY: the caller's promise is ours.
    let got = unsafe { getrandom(bytes, len, 0) };
    if got == len.cast_signed() { 0 } else { -1 }
}

/// syscall(2): ring and getrandom 0.2 come this way. Everything but getrandom goes to the C library. In C it takes any
/// number of arguments; six are the most that any call has, and those not given are not looked at.
///
/// # Safety
/// As in C: the arguments are those of the system call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn syscall(number: i64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64) -> i64 {
    // SAFETY: the first two arguments of getrandom(2) are the bytes and how many.
    if number == libc::SYS_getrandom && unsafe { fill_raw(a as *mut libc::c_void, b as usize) } {
        return b;
    }
    // SAFETY: the caller's promise is ours.
    unsafe { system_call(number, [a, b, c, d, e, f]) }
}

/// The C library's `syscall`.
///
/// # Safety
/// The arguments are those of the system call.
unsafe fn system_call(number: i64, [a, b, c, d, e, f]: [i64; 6]) -> i64 {
    type Syscall = unsafe extern "C" fn(i64, i64, i64, i64, i64, i64, i64) -> i64;
    static REAL: AtomicPtr<libc::c_void> = AtomicPtr::new(std::ptr::null_mut());
    let mut real = REAL.load(Ordering::Relaxed);
    if real.is_null() {
        // SAFETY: a name that ends with a zero byte; the next object after this program is the C library.
        real = unsafe { libc::dlsym(libc::RTLD_NEXT, c"syscall".as_ptr()) };
        REAL.store(real, Ordering::Relaxed);
    }
    if real.is_null() {
        return -1;
    }
    // SAFETY: the C library's function of this name, with the arguments in the registers where it looks for them.
    let call = unsafe { std::mem::transmute::<*mut libc::c_void, Syscall>(real) };
    // SAFETY: the caller's promise is ours.
    unsafe { call(number, a, b, c, d, e, f) }
}
