//! Power cuts: what a command writes is recorded, and played up to a random point on a disk that loses, mixes up or tears what was
//! not synced.

mod disk;
mod trace;

use crate::deeds::named;
use crate::judge::{Reached, Scene};
use crate::stage::Dice;
use crate::{Outcome, Plan};
use disk::{Disk, Loss};
use std::collections::HashSet;
use std::fs;
use trace::{Call, record};

pub use trace::is_there as strace_is_there;

/// The short run has the first ones.
const DEEDS: &[&str] = &[
    "open",
    "post",
    "log",
    "close",
    "import",
    "undo",
    "invoice",
    "backup",
    "restore",
    "moved",
    "export",
    "table",
    "fetch",
    "spool",
    "timer",
    "erase",
    "change",
    "edition-1",
    "edition-2",
    "edition-3",
];

/// Cuts the power of every deed at so many points.
pub fn power(plan: &Plan) -> Outcome {
    if !trace::is_there() {
        return plan.leave_out("power cuts are left out: strace cannot be run here");
    }
    let points = plan.pick(100, 2_000);
    let (mut tried, mut acknowledged) = (0, 0);
    for name in DEEDS[..plan.pick(11, DEEDS.len())].iter().filter(|name| plan.tries(name)) {
        let scene = Scene::new(named(name), plan.stage(name), 40);
        let (calls, ends) = match record(&scene) {
            Ok(recorded) => recorded,
            Err(fault) => {
                plan.fault(&scene.stage, name, &fault);
                continue;
            }
        };
        scene.stage.thaw("before");
        let before = Disk::of(&scene.stage.play);
        let mut dice = plan.dice(name);
        let (mut sum, mut seen) = (0, HashSet::new());
        for n in 0..points {
            let upto = point(&calls, &mut dice, n);
            let played = &calls[..upto];
            let loss = Loss::ALL[n % Loss::ALL.len()];
            let mut disk = before.clone();
            disk.play(played);
            let left = played.iter().filter(|call| matches!(call, Call::Left)).count();
            let said = played.iter().filter(|call| matches!(call, Call::Said)).count();
            // A command that changes nothing more has been begun, too, when the one before it was over.
            let begun = ends.iter().filter(|end| **end <= upto).count() + 1;
            let reached = Reached { acknowledged: said.min(scene.steps.len()), begun: begun.min(scene.steps.len()) };
            sum += reached.acknowledged;
            let disk = disk.cut(loss, &mut dice);
            // The same disk after the same commands is not looked at twice.
            if !seen.insert((disk.mark(), left, reached.acknowledged, reached.begun)) {
                continue;
            }
            scene.stage.thaw("before");
            disk.write(&scene.stage.play);
            (0..left).for_each(|n| fs::write(scene.stage.path(&format!("sent/{n}")), "").expect("a mail that left"));
            if let Err(fault) = scene.judge(reached) {
                let point = format!("{name}, point {n}: cut after {upto} of {} calls, {loss:?}", calls.len());
                plan.fault(&scene.stage, &point, &fault);
            }
        }
        let syncs = calls.iter().filter(|call| matches!(call, Call::Sync(_))).count();
        let (calls, disks) = (calls.len(), seen.len());
        plan.tell(
            name,
            &format!("{points} points in {calls} calls with {syncs} syncs: {disks} disks, {sum} acknowledged"),
        );
        (tried, acknowledged) = (tried + points, acknowledged + sum);
    }
    Outcome { tried, seen: format!("0 corrupt, {acknowledged} acknowledged, all there"), left_out: None }
}

/// Anywhere; every third time just before or behind a sync or an acknowledgement; at first behind everything.
fn point(calls: &[Call], dice: &mut Dice, n: usize) -> usize {
    let mut below = |end: usize| usize::try_from(dice.below(end as u64)).unwrap_or(0);
    if n < Loss::ALL.len() {
        return calls.len();
    }
    if !n.is_multiple_of(3) {
        return below(calls.len() + 1);
    }
    let is_edge = |call: &Call| matches!(call, Call::Sync(_) | Call::SyncFolder | Call::Said);
    let edges: Vec<usize> = calls.iter().enumerate().filter(|(_, call)| is_edge(call)).map(|(at, _)| at).collect();
    edges.get(below(edges.len())).map_or(calls.len(), |at| at + below(2))
}
