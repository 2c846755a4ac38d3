//! Claims about the whole, in one binary.

mod architecture;
mod backup;
mod backup_file;
mod backup_processes;
mod bug_report;
mod conversation;
mod device_processes;
mod devices;
mod documents;
mod entrance_processes;
mod entrances;
mod files;
mod files_direct;
mod groups;
mod healing;
mod hostile;
mod imported;
mod media;
mod mentions;
mod messages;
mod pictures;
mod processes;
mod renewal;
mod search;
mod telegram;
mod topics;
