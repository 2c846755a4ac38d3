//! Finding what a person means by the beginning of an id or by a name.

use super::client::Client;
use super::terminal::{safe, short};
use crate::api::types::message::Message;
use crate::api::types::own::{Device, Devices};
use crate::api::types::{Chat, Contact};
use crate::texts::program::t;
use anyhow::{Result, bail};

/// Fewer characters of an id name nothing: a short word is a name.
const PREFIX_MIN: usize = 4;
/// Messages of each chat that a prefix is looked up among.
const RECENT: usize = 500;

/// The chat that `wanted` names.
pub async fn chat(client: &Client, wanted: &str) -> Result<Chat> {
    let chats: Vec<Chat> = client.get("/api/chats").await?;
    let found = one(chats, wanted, "chat", |chat| (&chat.id, &chat.title));
    match found {
        Ok(chat) => Ok(chat),
        // A chat that was deleted is in no list, but with a contact one can always begin anew.
        Err(why) => match contact(client, wanted, |contact| contact.chat.is_some()).await {
            Ok(Contact { chat: Some(id), .. }) => client.get(&format!("/api/chats/{id}")).await,
            Ok(_) | Err(_) => Err(why),
        },
    }
}

/// The contact that `wanted` names, among those for which `fits` holds.
pub async fn contact(client: &Client, wanted: &str, fits: impl Fn(&Contact) -> bool) -> Result<Contact> {
    let contacts: Vec<Contact> = client.get("/api/contacts").await?;
    let fitting = contacts.into_iter().filter(fits).collect();
    one(fitting, wanted, "contact", |contact| (&contact.user, &contact.name))
}

/// The own device that `wanted` names.
pub async fn device(client: &Client, wanted: &str) -> Result<Device> {
    let devices: Devices = client.get("/api/devices").await?;
    one(devices.devices, wanted, "device", |device| (&device.device, &device.name))
}

/// The id of the message that `wanted` begins, if it is whole or recent.
pub async fn message(client: &Client, wanted: &str) -> Result<String> {
    if wanted.len() == 64 {
        return Ok(wanted.to_owned());
    }
    let chats: Vec<Chat> = client.get("/api/chats").await?;
    let mut found = Vec::new();
    for chat in chats {
        let recent: Vec<Message> = client.get(&format!("/api/chats/{}/messages?limit={RECENT}", chat.id)).await?;
        found.extend(recent.into_iter().filter(|message| begins(&message.id, wanted)));
    }
    Ok(one(found, wanted, "message", |message| (&message.id, ""))?.id)
}

fn begins(id: &str, wanted: &str) -> bool {
    wanted.len() >= PREFIX_MIN && id.starts_with(&wanted.to_ascii_lowercase())
}

/// The only one that fits: by whole name first, then by the beginning of the id.
fn one<T>(all: Vec<T>, wanted: &str, what: &str, names: impl Fn(&T) -> (&str, &str)) -> Result<T> {
    let named = |item: &T| names(item).1.to_lowercase() == wanted.to_lowercase();
    let (by_name, rest): (Vec<T>, Vec<T>) = all.into_iter().partition(|item| !wanted.is_empty() && named(item));
    let by_id = rest.into_iter().filter(|item| begins(names(item).0, wanted));
    let mut fits = if by_name.is_empty() { by_id.collect() } else { by_name };
    if fits.len() > 1 {
        let lines = fits.iter().map(|item| {
            let (id, name) = names(item);
            format!("\n  {}  {}", short(id), safe(name))
        });
        bail!("{}{}", t!("cli-fits-several", wanted = safe(wanted)), lines.collect::<String>());
    }
    match fits.pop() {
        Some(item) => Ok(item),
        None => bail!(t!("cli-none-such", what = what, wanted = safe(wanted))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(wanted: &str) -> Result<String> {
        let all = [("aaaa1111", "Bob"), ("aaaa2222", "bob"), ("bbbb3333", "Eve"), ("cccc4444", "aaaa2222")];
        let all = all.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec();
        one(all, wanted, "chat", |(id, name)| (id, name)).map(|(id, _)| id)
    }

    #[test]
    fn a_whole_name_or_the_beginning_of_an_id() {
        assert_eq!(find("eve").unwrap(), "bbbb3333");
        assert_eq!(find("BBBB").unwrap(), "bbbb3333");
        assert_eq!(find("aaaa1").unwrap(), "aaaa1111");
        assert_eq!(find("aaaa2222").unwrap(), "cccc4444");
        for bad in ["", "ev", "bbb", "mallory"] {
            assert!(find(bad).unwrap_err().to_string().contains("chappe chats"), "{bad}");
        }
    }

    #[test]
    fn several_are_listed() {
        for wanted in ["bob", "aaaa"] {
            let error = find(wanted).unwrap_err().to_string();
            assert!(error.contains("aaaa1111") && error.contains("aaaa2222"), "{error}");
        }
    }
}
