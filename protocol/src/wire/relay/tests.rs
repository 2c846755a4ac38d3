//! The codecs as properties.

use super::*;
use crate::limits::PAGE_ENTRIES_MAX;
use crate::wire::WireError;
use proptest::collection::vec;
use proptest::prelude::*;

fn tag() -> impl Strategy<Value = LogTag> {
    any::<[u8; 32]>().prop_map(LogTag)
}

fn cap() -> impl Strategy<Value = Capability> {
    any::<[u8; 32]>().prop_map(Capability)
}

fn opaque() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..300)
}

fn ballot() -> impl Strategy<Value = Ballot> {
    (1..=u64::MAX, any::<[u8; 16]>()).prop_map(|(round, proposer)| Ballot { round, proposer })
}

fn spec() -> impl Strategy<Value = LogSpec> {
    (any::<bool>(), any::<[u8; 32]>(), any::<[u8; 32]>(), any::<u8>()).prop_map(|(room, write, read, readers)| {
        LogSpec { kind: if room { LogKind::Room } else { LogKind::Inbox }, write, read, readers }
    })
}

fn token() -> impl Strategy<Value = TokenSpec> {
    (any::<[u8; 32]>(), 1..=u16::MAX, any::<u64>()).prop_map(|(hash, uses, expires)| TokenSpec { hash, uses, expires })
}

fn log_request() -> impl Strategy<Value = Request> {
    prop_oneof![
        (tag(), spec()).prop_map(|(tag, spec)| Request::Open { tag, spec }),
        (tag(), cap(), opaque()).prop_map(|(tag, cap, envelope)| Request::Append { tag, cap, envelope }),
        (tag(), cap(), opaque()).prop_map(|(tag, token, envelope)| Request::AppendPaid { tag, token, envelope }),
        (tag(), cap(), any::<u64>(), any::<u16>()).prop_map(|(tag, cap, from, limit)| Request::Read {
            tag,
            cap,
            from,
            limit
        }),
        (tag(), cap(), any::<u64>()).prop_map(|(tag, cap, from)| Request::Subscribe { tag, cap, from }),
        tag().prop_map(|tag| Request::Unsubscribe { tag }),
        (tag(), cap(), prop::collection::vec(any::<u8>(), 0..64)).prop_map(|(tag, cap, envelope)| Request::Signal {
            tag,
            cap,
            envelope
        }),
        (tag(), cap(), any::<[u8; 16]>(), any::<u64>()).prop_map(|(tag, cap, reader, cursor)| Request::Ack {
            tag,
            cap,
            reader,
            cursor
        }),
        (tag(), cap(), vec(token(), 0..5)).prop_map(|(tag, cap, tokens)| Request::SetTokens { tag, cap, tokens }),
    ]
}

fn other_request() -> impl Strategy<Value = Request> {
    prop_oneof![
        (tag(), cap(), any::<u64>(), ballot()).prop_map(|(tag, cap, index, ballot)| Request::Prepare {
            tag,
            cap,
            index,
            ballot
        }),
        (tag(), cap(), any::<u64>(), ballot(), opaque()).prop_map(|(tag, cap, index, ballot, block)| Request::Accept {
            tag,
            cap,
            index,
            ballot,
            block
        }),
        (tag(), cap(), any::<u64>()).prop_map(|(tag, cap, index)| Request::Learn { tag, cap, index }),
        (tag(), cap(), vec(opaque(), 0..4), proptest::option::of(opaque()))
            .prop_map(|(tag, cap, packages, last_resort)| Request::PutKeyPackages { tag, cap, packages, last_resort }),
        tag().prop_map(|tag| Request::TakeKeyPackage { tag }),
        opaque().prop_map(|record| Request::PutRecord { record }),
        (any::<u8>(), any::<[u8; 32]>()).prop_map(|(kind, key)| Request::GetRecord { kind, key }),
    ]
}

fn head() -> impl Strategy<Value = LogHead> {
    (any::<[u8; 16]>(), any::<u64>(), any::<u64>()).prop_map(|(incarnation, first, next)| LogHead {
        incarnation,
        first,
        next,
    })
}

fn signature() -> impl Strategy<Value = [u8; 64]> {
    any::<[[u8; 32]; 2]>().prop_map(|halves| halves.concat().try_into().unwrap())
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    proptest::collection::btree_map(1..=u64::MAX, opaque(), 0..6)
        .prop_map(|map| map.into_iter().map(|(seq, envelope)| Entry { seq, envelope }).collect())
}

fn accepted() -> impl Strategy<Value = Option<AcceptedValue>> {
    let value = (ballot(), any::<[u8; 32]>(), opaque(), signature())
        .prop_map(|(ballot, hash, block, signature)| AcceptedValue { ballot, hash: BlockHash(hash), block, signature });
    proptest::option::of(value)
}

fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        head().prop_map(Reply::Opened),
        (any::<u64>(), any::<u64>()).prop_map(|(seq, expires)| Reply::Appended { seq, expires }),
        (any::<u64>(), entries()).prop_map(|(next, entries)| Reply::Entries { next, entries }),
        head().prop_map(Reply::Subscribed),
        Just(Reply::Done),
        (signature(), accepted()).prop_map(|(signature, accepted)| Reply::Promised { signature, accepted }),
        signature().prop_map(|signature| Reply::Accepted { signature }),
        ballot().prop_map(|promised| Reply::Outbid { promised }),
        accepted().prop_map(|accepted| Reply::Learned { accepted }),
        any::<u16>().prop_map(Reply::KeyPackagesLeft),
        proptest::option::of(opaque()).prop_map(Reply::KeyPackage),
        proptest::option::of(opaque()).prop_map(Reply::Record),
        proptest::sample::select(&Refusal::ALL[..]).prop_map(Reply::Refused),
    ]
}

fn from_relay() -> impl Strategy<Value = FromRelay> {
    prop_oneof![
        (1..=u32::MAX, reply()).prop_map(|(number, reply)| FromRelay::Reply { number, reply }),
        (tag(), entries()).prop_map(|(tag, entries)| FromRelay::Push { tag, entries }),
        (tag(), prop::collection::vec(any::<u8>(), 0..64))
            .prop_map(|(tag, envelope)| FromRelay::Signal { tag, envelope }),
    ]
}

proptest! {
    #[test]
    fn a_request_comes_back(number in 1..=u32::MAX, request in prop_oneof![log_request(), other_request()]) {
        prop_assert_eq!(Request::decode(&request.encode(number)), Ok((number, request)));
    }

    #[test]
    fn what_a_relay_says_comes_back(said in from_relay()) {
        prop_assert_eq!(FromRelay::decode(&said.encode()), Ok(said));
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(kind in 0..300_u16, rest in vec(any::<u8>(), 0..400)) {
        let frame = [&kind.to_be_bytes()[..], &rest].concat();
        if let Ok((number, request)) = Request::decode(&frame) {
            prop_assert_eq!(request.encode(number), &frame[..]);
        }
        if let Ok(said) = FromRelay::decode(&frame) {
            prop_assert_eq!(said.encode(), frame);
        }
    }

    #[test]
    fn a_frame_cut_or_lengthened_anywhere_is_refused(
        request in prop_oneof![log_request(), other_request()], said in from_relay(), cut in any::<prop::sample::Index>()
    ) {
        let (mut asked, mut answered) = (request.encode(7), said.encode());
        prop_assert!(Request::decode(&asked[..cut.index(asked.len())]).is_err());
        prop_assert!(FromRelay::decode(&answered[..cut.index(answered.len())]).is_err());
        asked.push(0);
        answered.push(0);
        prop_assert_eq!(Request::decode(&asked).unwrap_err().why, WireError::Trailing);
        prop_assert_eq!(FromRelay::decode(&answered), Err(WireError::Trailing));
    }
}

#[test]
fn refusals_are_numbered_without_gaps() {
    for (number, refusal) in (1..).zip(Refusal::ALL) {
        assert_eq!(refusal as u8, number);
    }
}

#[test]
fn a_full_page_fits_in_a_frame() {
    use crate::limits::{FRAME_MAX, PAGE_BYTES_MAX};
    let each = PAGE_BYTES_MAX / PAGE_ENTRIES_MAX;
    let entries = (1..=PAGE_ENTRIES_MAX as u64).map(|seq| Entry { seq, envelope: vec![0; each] }).collect();
    let page = FromRelay::Reply { number: 1, reply: Reply::Entries { next: 9, entries } };
    let bytes = page.encode();
    assert!(bytes.len() <= FRAME_MAX);
    assert_eq!(FromRelay::decode(&bytes), Ok(page));
}

#[test]
fn entries_out_of_order_are_refused() {
    for seqs in [&[0][..], &[2, 2], &[3, 1]] {
        let entries = seqs.iter().map(|seq| Entry { seq: *seq, envelope: vec![] }).collect();
        let push = FromRelay::Push { tag: LogTag([1; 32]), entries };
        assert_eq!(FromRelay::decode(&push.encode()), Err(WireError::Invalid("the order of entries")));
    }
}
