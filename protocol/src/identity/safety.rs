//! A safety number: what two people compare, by eye or by scanning, to know that no one stands between them.
//!
//! Sixty decimal digits, thirty of each user, the smaller half first, so that both sides see the same. A half is
//! BLAKE3 in extended output of `"chappe safety number 1\0" | user`, iterated 5,200 times over itself and the key as in
//! Signal's numeric fingerprint, which makes it slow to search for a key with a similar half; each five digits are five
//! bytes modulo 100,000.
//!
//! Not here: remembering that a number was compared (`peer::contacts`).

use crate::ids::UserId;

const CONTEXT: &[u8] = b"chappe safety number 1\0";
const ROUNDS: usize = 5_200;
const GROUPS: usize = 6;

/// Bytes of what a QR code holds: a version, then both users, the smaller first.
pub const QR_LEN: usize = 1 + 32 + 32;

/// The sixty digits of two users, in groups of five with spaces between.
#[must_use]
pub fn number(one: &UserId, other: &UserId) -> String {
    let mut halves = [half(one), half(other)];
    halves.sort_unstable();
    halves.join(" ")
}

/// What a QR code holds. The two sides show the same bytes; a scan compares them.
#[must_use]
pub fn qr(one: &UserId, other: &UserId) -> Vec<u8> {
    let (first, second) = (one.min(other), one.max(other));
    [&[1][..], &first.0, &second.0].concat()
}

fn half(user: &UserId) -> String {
    let mut hash = *blake3::hash(&[CONTEXT, &user.0].concat()).as_bytes();
    for _ in 0..ROUNDS {
        hash = *blake3::hash(&[&hash[..], &user.0].concat()).as_bytes();
    }
    let mut digits = [0; 5 * GROUPS];
    blake3::Hasher::new().update(&hash).finalize_xof().fill(&mut digits);
    let group = |bytes: &[u8]| {
        let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:05}", number % 100_000)
    };
    digits.chunks(5).map(group).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_see_one_number_and_another_key_gives_another() {
        let (a, b, c) = (UserId([1; 32]), UserId([2; 32]), UserId([3; 32]));
        let shown = number(&a, &b);
        assert_eq!(shown, number(&b, &a));
        assert_eq!(shown.chars().filter(char::is_ascii_digit).count(), 60);
        assert_eq!(shown.split(' ').count(), 12);
        assert_ne!(shown, number(&a, &c));
        assert_eq!((qr(&a, &b), qr(&a, &b).len()), (qr(&b, &a), QR_LEN));
    }

    /// A vector, so that no later version shows another number for the same people.
    #[test]
    fn the_number_of_two_known_keys() {
        let shown = number(&UserId([1; 32]), &UserId([2; 32]));
        assert_eq!(shown, "36113 21618 69233 92558 19440 78697 91101 37635 25958 54964 14587 05789");
    }
}
