//! How a new device and an old one of one user come to trust each other: Noise `XXpsk3` when the new one has read a
//! secret off the old one's screen, or `XX` when two people (or one with two screens) compare a number.
//!
//! ```text
//! new -> old   e
//! old -> new   e, ee, s, es
//! new -> old   s, se (, psk)                  wrong secret: it ends here, for good
//! old -> new   commitment = BLAKE3(context | handshake hash | old nonce)       sealed, as all that follows
//! new -> old   new nonce
//! old -> new   old nonce                      both: number = BLAKE3(context | hash | old nonce | new nonce) mod 10^6
//! ```
//!
//! The number is committed to before it is known (as in Bluetooth's numeric comparison and ZRTP): whoever stands
//! between has two handshakes with two hashes, and has to fix a nonce in each before seeing the other's, so the two
//! numbers agree by luck only, once in a million. A pairing that failed is over: nobody gets a second guess.
//!
//! Not here: what is said then (`peer::linking`), deadlines, and the way the messages take (`rendezvous`).

use super::sealed::{SealingKey, Seeded};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use snow::{HandshakeState, TransportState};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

const WITH_SECRET: &str = "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s";
const WITH_NUMBER: &str = "Noise_XX_25519_ChaChaPoly_BLAKE2s";
const PROLOGUE: &[u8] = b"chappe link 1\0";
const COMMITMENT: &[u8] = b"chappe link commitment 1\0";
const NUMBER: &[u8] = b"chappe link number 1\0";

/// Bytes of one message: Noise's own bound.
pub const MESSAGE_MAX: usize = 65_535;

/// Bytes that fit into one message.
pub const PLAIN_MAX: usize = MESSAGE_MAX - 16;

/// What the two know of each other before they begin.
#[derive(Clone)]
pub enum Trust {
    /// A secret that only the two know; nothing has to be compared.
    Secret(Zeroizing<[u8; 32]>),
    /// Nothing: people compare the number.
    Number,
}

/// Why a pairing is over. It cannot be continued or tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PairingError {
    /// A message does not decrypt: damaged, replayed, or the other side has another code.
    #[error("the other device has another code, or somebody disturbed the connection")]
    Refused,
    /// The other side revealed another nonce than it had committed to.
    #[error("the other side cheated while the number was made; somebody may stand between your devices")]
    Commitment,
    /// It failed before.
    #[error("the link failed already; start again with a new code")]
    Over,
    /// More than a message holds.
    #[error("a message for the other device is too large")]
    TooLarge,
}

/// What a message from the other side led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this and wait.
    Reply(Vec<u8>),
    /// Both see the number now; what is sent and received from now on is the devices' own. Send this first, if there
    /// is something.
    Open(Option<Vec<u8>>),
    /// Said by the other device.
    Said(Vec<u8>),
}

enum State {
    Handshake(Box<HandshakeState>),
    /// New: the old side's commitment is awaited.
    Commitment(TransportState),
    /// Old: the new side's nonce is awaited.
    Nonce(TransportState),
    /// New: the old side's nonce is awaited.
    Reveal(TransportState, [u8; 32]),
    Open(TransportState),
    Over,
}

/// One side of a pairing.
pub struct Pairing {
    state: State,
    nonce: [u8; 32],
    hash: [u8; 32],
    number: u32,
    other: [u8; 32],
}

impl std::fmt::Debug for Pairing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pairing(…)")
    }
}

impl Pairing {
    /// The new device's side, and its first message.
    pub fn new_device(trust: &Trust, key: &SealingKey, rng: &mut ChaCha20Rng) -> (Self, Vec<u8>) {
        let mut pairing = Self::begin(trust, key, true, rng);
        let first = match &mut pairing.state {
            State::Handshake(noise) => write(|buffer| noise.write_message(&[], buffer)),
            State::Commitment(_) | State::Nonce(_) | State::Reveal(..) | State::Open(_) | State::Over => None,
        };
        (pairing, first.expect("the first message of a handshake needs nothing from the other side"))
    }

    /// The old device's side, which waits.
    pub fn old_device(trust: &Trust, key: &SealingKey, rng: &mut ChaCha20Rng) -> Self {
        Self::begin(trust, key, false, rng)
    }

    fn begin(trust: &Trust, key: &SealingKey, initiator: bool, rng: &mut ChaCha20Rng) -> Self {
        let (mut seed, mut nonce) = ([0; 32], [0; 32]);
        rng.fill_bytes(&mut seed);
        rng.fill_bytes(&mut nonce);
        let noise = handshake(trust, key, initiator, Seeded { seed }, PROLOGUE);
        Self { state: State::Handshake(Box::new(noise)), nonce, hash: [0; 32], number: 0, other: [0; 32] }
    }

    /// The number to compare, `123 456`. Of worth once the pairing is open.
    pub fn number(&self) -> String {
        format!("{:03} {:03}", self.number / 1000, self.number % 1000)
    }

    /// What binds a statement to this pairing and no other.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The other side's X25519 key, which it has proved to own.
    pub fn other(&self) -> &[u8; 32] {
        &self.other
    }

    /// True once things can be said.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Seals something to say.
    pub fn say(&mut self, plain: &[u8]) -> Result<Vec<u8>, PairingError> {
        if plain.len() > PLAIN_MAX {
            return Err(PairingError::TooLarge);
        }
        match &mut self.state {
            State::Open(noise) => seal(noise, plain),
            State::Handshake(_) | State::Commitment(_) | State::Nonce(_) | State::Reveal(..) | State::Over => {
                Err(PairingError::Over)
            }
        }
    }

    /// Takes a message of the other side. After an error the pairing is over.
    pub fn receive(&mut self, message: &[u8]) -> Result<Step, PairingError> {
        let state = std::mem::replace(&mut self.state, State::Over);
        let (state, step) = match state {
            State::Handshake(noise) => self.shake(noise, message)?,
            State::Commitment(mut noise) => {
                let commitment = exactly(open(&mut noise, message)?)?;
                let reply = seal(&mut noise, &self.nonce)?;
                (State::Reveal(noise, commitment), Step::Reply(reply))
            }
            State::Nonce(mut noise) => {
                let theirs = exactly(open(&mut noise, message)?)?;
                self.number = number(&self.hash, &self.nonce, &theirs);
                let reply = seal(&mut noise, &self.nonce)?;
                (State::Open(noise), Step::Open(Some(reply)))
            }
            State::Reveal(mut noise, commitment) => {
                let theirs = exactly(open(&mut noise, message)?)?;
                if !bool::from(commit(&self.hash, &theirs).ct_eq(&commitment)) {
                    return Err(PairingError::Commitment);
                }
                self.number = number(&self.hash, &theirs, &self.nonce);
                (State::Open(noise), Step::Open(None))
            }
            State::Open(mut noise) => {
                let said = open(&mut noise, message)?;
                (State::Open(noise), Step::Said(said))
            }
            State::Over => return Err(PairingError::Over),
        };
        self.state = state;
        Ok(step)
    }

    fn shake(&mut self, mut noise: Box<HandshakeState>, message: &[u8]) -> Result<(State, Step), PairingError> {
        let mut payload = vec![0; message.len()];
        match noise.read_message(message, &mut payload) {
            Ok(0) => {}
            Ok(_) | Err(_) => return Err(PairingError::Refused),
        }
        if noise.is_handshake_finished() {
            // Old: that was the third message.
            let mut noise = self.finish(*noise)?;
            let commitment = seal(&mut noise, &commit(&self.hash, &self.nonce))?;
            return Ok((State::Nonce(noise), Step::Reply(commitment)));
        }
        let reply = write(|buffer| noise.write_message(&[], buffer)).ok_or(PairingError::Refused)?;
        match noise.is_handshake_finished() {
            true => Ok((State::Commitment(self.finish(*noise)?), Step::Reply(reply))),
            false => Ok((State::Handshake(noise), Step::Reply(reply))),
        }
    }

    fn finish(&mut self, noise: HandshakeState) -> Result<TransportState, PairingError> {
        self.hash = noise.get_handshake_hash().try_into().map_err(|_| PairingError::Refused)?;
        let other = noise.get_remote_static().and_then(|key| key.try_into().ok());
        self.other = other.ok_or(PairingError::Refused)?;
        noise.into_transport_mode().map_err(|_| PairingError::Refused)
    }
}

fn handshake(trust: &Trust, key: &SealingKey, initiator: bool, seeded: Seeded, prologue: &[u8]) -> HandshakeState {
    let (pattern, secret) = match trust {
        Trust::Secret(secret) => (WITH_SECRET, Some(secret)),
        Trust::Number => (WITH_NUMBER, None),
    };
    let builder = snow::Builder::with_resolver(pattern.parse().expect("the pattern is valid"), Box::new(seeded));
    let builder = builder.prologue(prologue).and_then(|builder| builder.local_private_key(&key.secret));
    let builder = match secret {
        Some(secret) => builder.and_then(|builder| builder.psk(3, secret)),
        None => builder,
    };
    let built = builder.and_then(|b| if initiator { b.build_initiator() } else { b.build_responder() });
    built.expect("a handshake with all its keys begins")
}

fn write(into: impl FnOnce(&mut [u8]) -> Result<usize, snow::Error>) -> Option<Vec<u8>> {
    let mut buffer = vec![0; MESSAGE_MAX];
    let n = into(&mut buffer).ok()?;
    buffer.truncate(n);
    Some(buffer)
}

fn seal(noise: &mut TransportState, plain: &[u8]) -> Result<Vec<u8>, PairingError> {
    write(|buffer| noise.write_message(plain, buffer)).ok_or(PairingError::TooLarge)
}

fn open(noise: &mut TransportState, message: &[u8]) -> Result<Vec<u8>, PairingError> {
    let mut plain = vec![0; message.len()];
    let n = noise.read_message(message, &mut plain).map_err(|_| PairingError::Refused)?;
    plain.truncate(n);
    Ok(plain)
}

fn exactly(plain: Vec<u8>) -> Result<[u8; 32], PairingError> {
    plain.try_into().map_err(|_| PairingError::Refused)
}

fn commit(hash: &[u8; 32], nonce: &[u8; 32]) -> [u8; 32] {
    *blake3::hash(&[COMMITMENT, hash, nonce].concat()).as_bytes()
}

fn number(hash: &[u8; 32], old: &[u8; 32], new: &[u8; 32]) -> u32 {
    let digest = blake3::hash(&[NUMBER, hash, old, new].concat());
    let (head, _) = digest.as_bytes().split_first_chunk::<8>().expect("a hash has 32 bytes");
    u32::try_from(u64::from_be_bytes(*head) % 1_000_000).expect("a million fits")
}

#[cfg(test)]
#[path = "pairing/tests.rs"]
mod tests;
