//! JSON shapes of what is the user's own on all their devices: devices, linking, the chat list, folders, safety numbers.

use chappe_protocol::identity::profile;
use chappe_protocol::peer::view;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An own device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Its id.
    pub device: String,
    /// What its user calls it; may be empty.
    pub name: String,
    /// This one.
    pub this: bool,
    /// When it was certified.
    pub added: u64,
}

/// Own devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Devices {
    /// Those that speak for us, in the order they were added.
    pub devices: Vec<Device>,
    /// This device was removed by another one: it can say nothing any more.
    pub removed: bool,
    /// Two lists of our devices contradict each other: somebody else may have our words.
    pub forked: bool,
}

/// How far a new device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkStage {
    /// The code is shown, nobody used it yet.
    Waiting,
    /// A device waits for an answer.
    Offered,
    /// It is certified and gets what it needs.
    HandingOver,
    /// It has everything.
    Done,
    /// It failed.
    Failed,
}

/// A device that is being linked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// How far.
    pub stage: LinkStage,
    /// For a camera: `chappe-link:…`. Whoever sees it can try to be the new device.
    pub text: String,
    /// For a keyboard: `ABCDE-12345`.
    pub code: String,
    /// Until when both work.
    pub expires: u64,
    /// The new device's id, once it has proved its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub device: Option<String>,
    /// What it calls itself. Anything may stand in it: show it as text.
    pub name: String,
    /// The number that the new device shows too; empty before it is known.
    pub number: String,
    /// The code was typed, so the person must compare the numbers.
    pub compare: bool,
    /// Why it failed, in words; empty if it did not.
    pub problem: String,
}

/// The 24 words, to prove that something is the owner's to decide. They are not kept.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// With spaces between.
    pub words: String,
}

/// A new name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// At most 128 bytes; empty takes the name back.
    pub name: String,
}

/// Changes of how a chat stands in the list; what is left out stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeList {
    /// Above the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pinned: Option<bool>,
    /// Put away; it comes back with news unless it is quiet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub archived: Option<bool>,
    /// Quiet until then; 0 ends it, 9007199254740991 is for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub muted_until: Option<u64>,
    /// To be looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub marked_unread: Option<bool>,
    /// A text that was begun; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub draft: Option<String>,
}

/// A folder of chats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Folder {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Ids of chats, in order; some may be gone.
    pub chats: Vec<String>,
}

/// Make or change a folder.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutFolder {
    /// 1 to 128 bytes.
    pub name: String,
    /// Ids of chats, in order, at most 400.
    pub chats: Vec<String>,
}

/// What a person says about themselves beside their name. Anything may stand in it: show it as text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct About {
    /// A short handle; a hint, nobody checks that it is unique.
    #[serde(default)]
    pub username: String,
    /// A few lines.
    #[serde(default)]
    pub bio: String,
    /// A status in one picture sign.
    #[serde(default)]
    pub emoji: String,
    /// The reference of a picture: see `/api/pictures/{picture}`.
    #[serde(default)]
    pub picture: String,
}

/// The own profile, and who gets what of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OwnProfile {
    /// All of it.
    pub about: About,
    /// Fields that contacts do not get.
    pub hidden: Vec<ProfileField>,
}

/// A field of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ProfileField {
    /// The short handle.
    Username,
    /// The lines.
    Bio,
    /// The status.
    Emoji,
    /// The picture.
    Picture,
}

/// Change one field of the own profile; what is left out stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeProfile {
    /// Which.
    pub field: ProfileField,
    /// What it says; empty takes it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<String>,
    /// Contacts do not get it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hidden: Option<bool>,
}

/// Block somebody, or no more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetBlocked {
    /// Their requests and messages are not shown.
    pub blocked: bool,
}

/// The number that two people compare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Safety {
    /// Sixty digits in twelve groups; the other side sees the same.
    pub number: String,
    /// What a QR code of it holds, in hexadecimal; the other side's is equal.
    pub qr: String,
    /// It was compared, and was equal.
    pub verified: bool,
}

/// A proof of what somebody said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// In base64; `chappe report verify` and docs/wire/identity.md say how to check it.
    pub proof: String,
}

/// The number was compared, or is doubted again.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetVerified {
    /// It was equal.
    pub verified: bool,
}

impl From<view::DevicesView> for Devices {
    fn from(devices: view::DevicesView) -> Self {
        let device = |view: view::DeviceView| Device {
            device: view.device.to_hex(),
            name: view.name,
            this: view.this,
            added: view.added,
        };
        Self {
            devices: devices.devices.into_iter().map(device).collect(),
            removed: devices.removed,
            forked: devices.forked,
        }
    }
}

impl From<view::LinkView> for Link {
    fn from(link: view::LinkView) -> Self {
        let stage = match link.stage {
            view::LinkStage::Waiting => LinkStage::Waiting,
            view::LinkStage::Offered => LinkStage::Offered,
            view::LinkStage::HandingOver => LinkStage::HandingOver,
            view::LinkStage::Done => LinkStage::Done,
            view::LinkStage::Failed => LinkStage::Failed,
        };
        Self {
            stage,
            text: link.text,
            code: link.code,
            expires: link.expires,
            device: link.device.map(|device| device.to_hex()),
            name: link.name,
            number: link.number,
            compare: link.compare,
            problem: link.problem,
        }
    }
}

impl From<profile::Profile> for About {
    fn from(about: profile::Profile) -> Self {
        let profile::Profile { username, bio, emoji, picture } = about;
        Self { username, bio, emoji, picture }
    }
}

impl From<profile::Field> for ProfileField {
    fn from(field: profile::Field) -> Self {
        match field {
            profile::Field::Username => Self::Username,
            profile::Field::Bio => Self::Bio,
            profile::Field::Emoji => Self::Emoji,
            profile::Field::Picture => Self::Picture,
        }
    }
}

impl From<ProfileField> for profile::Field {
    fn from(field: ProfileField) -> Self {
        match field {
            ProfileField::Username => Self::Username,
            ProfileField::Bio => Self::Bio,
            ProfileField::Emoji => Self::Emoji,
            ProfileField::Picture => Self::Picture,
        }
    }
}

impl From<view::OwnProfileView> for OwnProfile {
    fn from(own: view::OwnProfileView) -> Self {
        Self { about: own.about.into(), hidden: own.hidden.into_iter().map(Into::into).collect() }
    }
}

impl From<view::FolderView> for Folder {
    fn from(folder: view::FolderView) -> Self {
        Self {
            id: HEXLOWER.encode(&folder.id),
            name: folder.name,
            chats: folder.chats.iter().map(|chat| chat.to_hex()).collect(),
        }
    }
}

impl From<view::SafetyView> for Safety {
    fn from(safety: view::SafetyView) -> Self {
        Self { number: safety.number, qr: HEXLOWER.encode(&safety.qr), verified: safety.verified }
    }
}
