//! What lies around the file of a desk: rights, the file system below it, programs that copy it behind our back. Looked
//! at from outside, without opening the desk. Each finding says the next step.

use super::health::{Cure, Finding};
use crate::error::{Error, Result};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The oldest SQLite that keeps a log of several writers safe.
const OLDEST_LIBRARY: [u32; 3] = [3, 51, 3];
/// A log that long has not been moved into the file for a long time: bytes.
const LONG_LOG: u64 = 128 << 20;
/// Bits of a file's rights that are nobody's but its owner's business.
const OTHERS: u32 = 0o007;
const GROUP: u32 = 0o070;
const STICKY: u32 = 0o1000;
const SETGID: u32 = 0o2000;

/// Everything around the file that is not as it should be.
#[must_use]
pub fn look(path: &Path) -> Vec<Finding> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().unwrap_or(Path::new("/"));
    let mut found = rights(&real, folder);
    found.extend(file_system(folder));
    found.extend(drifting(&real));
    found.extend(long_log(&real));
    found.extend(left_over(&real, folder));
    found.extend(old_library(super::health::library_version()));
    found
}

/// What may make two desks of one: a service that copies the folder, and the copies that it has made of a desk that two machines
/// wrote to.
#[must_use]
pub fn drifting(path: &Path) -> Vec<Finding> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().unwrap_or(Path::new("/"));
    synchronised(&real).into_iter().chain(conflicted(&real, folder)).collect()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Who else may read the desk, or put another file in its place. A folder with the setgid bit is shared by a team on
/// purpose, and so is one of a group that is the user's own.
fn rights(path: &Path, folder: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    let Ok(around) = std::fs::metadata(folder) else { return found };
    let team = around.mode() & SETGID != 0;
    for file in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        let Ok(meta) = std::fs::metadata(&file) else { continue };
        if let Some(should) = should_be(&meta, team) {
            let what = format!("others may read it: its rights are {:04o}", meta.mode() & 0o7777);
            found.push(Finding::curable(file.display().to_string(), what, Cure::Rights(file, should)));
        }
    }
    let mode = around.mode();
    let by_group = mode & 0o020 != 0 && !team && around.gid() != around.uid();
    if mode & STICKY == 0 && (mode & 0o002 != 0 || by_group) {
        let what = format!("others may replace files in it: its rights are {:04o}", mode & 0o7777);
        found.push(Finding::curable(
            folder.display().to_string(),
            what,
            Cure::Rights(folder.to_owned(), mode & 0o7755),
        ));
    }
    found
}

/// Whether others may write the own settings, which name programs that are started for this user.
#[must_use]
pub fn own_settings(file: &Path) -> Option<Finding> {
    let meta = std::fs::metadata(file).ok()?;
    let mode = meta.mode();
    let by_group = mode & 0o020 != 0 && meta.gid() != meta.uid();
    (mode & 0o002 != 0 || by_group).then(|| {
        let what =
            format!("others may write it, and it names programs that you start: its rights are {:04o}", mode & 0o7777);
        Finding::curable(file.display().to_string(), what, Cure::Rights(file.to_owned(), mode & 0o7755))
    })
}

/// The rights that a file should have, where it has more.
fn should_be(meta: &Metadata, team: bool) -> Option<u32> {
    let refused = if team { OTHERS } else { OTHERS | GROUP };
    (meta.mode() & refused != 0).then_some(meta.mode() & 0o777 & !refused)
}

/// File systems by the number that Linux gives them (`statfs`): of other machines, on which a desk is not opened; and those that
/// may be of this one, or of the one around it.
const OF_OTHERS: &[(i64, &str)] = &[
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFE53_4D42, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS"),
    (0x00C3_6400, "Ceph"),
];
const MAYBE_OF_OTHERS: &[(i64, &str)] = &[(0x6573_5546, "FUSE"), (0x0102_1997, "9p")];

const NEEDS_ONE_MACHINE: &str = "the log needs memory that all programs share on one machine";
const TO_A_LOCAL_DISK: &str = "move the file to a local disk; a team shares a desk through PostgreSQL";

fn file_system(folder: &Path) -> Option<Finding> {
    let name = named(OF_OTHERS, folder).or_else(|| named(MAYBE_OF_OTHERS, folder))?;
    let what = format!("this is a {name} file system: {NEEDS_ONE_MACHINE}");
    Some(Finding::new(folder.display().to_string(), what, TO_A_LOCAL_DISK))
}

/// Refuses a desk in a folder of another machine: two machines that write to one lose what the other wrote, or the desk.
pub(super) fn is_of_this_machine(folder: &Path) -> Result<()> {
    let Some(name) = named(OF_OTHERS, folder) else { return Ok(()) };
    Err(Error::refused(format!("{} is on a network disk ({name}): {NEEDS_ONE_MACHINE}", folder.display()))
        .hint(format!("{TO_A_LOCAL_DISK}: desk init --help")))
}

fn named(known: &'static [(i64, &'static str)], folder: &Path) -> Option<&'static str> {
    let number = number_of(folder)?;
    known.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(target_os = "linux")]
fn number_of(folder: &Path) -> Option<i64> {
    #[cfg(test)]
    if let Some(number) = tests::PRETENDED.get() {
        return Some(number);
    }
    rustix::fs::statfs(folder).ok().map(|about| about.f_type & 0xFFFF_FFFF)
}

#[cfg(not(target_os = "linux"))]
fn number_of(_folder: &Path) -> Option<i64> {
    None
}

/// Services that copy files from machine to machine, one at a time and in the middle of a write.
fn synchronised(path: &Path) -> Option<Finding> {
    const SERVICES: &[(&str, &str)] = &[
        ("dropbox", "Dropbox"),
        ("onedrive", "OneDrive"),
        ("google drive", "Google Drive"),
        ("googledrive", "Google Drive"),
        ("my drive", "Google Drive"),
        ("icloud drive", "iCloud"),
        ("iclouddrive", "iCloud"),
        ("mobile documents", "iCloud"),
        ("nextcloud", "Nextcloud"),
        ("owncloud", "ownCloud"),
        ("yandex.disk", "Yandex Disk"),
        ("yandexdisk", "Yandex Disk"),
        ("яндекс.диск", "Yandex Disk"),
        ("яндекс диск", "Yandex Disk"),
        ("мой диск", "Google Drive"),
        ("cloud mail.ru", "Mail.ru Cloud"),
        ("облако mail.ru", "Mail.ru Cloud"),
        ("megasync", "MEGA"),
        ("pclouddrive", "pCloud"),
    ];
    let folder = path.parent()?;
    let by_name = folder.components().find_map(|part| {
        let part = part.as_os_str().to_string_lossy().to_lowercase();
        let is = |name: &str| {
            part.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(" (") || rest.starts_with(" - "))
        };
        SERVICES.iter().find(|(name, _)| is(name)).map(|(_, service)| *service)
    });
    let by_mark = || folder.ancestors().any(|f| f.join(".stfolder").exists()).then_some("Syncthing");
    let service = by_name.or_else(by_mark)?;
    let what = format!(
        "{service} copies this folder, the file without its log: a copy may be torn, and two of them cannot be joined"
    );
    let mend = "move the desk out of it, and let it copy backups: desk backup FOLDER";
    Some(Finding::new(folder.display().to_string(), what, mend))
}

/// Files that such a service made of a desk that two machines wrote to.
fn conflicted(path: &Path, folder: &Path) -> Vec<Finding> {
    const MARKS: &[&str] = &["conflicted copy", ".sync-conflict-", "conflict copy", "конфликт"];
    let Some(stem) = path.file_stem().map(|s| s.to_string_lossy().into_owned()) else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned());
    let mut copies: Vec<String> = names
        .filter(|name| name.starts_with(&stem) && MARKS.iter().any(|mark| name.to_lowercase().contains(mark)))
        .collect();
    copies.sort_unstable();
    let finding = |name: String| {
        let copy = folder.join(name).display().to_string();
        let mend = format!("look what is only in it: desk --desk \"{copy}\" history; then move it away");
        Finding::new(copy, "a conflicted copy: somebody's work may be only there", mend)
    };
    copies.into_iter().map(finding).collect()
}

/// After so long nobody works on a draft any more.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Copies of the desk that somebody was making who was killed: they hold what it held.
fn left_over(path: &Path, folder: &Path) -> Vec<Finding> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let finding = |file: PathBuf| {
        let file = file.display().to_string();
        let mend = format!("rm -r \"{file}\"");
        Finding::new(file, "an unfinished copy of a desk: who was making it was ended", mend)
    };
    crate::draft::left_in(folder, Some(&format!(".{name}.new.")), ABANDONED).into_iter().map(finding).collect()
}

/// Files beside the desk that are copies of it, as backups are.
#[must_use]
pub fn copies(path: &Path, uid: &str) -> Vec<PathBuf> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let entries = real.parent().map(std::fs::read_dir);
    let Some(Ok(entries)) = entries else { return Vec::new() };
    let own = [real.clone(), beside(&real, "-wal"), beside(&real, "-shm")];
    let files = entries.flatten().filter(|e| e.file_type().is_ok_and(|t| t.is_file())).map(|e| e.path());
    let is_copy = |file: &PathBuf| !own.contains(file) && super::health::uid_of(file).is_some_and(|found| found == uid);
    let mut copies: Vec<PathBuf> = files.filter(is_copy).collect();
    copies.sort_unstable();
    copies
}

/// Whether a copy is the one that was kept when the desk was brought up from an older edition.
#[must_use]
pub fn is_of_older_edition(path: &Path, copy: &Path) -> bool {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (name, copy) = (
        real.file_name().unwrap_or_default().to_string_lossy(),
        copy.file_name().unwrap_or_default().to_string_lossy(),
    );
    copy.strip_prefix(&*name).is_some_and(|rest| rest.starts_with(".edition-") && rest.ends_with(".bak"))
}

fn long_log(path: &Path) -> Option<Finding> {
    let log = beside(path, "-wal");
    let bytes = std::fs::metadata(&log).ok()?.len();
    (bytes > LONG_LOG).then(|| {
        let what = format!(
            "the log has grown to {} MB: a program keeps the desk open and reads an old state",
            bytes / 1_000_000
        );
        Finding::new(log.display().to_string(), what, "end that program; the next write moves the log into the file")
    })
}

fn old_library(version: &str) -> Option<Finding> {
    let numbers: Vec<u32> = version.split('.').filter_map(|n| n.parse().ok()).collect();
    (numbers.as_slice() < OLDEST_LIBRARY.as_slice()).then(|| {
        let [a, b, c] = OLDEST_LIBRARY;
        Finding::new(
            "this program",
            format!("it is built with SQLite {version}, older than {a}.{b}.{c}"),
            "update desk",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn file(folder: &Path, name: &str, mode: u32) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, "x").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    thread_local! {
        /// The number of the file system that tests of this thread are on.
        pub(super) static PRETENDED: std::cell::Cell<Option<i64>> = const { std::cell::Cell::new(None) };
    }

    #[test]
    fn a_desk_on_a_network_disk_is_neither_made_nor_opened() {
        let home = tempfile::tempdir().unwrap();
        let place = crate::store::Place::File(home.path().join("desk.db"));
        let fresh = crate::store::Fresh {
            now: crate::domain::time::Moment(0),
            uid: "0123456789abcdef".to_owned(),
            secret: vec![1; 32],
            analyser: 1,
            settings: Vec::new(),
        };
        let open = || crate::store::Store::open(&place, true, Some(&fresh)).map(drop).map_err(|e| e.to_string());
        for made in [false, true] {
            for (number, name) in [(0x6969, "NFS"), (0xFE53_4D42, "SMB"), (0x00C3_6400, "Ceph")] {
                PRETENDED.set(Some(number));
                let no = open().unwrap_err();
                assert!(no.contains(name) && no.contains("network disk"), "{no}");
                assert_eq!(
                    std::fs::read_dir(home.path()).unwrap().count(),
                    usize::from(made),
                    "nothing is left behind"
                );
                assert!(file_system(home.path()).unwrap().what.contains(name));
            }
            for number in [0xEF53, 0x6573_5546, 0x0102_1997] {
                PRETENDED.set(Some(number));
                open().unwrap();
            }
        }
        PRETENDED.set(None);
    }

    #[test]
    fn a_file_that_others_may_read_is_found_and_a_team_folder_is_not() {
        let home = tempfile::tempdir().unwrap();
        let desk = file(home.path(), "desk.db", 0o644);
        let found = rights(&desk, home.path());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].cure, Some(Cure::Rights(desk.clone(), 0o600)));
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o2770)).unwrap();
        file(home.path(), "desk.db", 0o660);
        assert_eq!(rights(&desk, home.path()), []);
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        file(home.path(), "desk.db", 0o600);
        assert_eq!(rights(&desk, home.path())[0].cure, Some(Cure::Rights(home.path().to_owned(), 0o755)));
    }

    #[test]
    fn a_folder_that_a_service_copies_is_named_and_one_that_only_sounds_like_it_is_not() {
        let service =
            |path: &str| synchronised(Path::new(path)).map(|f| f.what.split(' ').next().unwrap_or_default().to_owned());
        assert_eq!(service("/home/ann/Dropbox/desk.db").as_deref(), Some("Dropbox"));
        assert_eq!(service("/home/ann/OneDrive - Acme/x/desk.db").as_deref(), Some("OneDrive"));
        assert_eq!(service("/home/аня/Яндекс.Диск/desk.db").as_deref(), Some("Yandex"));
        assert_eq!(service("/home/ann/dropbox-import/desk.db"), None);
        assert_eq!(service("/home/ann/dropbox"), None);
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".stfolder")).unwrap();
        assert_eq!(service(home.path().join("a/desk.db").to_str().unwrap()).as_deref(), Some("Syncthing"));
    }

    #[test]
    fn a_conflicted_copy_beside_the_desk_is_found() {
        let home = tempfile::tempdir().unwrap();
        let desk = file(home.path(), "desk.db", 0o600);
        file(home.path(), "desk (Ann's conflicted copy 2026-11-20).db", 0o600);
        file(home.path(), "desk.sync-conflict-20261120-120000-ABC.db", 0o600);
        file(home.path(), "other (conflicted copy).db", 0o600);
        assert_eq!(conflicted(&desk, home.path()).len(), 2);
    }

    #[test]
    fn a_copy_that_nobody_finished_is_found_and_one_in_the_making_is_not() {
        let home = tempfile::tempdir().unwrap();
        let desk = file(home.path(), "desk.db", 0o600);
        let now = std::fs::metadata(&desk).unwrap().modified().unwrap();
        let hour = now - (ABANDONED + Duration::from_secs(60));
        for name in [".desk-backup.a1B2c3", ".desk-restore.a1B2c3", ".desk.db.new.7.ab", ".desk-other", "desk-backup.x"]
        {
            let draft = std::fs::File::options().append(true).open(file(home.path(), name, 0o600)).unwrap();
            draft.set_modified(hour).unwrap();
        }
        file(home.path(), ".desk-backup.d4E5f6", 0o600);
        assert_eq!(left_over(&desk, home.path()).len(), 3);
    }

    #[test]
    fn settings_that_others_may_write_are_found() {
        let home = tempfile::tempdir().unwrap();
        for (mode, cure) in [(0o600, None), (0o644, None), (0o666, Some(0o644)), (0o602, Some(0o600))] {
            let own = file(home.path(), "config.toml", mode);
            let found = own_settings(&own).and_then(|f| f.cure);
            assert_eq!(found, cure.map(|should| Cure::Rights(own, should)), "{mode:o}");
        }
        assert_eq!(own_settings(&home.path().join("absent")), None);
    }

    #[test]
    fn the_library_of_this_program_is_new_enough() {
        assert_eq!(old_library(super::super::health::library_version()), None);
        assert!(old_library("3.40.1").is_some() && old_library("3.51.2").is_some() && old_library("4.0.0").is_none());
    }
}
