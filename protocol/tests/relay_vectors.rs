//! The relay protocol's vectors: commented hexdumps, one of each kind, decoded and encoded.

use chappe_protocol::ids::{BlockHash, Capability, LogTag};
use chappe_protocol::wire::relay::{
    AcceptedValue, Ballot, Entry, FromRelay, LogHead, LogKind, LogSpec, Refusal, Reply, Request, TokenSpec,
};

const TAG: LogTag = LogTag([0x10; 32]);
const HEAD: LogHead = LogHead { incarnation: [0x1c; 16], first: 3, next: 9 };
const SIGNATURE: [u8; 64] = [0x5e; 64];

/// Name and bytes of each vector of a file: `== name`, then hexadecimal; `;` starts a comment.
fn vectors(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut vectors: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("== ") {
            vectors.push((name.to_owned(), Vec::new()));
        } else if let Some((_, bytes)) = vectors.last_mut() {
            let hex = line.split(';').next().unwrap().trim();
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            bytes.extend((0..hex.len()).step_by(2).map(byte));
        }
    }
    vectors
}

fn cap(byte: u8) -> Capability {
    Capability([byte; 32])
}

fn ballot(round: u64) -> Ballot {
    Ballot { round, proposer: [4; 16] }
}

fn requests() -> Vec<Request> {
    let (tag, write, read) = (TAG, cap(0x77), cap(0x99));
    let spec = LogSpec { kind: LogKind::Room, write: [0xa1; 32], read: [0xa2; 32], readers: 2 };
    let token = TokenSpec { hash: [0x70; 32], uses: 3, expires: 1_795_500_000_000 };
    vec![
        Request::Open { tag, spec },
        Request::Append { tag, cap: write.clone(), envelope: b"envelope".to_vec() },
        Request::AppendPaid { tag, token: cap(0x44), envelope: b"request".to_vec() },
        Request::Read { tag, cap: read.clone(), from: 5, limit: 256 },
        Request::Subscribe { tag, cap: read.clone(), from: 6 },
        Request::Unsubscribe { tag },
        Request::Ack { tag, cap: read.clone(), reader: [0x0e; 16], cursor: 9 },
        Request::SetTokens { tag, cap: write.clone(), tokens: vec![token] },
        Request::Prepare { tag, cap: write.clone(), index: 7, ballot: ballot(2) },
        Request::Accept { tag, cap: write.clone(), index: 7, ballot: ballot(2), block: b"block".to_vec() },
        Request::Learn { tag, cap: read, index: 7 },
        Request::PutKeyPackages {
            tag,
            cap: write,
            packages: vec![vec![0xa0, 0xa0], vec![0xb0]],
            last_resort: Some(vec![0xc0]),
        },
        Request::TakeKeyPackage { tag },
        Request::PutRecord { record: vec![1, 2, 3, 4, 5] },
        Request::GetRecord { kind: 2, key: [0x0d; 32] },
        Request::Signal { tag, cap: cap(0x77), envelope: b"signal".to_vec() },
    ]
}

fn entry(seq: u64, envelope: &str) -> Entry {
    Entry { seq, envelope: envelope.as_bytes().to_vec() }
}

fn replies() -> Vec<FromRelay> {
    let value = AcceptedValue {
        ballot: ballot(2),
        hash: BlockHash([0xab; 32]),
        block: b"block".to_vec(),
        signature: SIGNATURE,
    };
    let said = |number, reply| FromRelay::Reply { number, reply };
    vec![
        said(1, Reply::Opened(HEAD)),
        said(2, Reply::Appended { seq: 9, expires: 1_798_092_000_000 }),
        said(4, Reply::Entries { next: 9, entries: vec![entry(5, "five"), entry(7, "")] }),
        said(5, Reply::Subscribed(HEAD)),
        said(6, Reply::Done),
        said(7, Reply::Promised { signature: SIGNATURE, accepted: None }),
        said(8, Reply::Promised { signature: SIGNATURE, accepted: Some(value.clone()) }),
        said(9, Reply::Accepted { signature: SIGNATURE }),
        said(10, Reply::Learned { accepted: Some(value) }),
        said(11, Reply::Outbid { promised: ballot(3) }),
        said(12, Reply::KeyPackagesLeft(99)),
        said(13, Reply::KeyPackage(Some(vec![0xa0, 0xa0]))),
        said(14, Reply::KeyPackage(None)),
        said(15, Reply::Record(Some(vec![1, 2]))),
        said(16, Reply::Refused(Refusal::BadCapability)),
        FromRelay::Push { tag: TAG, entries: vec![entry(10, "ten"), entry(11, "eleven")] },
        FromRelay::Signal { tag: TAG, envelope: b"signal".to_vec() },
    ]
}

#[test]
fn requests_are_as_their_vectors() {
    let vectors = vectors(include_str!("../vectors/relay_requests.txt"));
    assert_eq!(vectors.len(), requests().len());
    for (number, ((name, bytes), request)) in (1..).zip(vectors.into_iter().zip(requests())) {
        assert_eq!(Request::decode(&bytes), Ok((number, request.clone())), "{name}");
        assert_eq!(request.encode(number), bytes, "{name}");
    }
}

#[test]
fn replies_are_as_their_vectors() {
    let vectors = vectors(include_str!("../vectors/relay_replies.txt"));
    assert_eq!(vectors.len(), replies().len());
    for ((name, bytes), said) in vectors.into_iter().zip(replies()) {
        assert_eq!(FromRelay::decode(&bytes), Ok(said.clone()), "{name}");
        assert_eq!(said.encode(), bytes, "{name}");
    }
}
