//! The JSON shapes of messages and of what is done to them.

use super::file::Play;
use super::stickers::StickerInfo;
use super::{Ticks, is_default};
use chappe_protocol::content::file::{File as CoreFile, Preview};
use chappe_protocol::content::location::Point as CorePoint;
use chappe_protocol::content::rich::{Entity as CoreEntity, Style};
use chappe_protocol::ids::UserId;
use chappe_protocol::peer::message as view;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// The chat it is in.
    pub chat: String,
    /// Who wrote it.
    pub from: String,
    /// What we call whoever wrote it; left out for a post of a channel that does not name its authors. Anything may stand
    /// in it: show it as text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub author: String,
    /// We did.
    pub mine: bool,
    /// The text in its latest wording; of other kinds a line that says what it is. Anything may stand in it: show it
    /// as text.
    pub text: String,
    /// The formatting of `text`: nested or apart, sorted by offset.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub entities: Vec<Entity>,
    /// What it is.
    pub content: Content,
    /// When it was written.
    pub at: u64,
    /// Position in the chat; sorts as bytes.
    pub order: String,
    /// How far, if it is from this device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ticks: Option<Ticks>,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply: Option<Reply>,
    /// Who said it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub forward: Option<Forward>,
    /// When it got its latest wording; missing if that is the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub edited: Option<u64>,
    /// What people feel about it, the most frequent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub reactions: Vec<Reaction>,
    /// It is pinned.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub pinned: bool,
    /// When it destroys itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expires: Option<u64>,
    /// The topic that it stands in; 0 for none.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schema(required = false)]
    pub topic: u64,
    /// Of a channel's post: how many have seen it, as far as they tell; missing where it is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub views: Option<u64>,
    /// Of a voice message or video: we have heard it; if it is ours, somebody else has. Missing of everything else, and of
    /// our own if we do not tell what we have read and heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub heard: Option<bool>,
}

/// What an entity does to its part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strike,
    /// Hidden until it is asked for.
    Spoiler,
    /// Code within a line.
    Code,
    /// A block of code, with `language`.
    Pre,
    /// A quotation.
    Quote,
    /// Leads to `url`.
    Link,
    /// A URL that stands in the text.
    Url,
    /// Names a person, `user`.
    Mention,
    /// A hashtag that stands in the text.
    Hashtag,
    /// An e-mail address that stands in the text.
    Email,
}

/// A style over a part of a text; offset and length are in UTF-16 units, as in JavaScript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// What it does.
    pub kind: EntityKind,
    /// Where it begins.
    pub offset: u32,
    /// How long it is, at least 1.
    pub length: u32,
    /// Of `link`: `https:`, `http:` or `mailto:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub url: Option<String>,
    /// Of `pre`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// Of `mention`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user: Option<String>,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// A text.
    Text,
    /// A poll; the question is the message's text.
    Poll(Poll),
    /// A contact card.
    Card(Card),
    /// A place.
    Location(Location),
    /// A file; its caption is the message's text.
    File(FileInfo),
    /// It can be seen once; nothing of it is shown before.
    ViewOnce,
    /// It could be seen once, and was.
    Viewed,
    /// It was deleted.
    Deleted {
        /// By whom.
        by: String,
    },
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reply {
    /// That message's id.
    pub to: String,
    /// Who wrote it; missing if it is not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<String>,
    /// The beginning of its text; empty if it says nothing (any more).
    pub text: String,
    /// The part that is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub quote: Option<String>,
    /// The quoted part does not stand there (any more).
    pub quote_differs: bool,
}

/// Who said a forwarded message first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Forward {
    /// Who.
    pub user: String,
    /// What the forwarder calls them.
    pub name: String,
    /// When.
    pub at: u64,
    /// Their signature was checked; otherwise it is the forwarder's word.
    pub verified: bool,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    /// Which.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// We among them.
    pub mine: bool,
}

/// A poll.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Poll {
    /// In their order.
    pub options: Vec<PollOption>,
    /// People with a vote.
    pub voters: u32,
    /// Who voted for what is not shown.
    pub anonymous: bool,
    /// More than one may be chosen.
    pub multiple: bool,
    /// It is a quiz: one vote, and for good.
    pub quiz: bool,
    /// The number of a quiz's right option, from 0; shown once we voted, or at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub right: Option<u8>,
    /// Why; shown with `right`.
    pub explanation: String,
    /// It is over.
    pub closed: bool,
    /// When it closes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closes: Option<u64>,
}

/// One option of a poll.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PollOption {
    /// What it says.
    pub text: String,
    /// People who chose it.
    pub votes: u32,
    /// We among them.
    pub chosen: bool,
}

/// A contact card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Card {
    /// Display name, as the sender says.
    pub name: String,
    /// Their id here; a certificate showed that the key is in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user: Option<String>,
    /// What we call that key already, if we know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub known_as: Option<String>,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// May be empty.
    pub organisation: String,
    /// May be empty.
    pub note: String,
    /// The same as vCard 4.0, for other programs.
    pub vcard: String,
}

/// A place on Earth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Metres, at most 1,500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub accuracy: Option<u16>,
    /// Degrees from north, 1 to 360.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub heading: Option<u16>,
}

/// A place, perhaps live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Location {
    /// Where, or where the sender was last.
    pub point: Point,
    /// What is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub venue: Option<Venue>,
    /// It is live until then; missing if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub live_until: Option<u64>,
    /// The sender goes on telling.
    pub live: bool,
    /// When the point was told.
    pub updated: u64,
}

/// A file. Its bytes: `GET /api/messages/{id}/file`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FileInfo {
    /// A name without folders.
    pub name: String,
    /// What the sender says it is.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    /// Pixels, of a picture or video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub width: Option<u32>,
    /// Pixels, of a picture or video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub height: Option<u32>,
    /// A small JPEG in base64, of a picture or video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub preview: Option<String>,
    /// Of a sound or a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub play: Option<Play>,
    /// Shared by files that are shown together: those of one person, one behind the other, at most ten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub album: Option<String>,
    /// It is a sticker: a PNG or WEBP, to be shown without anything around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sticker: Option<StickerInfo>,
}

/// What is at a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    /// Its name.
    pub title: String,
    /// Its address.
    pub address: String,
}

/// One wording of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Wording {
    /// The text.
    pub text: String,
    /// Its formatting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub entities: Vec<Entity>,
    /// When.
    pub at: u64,
}

/// A person's reactions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonReactions {
    /// Who.
    pub user: String,
    /// How.
    pub emoji: Vec<String>,
}

/// A person's vote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonVote {
    /// Who.
    pub user: String,
    /// Numbers of options, from 0.
    pub options: Vec<u8>,
}

impl From<CoreEntity> for Entity {
    fn from(entity: CoreEntity) -> Self {
        let CoreEntity { offset, length, style } = entity;
        let plain = |kind| Self { kind, offset, length, url: None, language: None, user: None };
        match style {
            Style::Bold => plain(EntityKind::Bold),
            Style::Italic => plain(EntityKind::Italic),
            Style::Underline => plain(EntityKind::Underline),
            Style::Strike => plain(EntityKind::Strike),
            Style::Spoiler => plain(EntityKind::Spoiler),
            Style::Code => plain(EntityKind::Code),
            Style::Pre { language } => Self { language: Some(language), ..plain(EntityKind::Pre) },
            Style::Quote => plain(EntityKind::Quote),
            Style::Link { url } => Self { url: Some(url), ..plain(EntityKind::Link) },
            Style::Url => plain(EntityKind::Url),
            Style::Mention { user } => Self { user: Some(user.to_hex()), ..plain(EntityKind::Mention) },
            Style::Hashtag => plain(EntityKind::Hashtag),
            Style::Email => plain(EntityKind::Email),
        }
    }
}

impl Entity {
    /// For the core; `None` if an argument is missing or wrong. The core checks the rest.
    pub fn read(self) -> Option<CoreEntity> {
        let style = match self.kind {
            EntityKind::Bold => Style::Bold,
            EntityKind::Italic => Style::Italic,
            EntityKind::Underline => Style::Underline,
            EntityKind::Strike => Style::Strike,
            EntityKind::Spoiler => Style::Spoiler,
            EntityKind::Code => Style::Code,
            EntityKind::Pre => Style::Pre { language: self.language.unwrap_or_default() },
            EntityKind::Quote => Style::Quote,
            EntityKind::Link => Style::Link { url: self.url? },
            EntityKind::Url => Style::Url,
            EntityKind::Mention => Style::Mention { user: UserId::from_hex(&self.user?)? },
            EntityKind::Hashtag => Style::Hashtag,
            EntityKind::Email => Style::Email,
        };
        Some(CoreEntity { offset: self.offset, length: self.length, style })
    }
}

const E7: f64 = 10_000_000.0;

impl From<CorePoint> for Point {
    fn from(point: CorePoint) -> Self {
        Self {
            latitude: f64::from(point.latitude) / E7,
            longitude: f64::from(point.longitude) / E7,
            accuracy: point.accuracy,
            heading: point.heading,
        }
    }
}

impl Point {
    /// For the core; `None` if it is not on Earth.
    pub fn read(self) -> Option<CorePoint> {
        let on_earth = self.latitude.abs() <= 90.0 && self.longitude.abs() <= 180.0;
        let e7 = |degrees: f64| (degrees * E7).round() as i32;
        on_earth.then(|| CorePoint {
            latitude: e7(self.latitude),
            longitude: e7(self.longitude),
            accuracy: self.accuracy,
            heading: self.heading,
        })
    }
}

fn all<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
    list.into_iter().map(B::from).collect()
}

impl From<view::Content> for Content {
    fn from(content: view::Content) -> Self {
        match content {
            view::Content::Text => Self::Text,
            view::Content::Poll(poll) => Self::Poll(poll.into()),
            view::Content::Card(card) => Self::Card((*card).into()),
            view::Content::Location(location) => Self::Location(location.into()),
            view::Content::File(file) => Self::File((*file).into()),
            view::Content::ViewOnce => Self::ViewOnce,
            view::Content::Viewed => Self::Viewed,
            view::Content::Deleted { by } => Self::Deleted { by: by.to_hex() },
        }
    }
}

impl From<view::PollView> for Poll {
    fn from(poll: view::PollView) -> Self {
        let option =
            |option: view::OptionView| PollOption { text: option.text, votes: option.votes, chosen: option.chosen };
        Self {
            options: poll.options.into_iter().map(option).collect(),
            voters: poll.voters,
            anonymous: poll.anonymous,
            multiple: poll.multiple,
            quiz: poll.quiz,
            right: poll.right,
            explanation: poll.explanation,
            closed: poll.closed,
            closes: poll.closes,
        }
    }
}

impl From<view::CardView> for Card {
    fn from(view: view::CardView) -> Self {
        Self {
            name: view.card.name,
            user: view.card.key.map(|key| key.user.to_hex()),
            known_as: view.known_as,
            phones: view.card.phones,
            emails: view.card.emails,
            organisation: view.card.organisation,
            note: view.card.note,
            vcard: view.vcard,
        }
    }
}

impl From<view::LocationView> for Location {
    fn from(view: view::LocationView) -> Self {
        Self {
            point: view.point.into(),
            venue: view.venue.map(|venue| Venue { title: venue.title, address: venue.address }),
            live_until: view.live_until,
            live: view.live,
            updated: view.updated,
        }
    }
}

impl From<CoreFile> for FileInfo {
    fn from(file: CoreFile) -> Self {
        let side = |side: fn(&Preview) -> u32| file.preview.as_ref().map(side);
        let jpeg = file.preview.as_ref().filter(|preview| !preview.jpeg.is_empty());
        Self {
            width: side(|preview| preview.width),
            height: side(|preview| preview.height),
            preview: jpeg.map(|preview| data_encoding::BASE64.encode(&preview.jpeg)),
            name: file.name,
            mime: file.mime,
            size: file.size,
            play: file.play.map(Into::into),
            album: file.album.map(|album| data_encoding::HEXLOWER.encode(&album)),
            sticker: file.sticker.map(|sticker| (*sticker).into()),
        }
    }
}

impl From<view::MessageView> for Message {
    fn from(message: view::MessageView) -> Self {
        Self {
            id: message.id.to_hex(),
            chat: message.chat.to_hex(),
            from: message.from.to_hex(),
            author: message.author,
            mine: message.mine,
            text: message.text,
            entities: all(message.entities),
            content: message.content.into(),
            at: message.at,
            order: message.order,
            ticks: message.ticks.map(Into::into),
            reply: message.reply.map(|reply| Reply {
                to: reply.to.to_hex(),
                from: reply.from.map(|user| user.to_hex()),
                text: reply.text,
                quote: reply.quote,
                quote_differs: reply.quote_differs,
            }),
            forward: message.forward.map(|forward| Forward {
                user: forward.user.to_hex(),
                name: forward.name,
                at: forward.at,
                verified: forward.verified,
            }),
            edited: message.edited,
            reactions: message
                .reactions
                .into_iter()
                .map(|reaction| Reaction { emoji: reaction.emoji, count: reaction.count, mine: reaction.mine })
                .collect(),
            pinned: message.pinned,
            expires: message.expires,
            topic: message.topic,
            views: message.views,
            heard: message.heard,
        }
    }
}

impl From<view::Wording> for Wording {
    fn from(wording: view::Wording) -> Self {
        Self { text: wording.text, entities: all(wording.entities), at: wording.at }
    }
}
