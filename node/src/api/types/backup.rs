//! JSON shapes of the backup.

use crate::backup;
use crate::backup::schedule::Scheduled;
use chappe_protocol::ids::NodeId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackupStage {
    /// Nothing.
    Idle,
    /// What changed is brought to relays.
    Writing,
    /// What relays hold is fetched and compared.
    Checking,
    /// A history is taken in.
    Restoring,
    /// A history is brought to relays for a new device.
    Handing,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupChecked {
    /// When.
    pub at: u64,
    /// Copies that are what was written.
    pub good: u64,
    /// Copies that are not there, or not what was written; they are written again.
    pub bad: u64,
    /// Copies at relays that did not answer.
    pub unknown: u64,
}

/// What is in a backup file.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BackupFile {
    /// The files of chats too, as far as this node has them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[param(required = false)]
    pub files: bool,
}

/// The backup of the chats' history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Backup {
    /// It is kept.
    pub on: bool,
    /// What goes on.
    pub stage: BackupStage,
    /// Of that, parts that are done.
    pub done: u64,
    /// How many parts there are; 0 if that is not known yet.
    pub of: u64,
    /// When everything was last written; 0 for not yet.
    pub at: u64,
    /// Messages in it.
    pub messages: u64,
    /// Its bytes.
    pub bytes: u64,
    /// Bytes that the last run had to bring.
    pub brought: u64,
    /// The relays that have all of it.
    pub relays: Vec<String>,
    /// What stands in the way; may be empty.
    pub problem: String,
    /// The last check since the node started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<BackupChecked>,
    /// Messages and changes that came back from a backup; left out if none had to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<u64>,
    /// The files of the chats that own relays keep too; left out if they shall not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub files: Option<BackupFiles>,
    /// Files that the node writes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub schedule: Option<BackupSchedule>,
}

/// The files of the chats that own relays keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BackupFiles {
    /// How many.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Why one could not be kept; may be empty.
    pub problem: String,
}

/// Whether own relays keep the files of the chats too.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepFiles {
    /// They do.
    pub keep: bool,
}

/// Files that the node writes by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BackupSchedule {
    /// The folder.
    pub folder: String,
    /// Seconds between two files.
    pub every_s: u64,
    /// How many stay.
    pub keep: u32,
    /// With the files of chats.
    pub files: bool,
    /// When the last one was written; 0 for not yet.
    pub last: u64,
    /// Why the next one could not be written; may be empty.
    pub problem: String,
}

/// Have the node write backup files by itself. Needs the 24 words, which alone will open them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBackup {
    /// The 24 words.
    pub words: String,
    /// A folder on the node's machine that is there, from the root.
    pub folder: String,
    /// Seconds between two files, a minute to a year.
    pub every_s: u64,
    /// How many stay, 1 to 1,000.
    pub keep: u32,
    /// With the files of chats.
    #[serde(default)]
    #[schema(required = false)]
    pub files: bool,
}

impl Backup {
    /// From how the service stands.
    pub fn of(status: backup::Status, schedule: Option<Scheduled>) -> Self {
        let schedule = schedule.map(|Scheduled { folder, every_s, keep, files, last, problem }| BackupSchedule {
            folder,
            every_s,
            keep,
            files,
            last,
            problem,
        });
        let problem = status.file_problem;
        let files = status.files.map(|(count, bytes)| BackupFiles { count, bytes, problem });
        let stage = match status.stage {
            backup::Stage::Idle => BackupStage::Idle,
            backup::Stage::Writing => BackupStage::Writing,
            backup::Stage::Checking => BackupStage::Checking,
            backup::Stage::Restoring => BackupStage::Restoring,
            backup::Stage::Handing => BackupStage::Handing,
        };
        let checked =
            status.checked.map(|backup::Checked { at, good, bad, unknown }| BackupChecked { at, good, bad, unknown });
        Self {
            on: status.on,
            stage,
            done: status.done,
            of: status.of,
            at: status.at,
            messages: status.messages,
            bytes: status.bytes,
            brought: status.brought,
            relays: status.relays.iter().map(NodeId::to_hex).collect(),
            problem: status.problem,
            checked,
            restored: status.restored,
            files,
            schedule,
        }
    }
}
