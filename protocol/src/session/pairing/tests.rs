use super::*;
use data_encoding::HEXLOWER;
use rand_core::SeedableRng;

fn secret(n: u8) -> Trust {
    Trust::Secret(Zeroizing::new([n; 32]))
}

fn key(n: u8) -> SealingKey {
    SealingKey::from_seed([n; 32])
}

fn rng(n: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([n; 32])
}

fn reply(step: Result<Step, PairingError>) -> Vec<u8> {
    match step {
        Ok(Step::Reply(bytes) | Step::Open(Some(bytes))) => bytes,
        other => panic!("{other:?}"),
    }
}

/// Both sides, opened, and all messages that went between.
fn paired(trust: &Trust) -> (Pairing, Pairing, Vec<Vec<u8>>) {
    let (mut new, first) = Pairing::new_device(trust, &key(1), &mut rng(1));
    let mut old = Pairing::old_device(trust, &key(2), &mut rng(2));
    let second = reply(old.receive(&first));
    let third = reply(new.receive(&second));
    let commitment = reply(old.receive(&third));
    let nonce = reply(new.receive(&commitment));
    let reveal = reply(old.receive(&nonce));
    assert_eq!(new.receive(&reveal), Ok(Step::Open(None)));
    (new, old, vec![first, second, third, commitment, nonce, reveal])
}

#[test]
fn two_devices_agree_and_talk() {
    for trust in [secret(7), Trust::Number] {
        let (mut new, mut old, _) = paired(&trust);
        assert!(new.is_open() && old.is_open());
        assert_eq!((new.number(), new.hash()), (old.number(), old.hash()));
        assert_eq!(new.number().len(), 7);
        assert_eq!((new.other(), old.other()), (&key(2).public, &key(1).public));
        let said = new.say(b"hello").unwrap();
        assert_eq!(old.receive(&said), Ok(Step::Said(b"hello".to_vec())));
        let large = vec![5; PLAIN_MAX];
        let said = old.say(&large).unwrap();
        assert_eq!(new.receive(&said), Ok(Step::Said(large)));
        assert_eq!(old.say(&[0; PLAIN_MAX + 1]), Err(PairingError::TooLarge));
        assert_eq!(old.receive(&[]), Err(PairingError::Refused));
        assert_eq!(old.say(b"x"), Err(PairingError::Over));
    }
}

#[test]
fn a_wrong_code_ends_the_pairing_for_good() {
    let (mut new, first) = Pairing::new_device(&secret(1), &key(1), &mut rng(1));
    let mut old = Pairing::old_device(&secret(2), &key(2), &mut rng(2));
    let second = reply(old.receive(&first));
    let third = reply(new.receive(&second));
    assert_eq!(old.receive(&third), Err(PairingError::Refused));
    // One try: not even the right thing helps now.
    assert_eq!(old.receive(&third), Err(PairingError::Over));
    assert!(!old.is_open());
}

#[test]
fn a_code_and_a_number_do_not_mix() {
    let (_, first) = Pairing::new_device(&Trust::Number, &key(1), &mut rng(1));
    let mut old = Pairing::old_device(&secret(2), &key(2), &mut rng(2));
    assert_eq!(old.receive(&first), Err(PairingError::Refused));
    let (_, first) = Pairing::new_device(&secret(2), &key(1), &mut rng(1));
    let mut old = Pairing::old_device(&Trust::Number, &key(2), &mut rng(2));
    assert_eq!(old.receive(&first), Err(PairingError::Refused));
}

#[test]
fn every_cut_altered_replayed_or_reordered_message_is_refused() {
    for trust in [secret(7), Trust::Number] {
        spoil_each(&trust);
    }
}

fn spoil_each(trust: &Trust) {
    let (_, _, messages) = paired(trust);
    for (n, message) in messages.iter().enumerate() {
        let mut spoilt: Vec<Vec<u8>> = (0..message.len()).map(|cut| message[..cut].to_vec()).collect();
        spoilt.extend((0..message.len()).map(|at| {
            let mut bad = message.clone();
            bad[at] ^= 0x80;
            bad
        }));
        spoilt.push([&message[..], &[0]].concat());
        spoilt.extend(messages.iter().enumerate().filter(|(other, _)| *other != n).map(|(_, other)| other.clone()));
        for bad in spoilt {
            // Everything before it as it should be, then the bad one.
            let (mut new, _) = Pairing::new_device(trust, &key(1), &mut rng(1));
            let mut old = Pairing::old_device(trust, &key(2), &mut rng(2));
            for (before, good) in messages[..n].iter().enumerate() {
                let side = if before % 2 == 0 { &mut old } else { &mut new };
                side.receive(good).unwrap();
            }
            let side = if n % 2 == 0 { &mut old } else { &mut new };
            match side.receive(&bad) {
                Err(_) => {}
                // The first message is a bare key: another key is a handshake that fails at the next message.
                Ok(Step::Reply(answer)) if n == 0 => assert!(new.receive(&answer).is_err(), "message {n}"),
                Ok(step) => panic!("message {n}: {step:?}"),
            }
        }
    }
}

/// Who stands between plays both parts, without a secret to stop them: both sides open, and the numbers differ.
#[test]
fn a_man_in_the_middle_gives_two_numbers() {
    let mut agreed = 0;
    for n in 0..200 {
        let (mut new, first) = Pairing::new_device(&Trust::Number, &key(1), &mut rng(n));
        let mut old = Pairing::old_device(&Trust::Number, &key(2), &mut rng(n.wrapping_add(50)));
        let mut as_old = Pairing::old_device(&Trust::Number, &key(3), &mut rng(n.wrapping_add(100)));
        let (mut as_new, their_first) = Pairing::new_device(&Trust::Number, &key(3), &mut rng(n.wrapping_add(150)));
        let mut to_new = reply(as_old.receive(&first));
        let mut to_old = their_first;
        for _ in 0..2 {
            let from_new = reply(new.receive(&to_new));
            to_new = reply(as_old.receive(&from_new));
            let from_old = reply(old.receive(&to_old));
            to_old = reply(as_new.receive(&from_old));
        }
        new.receive(&to_new).unwrap();
        let last = reply(old.receive(&to_old));
        as_new.receive(&last).unwrap();
        assert!(new.is_open() && old.is_open());
        agreed += usize::from(new.number() == old.number());
    }
    assert_eq!(agreed, 0);
}

/// Without keeping to the commitment the number could be chosen, so breaking it is noticed.
#[test]
fn another_nonce_than_committed_to_is_noticed() {
    let (mut new, first) = Pairing::new_device(&Trust::Number, &key(1), &mut rng(1));
    let mut liar = Pairing::old_device(&Trust::Number, &key(2), &mut rng(2));
    let second = reply(liar.receive(&first));
    let third = reply(new.receive(&second));
    let commitment = reply(liar.receive(&third));
    let nonce = reply(new.receive(&commitment));
    liar.nonce = [9; 32];
    let reveal = reply(liar.receive(&nonce));
    assert_eq!(new.receive(&reveal), Err(PairingError::Commitment));
}

/// The whole conversation as bytes: a change of the format shows here.
#[test]
fn the_conversation_keeps_to_its_vector() {
    let text = include_str!("../../../vectors/link_pairing.hex");
    let expected: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let (new, _, messages) = paired(&secret(7));
    let mut lines: Vec<String> = messages.iter().map(|message| HEXLOWER.encode(message)).collect();
    lines.push(new.number().replace(' ', ""));
    assert_eq!(lines, expected);
}

/// The published vectors of both patterns, through the same builder.
#[test]
fn the_published_vectors_hold() {
    let text = include_str!("../../../vectors/noise_link.txt");
    let cases: Vec<&str> = text.split("protocol ").skip(1).collect();
    assert_eq!(cases.len(), 2);
    for case in cases {
        let field = |name: &str| {
            let line = case.lines().find(|line| line.starts_with(&format!("{name} ")))?;
            HEXLOWER.decode(line.split(' ').nth(1)?.as_bytes()).ok()
        };
        let bytes = |name: &str| -> [u8; 32] { field(name).unwrap().try_into().unwrap() };
        let trust = match field("psk") {
            Some(psk) => Trust::Secret(Zeroizing::new(psk.try_into().unwrap())),
            None => Trust::Number,
        };
        let side = |role: &str, initiator| {
            let static_key = SealingKey::from_seed(bytes(&format!("{role}_static")));
            let fixed = Fixed(bytes(&format!("{role}_ephemeral")));
            let pattern = if matches!(trust, Trust::Number) { WITH_NUMBER } else { WITH_SECRET };
            assert!(case.starts_with(pattern));
            build(&trust, &static_key, initiator, pattern, &field("init_prologue").unwrap(), &fixed.0)
        };
        let (mut init, mut resp) = (side("init", true), side("resp", false));
        let messages: Vec<(Vec<u8>, Vec<u8>)> = case
            .lines()
            .filter_map(|line| line.strip_prefix("message "))
            .map(|line| {
                let (payload, cipher) = line.split_once(' ').unwrap();
                let decode = |hex: &str| HEXLOWER.decode(hex.as_bytes()).unwrap();
                (decode(payload), decode(cipher))
            })
            .collect();
        for (n, (payload, cipher)) in messages[..3].iter().enumerate() {
            let (from, to) = if n % 2 == 0 { (&mut init, &mut resp) } else { (&mut resp, &mut init) };
            let sent = write(|buffer| from.write_message(payload, buffer)).unwrap();
            assert_eq!(&sent, cipher, "handshake message {n}");
            let mut got = vec![0; sent.len()];
            let length = to.read_message(&sent, &mut got).unwrap();
            assert_eq!(&got[..length], payload);
        }
        assert_eq!(init.get_handshake_hash(), field("hash").unwrap());
        let (mut init, mut resp) = (init.into_transport_mode().unwrap(), resp.into_transport_mode().unwrap());
        for (n, (payload, cipher)) in messages.iter().enumerate().skip(3) {
            let (from, to) = if n % 2 == 0 { (&mut init, &mut resp) } else { (&mut resp, &mut init) };
            assert_eq!(&seal(from, payload).unwrap(), cipher, "transport message {n}");
            assert_eq!(&open(to, cipher).unwrap(), payload);
        }
    }
}

struct Fixed([u8; 32]);

fn build(
    trust: &Trust,
    key: &SealingKey,
    initiator: bool,
    pattern: &str,
    prologue: &[u8],
    ephemeral: &[u8; 32],
) -> HandshakeState {
    let builder = snow::Builder::new(pattern.parse().unwrap()).prologue(prologue).unwrap();
    let builder = builder.local_private_key(&key.secret).unwrap().fixed_ephemeral_key_for_testing_only(ephemeral);
    let builder = match trust {
        Trust::Secret(secret) => builder.psk(3, secret).unwrap(),
        Trust::Number => builder,
    };
    if initiator { builder.build_initiator().unwrap() } else { builder.build_responder().unwrap() }
}
