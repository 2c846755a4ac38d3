//! Whether our user tells others what they have read. Who does not tell is not told either: the switch hides both.
//!
//! It is a rule for what is said from now on: what others were told before, they know.

use super::Chats;
use super::actions::Answer;
use crate::peer::command::Reply;
use crate::peer::context::{Context, Fatal};
use crate::store::{StoreRead, Table};

const PARTITION: &[u8] = b"messages";
const HIDES_READ: &[u8] = b"hides-read";

impl Chats {
    /// Reads the switch; every chat obeys it.
    pub fn load_discretion(&mut self, store: &dyn StoreRead) -> Result<(), Fatal> {
        self.obey(store.get(Table::Meta, PARTITION, HIDES_READ)?.is_some());
        Ok(())
    }

    fn obey(&mut self, hides: bool) {
        self.hides_read = hides;
        self.chats.values_mut().for_each(|chat| chat.said.hides_read = hides);
    }

    /// Tells from now on what our user has read, or not any more.
    pub fn set_read_receipts(&mut self, told: bool, ctx: &mut Context<'_>) -> Answer {
        match told {
            true => ctx.batch.delete(Table::Meta, PARTITION, HIDES_READ),
            false => ctx.batch.put(Table::Meta, PARTITION, HIDES_READ, Vec::new()),
        }
        self.obey(!told);
        let ids: Vec<_> = self.chats.keys().copied().collect();
        self.receipts.extend(&ids);
        self.changed.extend(&ids);
        Ok(Ok(Reply::Done))
    }
}
