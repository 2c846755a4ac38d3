//! What those are called who are in a chat with us and are no contacts. A name is what its owner said in a chat of many
//! (`content::hello`), or left with a request to be let in; it proves nothing, as names never do.
//!
//! Rows: `Table::User`, partition `met`, sort user, value UTF-8.

use super::account::Account;
use super::context::{Context, Fatal};
use crate::content::hello::check_name;
use crate::ids::UserId;
use crate::limits::MET_MAX;
use crate::store::{Range, StoreRead, Table};

const ROWS: &[u8] = b"met";

/// Reads them into what we call others; contacts come later and take precedence.
pub fn load(store: &dyn StoreRead, account: &mut Account) -> Result<(), Fatal> {
    for (user, name) in store.scan(Table::User, ROWS, Range::All, MET_MAX)? {
        let damaged = || Fatal::Row("somebody's name");
        let user = UserId(user.try_into().map_err(|_| damaged())?);
        account.titles.insert(user, String::from_utf8(name).map_err(|_| damaged())?);
    }
    Ok(())
}

/// Somebody who is no contact says what they are called. Above the bound nobody new is remembered.
pub fn meet(user: UserId, name: &str, ctx: &mut Context<'_>) {
    let known = ctx.account.titles.get(&user);
    let full = known.is_none() && ctx.account.titles.len() >= MET_MAX;
    if full || known.is_some_and(|known| known == name) || user == ctx.account.user() || check_name(name).is_err() {
        return;
    }
    ctx.account.titles.insert(user, name.to_owned());
    ctx.batch.put(Table::User, ROWS, &user.0, name.as_bytes().to_vec());
}
