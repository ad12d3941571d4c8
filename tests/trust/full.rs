//! A disk that fills up and gets room again, a file that may not grow, an output that takes nothing.

use crate::deeds::{DEEDS, named};
use crate::judge::{Reached, Scene};
use crate::stage::{Fault, Said, Stage, exe, finish};
use crate::{Outcome, Plan};
use std::collections::BTreeSet;
use std::fs::File;
use std::process::Command;

/// What is tried on a small disk, and what was seen.
type Part = fn(&Stage, &Mounted) -> Result<String, Fault>;

/// A small disk is filled; a limit lets no file grow.
pub fn full(plan: &Plan) -> Outcome {
    let mut outcome = limits(plan);
    let stage = plan.stage("disk");
    match Mounted::new(&stage) {
        None => outcome.seen.push_str("; a disk of 1 MB is left out: nothing may be mounted here"),
        Some(disk) => {
            let parts: [(&str, Part); 2] = [("a disk of 1 MB", filled), ("a large file on a full disk", attached)];
            for (name, part) in parts {
                match part(&stage, &disk) {
                    Ok(seen) => {
                        plan.tell(name, &seen);
                        outcome.seen = format!("{seen}; {}", outcome.seen);
                        outcome.tried += 1;
                    }
                    Err(fault) => plan.fault(&stage, name, &fault),
                }
            }
        }
    }
    outcome
}

/// A ticket with a file of 300 kB, on a disk that is full: it can be read and taken out to where there is room; where there
/// is none it is said, and no half of it is left.
fn attached(stage: &Stage, disk: &Mounted) -> Result<String, Fault> {
    const HERE: &str = "--desk disk/desk.db";
    let file: String = (0..300_000_u32)
        .map(|n| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0] % 26))
        .collect();
    let mail = format!(
        "From: ann@x.test\nTo: support@acme.test\nMessage-ID: <1@x.test>\nSubject: Large\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the file.\n--b\nContent-Type: text/plain\n\
         Content-Disposition: attachment; filename=large.txt\n\n{file}\n--b--\n"
    );
    std::fs::write(stage.path("large.eml"), mail).map_err(|e| e.to_string())?;
    disk.remount("size=40000k")?;
    stage.done(&format!("{HERE} import large.eml --own support@acme.test"))?;
    stage.done(&format!("{HERE} open Small -f ann@x.test"))?;
    let ballast = stage.path("disk/ballast");
    let fill = || -> std::io::Result<()> {
        let mut out = File::create(&ballast)?;
        loop {
            std::io::Write::write_all(&mut out, &[7; 4096])?;
        }
    };
    let why = fill().err().map(|e| e.kind());
    if why != Some(std::io::ErrorKind::StorageFull) {
        return Err(format!("the disk does not fill up: {why:?}"));
    }
    let list = stage.json(&format!("{HERE} ls status:all"))?;
    let number =
        list.as_array().into_iter().flatten().find(|t| t["subject"] == "Large").map(|t| t["number"].to_string());
    let number = number.ok_or("the large mail made no ticket")?;
    stage.done(&format!("{HERE} show {number}"))?;
    names_the_disk(&stage.run(&format!("{HERE} attachment save {number} 1 -o disk/large.txt")))?;
    names_the_disk(&stage.run(&format!("{HERE} export --format ndjson -o disk/all.ndjson")))?;
    names_the_disk(&stage.run(&format!("{HERE} backup disk/copy.db")))?;
    names_the_disk(&stage.run(&format!("{HERE} note {number} '{}'", "more words ".repeat(2_000))))?;
    let mut left: Vec<String> = std::fs::read_dir(stage.path("disk"))
        .map_err(|e| e.to_string())?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with("desk.db") && name != "ballast")
        .collect();
    if let Some(half) = left.pop() {
        return Err(format!("half a file is left: {half}"));
    }
    stage.done(&format!("{HERE} attachment save {number} 1 -o large.txt"))?;
    let saved = std::fs::read_to_string(stage.path("large.txt")).map_err(|e| e.to_string())?;
    if saved.trim_end() != file {
        return Err(format!("{} bytes came out instead of {}", saved.len(), file.len()));
    }
    std::fs::remove_file(&ballast).map_err(|e| e.to_string())?;
    for line in [
        format!("attachment save {number} 1 -o disk/large.txt"),
        format!("note {number} seen"),
        "doctor --deep".to_owned(),
    ] {
        stage.done(&format!("{HERE} {line}"))?;
    }
    Ok("a file of 300 kB comes out of a full disk".to_owned())
}

/// A small disk in the folder `disk` of a stage.
pub struct Mounted(std::path::PathBuf);

impl Mounted {
    /// None where nothing may be mounted.
    pub fn new(stage: &Stage) -> Option<Mounted> {
        let folder = stage.path("disk");
        std::fs::create_dir_all(&folder).ok()?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1000k,mode=700", "trust"]).arg(&folder);
        (finish(&mut quiet(mount)).exit == Some(0)).then_some(Mounted(folder))
    }

    /// Makes it larger, or for reading only.
    pub fn remount(&self, option: &str) -> Result<(), Fault> {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{option}")]).arg(&self.0);
        let said = finish(&mut quiet(mount));
        if said.exit == Some(0) { Ok(()) } else { Err(format!("mount: {said}")) }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let mut unmount = Command::new("umount");
        unmount.arg(&self.0);
        finish(&mut quiet(unmount));
    }
}

fn quiet(mut command: Command) -> Command {
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    command
}

/// Writes until nothing goes in any more, makes room and goes on.
fn filled(stage: &Stage, disk: &Mounted) -> Result<String, Fault> {
    const HERE: &str = "--desk disk/desk.db";
    const IMPORT: &str = "--desk disk/desk.db import all.mbox --own support@acme.test";
    (named("import").furnish)(stage, 1_200);
    // Each goes in or does not: small ones still do where a large one does not.
    let (mut acknowledged, mut refused) = (0_usize, 0);
    while refused < 20 && acknowledged < 5_000 {
        let said = stage.run(&format!("{HERE} open 'Number {acknowledged}' -m '{}'", "more words ".repeat(400)));
        if said.exit == Some(0) {
            acknowledged += 1;
        } else {
            refused += 1;
            names_the_disk(&said)?;
        }
    }
    names_the_disk(&stage.run(IMPORT))?;
    let readable = || -> Result<(), Fault> {
        let count = stage.done(&format!("{HERE} ls --count"))?;
        if count.trim() != acknowledged.to_string() {
            return Err(format!("{acknowledged} tickets were acknowledged, and {} are there", count.trim()));
        }
        stage.done(&format!("{HERE} doctor --deep")).map(drop)
    };
    readable()?;
    disk.remount("size=40000k")?;
    readable()?;
    stage.done(IMPORT)?;
    let again = stage.json(IMPORT)?;
    if (again["messages"].as_i64(), again["duplicates"].as_i64()) != (Some(0), Some(1_200)) {
        return Err(format!("the same again brings {again}"));
    }
    let list = stage.json(&format!("{HERE} ls status:all"))?;
    let subjects: Vec<String> = list.as_array().ok_or("no list")?.iter().map(|t| t["subject"].to_string()).collect();
    let once: BTreeSet<&String> = subjects.iter().collect();
    if (subjects.len(), once.len()) != (acknowledged + 400, acknowledged + 400) {
        return Err(format!("{} tickets, {} different, instead of {}", subjects.len(), once.len(), acknowledged + 400));
    }
    stage.done(&format!("{HERE} doctor --deep"))?;
    Ok(format!("{acknowledged} went in, {} told that the disk is full, 0 lost", refused + 1))
}

fn names_the_disk(said: &Said) -> Result<(), Fault> {
    let clear = said.exit == Some(1) && said.talk.contains("the disk") && said.talk.contains("hint: ");
    if clear { Ok(()) } else { Err(format!("the disk is not named: {said}")) }
}

/// No file may be longer than so many blocks.
fn limits(plan: &Plan) -> Outcome {
    let times = plan.pick(10, 100);
    let scene = Scene::new(named("import"), plan.stage("limit"), 150);
    let mut told = 0;
    for n in 0..times {
        // A new desk has about 1,100 blocks; beyond 1,500 the import has room.
        let blocks = n * 2_000 / times;
        scene.stage.thaw("before");
        let mut shell = scene.stage.program("/bin/sh");
        shell.args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "sh", exe()]);
        shell.args(scene.stage.command(&scene.steps[0]).get_args());
        let said = finish(&mut shell);
        told += usize::from(said.exit != Some(0));
        let in_words = if said.exit == Some(0) { Ok(()) } else { names_the_disk(&said) };
        let reached = Reached { acknowledged: usize::from(said.exit == Some(0)), begun: 1 };
        if let Err(fault) = in_words.and_then(|()| scene.judge(reached)) {
            plan.fault(&scene.stage, &format!("ulimit -f {blocks}; desk {}", scene.steps[0]), &fault);
        }
    }
    plan.tell("files that may not grow", &format!("{times} limits, {told} told"));
    Outcome { tried: times, seen: format!("{told} of {times} limits told"), left_out: None }
}

/// What was done is done once, and the exit says that it could not be told.
pub fn output(plan: &Plan) -> Outcome {
    let mut tried = 0;
    for deed in DEEDS {
        let scene = Scene::new(deed, plan.stage(&format!("out-{}", deed.name)), 60);
        for step in 0..scene.steps.len() {
            scene.stage.thaw("before");
            for line in &scene.steps[..step] {
                scene.stage.all(&[line]);
            }
            let mut command = scene.stage.command(&scene.steps[step]);
            command.stdout(File::options().write(true).open("/dev/full").expect("an output that takes nothing"));
            let said = finish(&mut command);
            let told = match said.exit {
                Some(1) if said.talk.contains("output") && !said.talk.contains("panicked") => Ok(()),
                _ => Err(format!("the output is not named: {said}")),
            };
            tried += 1;
            if let Err(fault) = told.and_then(|()| scene.judge(Reached { acknowledged: step + 1, begun: step + 1 })) {
                plan.fault(&scene.stage, &format!("desk {} > /dev/full", scene.steps[step]), &fault);
            }
        }
    }
    Outcome { tried, seen: "each done once, each exit says it".to_owned(), left_out: None }
}
