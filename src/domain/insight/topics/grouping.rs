//! Which tickets belong together: what several views and several heights agree on.

#![expect(
    clippy::float_arithmetic,
    reason = "likeness is a share; every sum runs in the order of the tickets' numbers"
)]

use super::likeness::{Features, View};
use super::linkage::Tree;
use super::matrix::Matrix;

/// The views: rather letters, rather words and meanings, rather turns of phrase.
const VIEWS: [View; 3] = [
    View { common: 0.0, pair: 0.2, gram: 0.6, concept: 0.0 },
    View { common: 0.2, pair: 0.4, gram: 0.3, concept: 0.4 },
    View { common: 0.6, pair: 0.5, gram: 0.1, concept: 0.0 },
];
/// How much the likeness of neighbourhoods counts beside that of the tickets themselves, and what that does to heights.
const MIXTURES: [(f32, f32); 2] = [(1.0, 1.0), (0.6, 0.72)];
/// The heights at which trees are cut.
const HEIGHTS: [f32; 6] = [0.30, 0.35, 0.40, 0.45, 0.50, 0.55];
/// Groups stay together while on average so large a share of the cuts has their tickets together.
const AGREED: f32 = 0.45;

/// The groups among the tickets, of any size, each in order.
pub(super) fn groups(features: &Features, tickets: usize) -> Vec<Vec<usize>> {
    let mut votes = Matrix::new(tickets);
    let mut cuts = 0.0;
    for view in &VIEWS {
        let own = features.likeness(view);
        let neighbours = own.second_order();
        for (share, factor) in MIXTURES {
            let tree = Tree::of(neighbours.mixed(share, &own));
            for height in HEIGHTS {
                vote(&mut votes, &tree.cut(height * factor));
                cuts += 1.0;
            }
        }
    }
    Tree::of(votes).cut(AGREED * cuts)
}

/// Counts who is together with whom.
fn vote(votes: &mut Matrix, groups: &[Vec<usize>]) {
    for group in groups.iter().filter(|group| group.len() > 1) {
        for &member in group {
            let row = votes.row_mut(member);
            for &other in group {
                if let Some(count) = row.get_mut(other) {
                    *count += 1.0;
                }
            }
        }
    }
}
