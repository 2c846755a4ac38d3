//! Tokens: what strangers pay contact requests with. The owner of an inbox decides which there are.
//!
//! `RelayToken`, partition tag, sort hash: `uses u16 · spent u16 · expires u64`.

use super::context::{Context, No, damaged};
use crate::ids::{Capability, LogTag};
use crate::limits::TOKENS_MAX;
use crate::store::{Batch, Range, ReadError, StoreRead, Table};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::relay::{Refusal, TokenSpec};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token {
    uses: u16,
    spent: u16,
    expires: u64,
}

impl Token {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::with_capacity(12);
        w.u16(self.uses).u16(self.spent).u64(self.expires);
        w.finish()
    }

    fn decode(row: &[u8]) -> Result<Self, ReadError> {
        let decode = || {
            let mut r = Reader::new(row);
            let token = Self { uses: r.u16()?, spent: r.u16()?, expires: r.u64()? };
            r.finish()?;
            Ok::<_, WireError>(token)
        };
        decode().map_err(damaged("a token"))
    }
}

/// Replaces the tokens of an inbox; one that stays keeps what was spent of it. The caller has checked the owner.
pub(super) fn set_tokens(cx: &mut Context<'_>, tag: &LogTag, tokens: &[TokenSpec]) -> Result<(), No> {
    let known = load(tag, cx.store)?;
    let mut wanted = BTreeMap::new();
    for token in tokens {
        let spent = known.get(&token.hash).map_or(0, |known| known.spent);
        let row = Token { uses: token.uses, spent, expires: token.expires };
        if wanted.insert(token.hash, row).is_some() {
            return Err(Refusal::Malformed.into());
        }
    }
    for hash in known.keys().filter(|hash| !wanted.contains_key(*hash)) {
        cx.batch.delete(Table::RelayToken, &tag.0, hash);
    }
    for (hash, token) in wanted.iter().filter(|(hash, token)| known.get(*hash) != Some(*token)) {
        cx.batch.put(Table::RelayToken, &tag.0, hash, token.encode());
    }
    Ok(())
}

/// Charges a token for one request; the entry that it pays for goes into the same batch.
pub(super) fn spend(cx: &mut Context<'_>, tag: &LogTag, token: &Capability) -> Result<(), No> {
    let hash = token.hash();
    let row = cx.store.get(Table::RelayToken, &tag.0, &hash)?.ok_or(Refusal::TokenUnknown)?;
    let token = Token::decode(&row)?;
    if token.expires != 0 && token.expires <= cx.now.wall {
        return Err(Refusal::TokenExpired.into());
    }
    if token.spent >= token.uses {
        return Err(Refusal::TokenSpent.into());
    }
    let charged = Token { spent: token.spent + 1, ..token };
    cx.batch.put(Table::RelayToken, &tag.0, &hash, charged.encode());
    Ok(())
}

/// Deletes all tokens of an inbox.
pub(super) fn forget(tag: &LogTag, store: &dyn StoreRead, batch: &mut Batch) -> Result<(), ReadError> {
    for hash in load(tag, store)?.keys() {
        batch.delete(Table::RelayToken, &tag.0, hash);
    }
    Ok(())
}

fn load(tag: &LogTag, store: &dyn StoreRead) -> Result<BTreeMap<[u8; 32], Token>, ReadError> {
    let rows = store.scan(Table::RelayToken, &tag.0, Range::All, TOKENS_MAX)?;
    let token = |(hash, row): (Vec<u8>, Vec<u8>)| {
        let hash = hash.try_into().map_err(|_| ReadError("the name of a token is damaged".to_owned()))?;
        Ok((hash, Token::decode(&row)?))
    };
    rows.into_iter().map(token).collect()
}
