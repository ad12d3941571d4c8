//! Which tickets belong together: what several views and several heights agree on.

#![expect(
    clippy::float_arithmetic,
    reason = "likeness is a share; every sum runs in the order of the tickets' numbers"
)]

use super::likeness::{Features, View};
use super::linkage::Tree;
use super::matrix::{Matrix, real};

/// The views: one of letters, one of turns of phrase, and between them words with and without common ones and meanings.
const VIEWS: [View; 6] = [
    View { common: 0.0, pair: 0.2, gram: 0.6, concept: 0.0 },
    View { common: 0.2, pair: 0.4, gram: 0.3, concept: 0.0 },
    View { common: 0.2, pair: 0.4, gram: 0.3, concept: 0.4 },
    View { common: 0.2, pair: 0.4, gram: 0.3, concept: 0.8 },
    View { common: 0.6, pair: 0.4, gram: 0.3, concept: 0.0 },
    View { common: 0.6, pair: 0.5, gram: 0.1, concept: 0.0 },
];
/// The likeness of neighbourhoods counts alone, and so much beside that of the tickets themselves; heights are lower there.
const NEIGHBOURS: f32 = 0.6;
const LOWER: f32 = 0.72;
/// The heights at which trees are cut, where tickets are as much alike as [`USUAL`].
const HEIGHTS: [f32; 6] = [0.30, 0.35, 0.40, 0.45, 0.50, 0.55];
/// How much two tickets that have anything in common are usually alike. Long texts are more so, and cut higher.
const USUAL: f32 = 0.16;
/// Groups stay together while on average so large a share of the cuts has their tickets together.
const AGREED: f32 = 0.45;
/// As large shares where a topic is to be parted.
const FINER: [f32; 6] = [0.2, AGREED, 0.6, 0.75, 0.9, 0.98];

/// The groups among the tickets, of any size, each in order.
pub(super) fn groups(features: &Features, tickets: usize) -> Vec<Vec<usize>> {
    let (tree, cuts) = agreement(features, tickets);
    tree.cut(AGREED * cuts)
}

/// The same where more and more of the cuts must agree.
pub(super) fn finer(features: &Features, tickets: usize) -> Vec<Vec<Vec<usize>>> {
    let (tree, cuts) = agreement(features, tickets);
    FINER.iter().map(|agreed| tree.cut(agreed * cuts)).collect()
}

/// The tree of how often two tickets are together, and how many cuts there were.
fn agreement(features: &Features, tickets: usize) -> (Tree, f32) {
    let (mut votes, mut cuts) = (Matrix::new(tickets), 0.0);
    let in_common = features.in_common();
    // A view takes the place of the one before: new memory costs more than what is reckoned in it.
    let (mut own, mut neighbours) = (Matrix::new(tickets), Matrix::new(tickets));
    for view in &VIEWS {
        in_common.likeness(view, &mut own);
        neighbours.second_order(&own);
        own.mix(NEIGHBOURS, &neighbours);
        for (likeness, factor) in [(&mut own, LOWER), (&mut neighbours, 1.0)] {
            let usual = usual(likeness);
            let heights = HEIGHTS.map(|height| adapted(height * factor, USUAL * factor, usual));
            vote(&mut votes, &Tree::of(likeness), &heights);
            cuts += real(heights.len());
        }
    }
    votes.symmetric();
    (Tree::of(&mut votes), cuts)
}

/// Counts at how many heights who is together with whom, on one side of the diagonal or the other.
fn vote(votes: &mut Matrix, tree: &Tree, heights: &[f32]) {
    tree.pairs(|together, one, other| {
        let count = real(heights.iter().filter(|height| together > **height).count());
        if count > 0.0 {
            for &a in one {
                let row = votes.row_mut(a);
                other.iter().for_each(|b| row.get_mut(*b).into_iter().for_each(|votes| *votes += count));
            }
        }
    });
}

/// How much two tickets that have anything in common are alike on average.
fn usual(likeness: &Matrix) -> f32 {
    let (mut sum, mut pairs) = (0.0_f32, 0.0_f32);
    for (at, row) in likeness.rows().enumerate() {
        for cell in row.iter().skip(at + 1).filter(|cell| **cell > 0.0) {
            sum += cell;
            pairs += 1.0;
        }
    }
    sum / pairs.max(1.0)
}

/// Half way from a height to where it stands between `usual` and 1 as it stood between `expected` and 1.
fn adapted(height: f32, expected: f32, usual: f32) -> f32 {
    let moved = usual + (1.0 - usual) * (height - expected) / (1.0 - expected);
    (height + moved) / 2.0
}
