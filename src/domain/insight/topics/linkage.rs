//! Groups of what is alike: average linkage, cut at a height, and what many cuts agree on. Knows nothing of words.

#![expect(
    clippy::float_arithmetic,
    reason = "likeness is a share; every sum runs in the order of the tickets' numbers"
)]

use super::matrix::Matrix;

/// Two groups that became one: a member of either, and how alike the groups were on average.
#[derive(Debug, Clone, Copy)]
struct Merge {
    a: usize,
    b: usize,
    height: f32,
}

/// The tree of average linkage: which groups join, from the most alike on.
///
/// It is found by chains of nearest neighbours (Murtagh 1983): from a group to its nearest, to that one's nearest, until two are
/// nearest to each other. For averages that gives the same tree as always joining the nearest pair, in quadratic time.
#[derive(Debug)]
pub(super) struct Tree {
    leaves: usize,
    merges: Vec<Merge>,
}

impl Tree {
    /// The tree over `likeness`, which is symmetric and not negative, and is used up. What is like nothing stays alone.
    pub(super) fn of(likeness: &mut Matrix) -> Tree {
        let leaves = likeness.side();
        let mut growing = Growing { sums: likeness, shares: vec![1.0; leaves] };
        let mut merges = Vec::new();
        let mut chain: Vec<usize> = Vec::new();
        let mut first = 0;
        loop {
            let Some(&end) = chain.last() else {
                while growing.is_gone(first) && first < leaves {
                    first += 1;
                }
                if first == leaves {
                    break;
                }
                chain.push(first);
                continue;
            };
            let before = chain.len().checked_sub(2).and_then(|at| chain.get(at).copied());
            match growing.nearest(end, before) {
                None => {
                    growing.leave(end);
                    chain.pop();
                }
                Some((near, height)) if Some(near) == before => {
                    chain.truncate(chain.len() - 2);
                    let (a, b) = (end.min(near), end.max(near));
                    merges.push(Merge { a, b, height });
                    growing.join(a, b);
                }
                Some((near, _)) => chain.push(near),
            }
        }
        Tree { leaves, merges }
    }

    /// Calls `each` for every two groups that became one: how alike they were, and their leaves.
    pub(super) fn pairs(&self, mut each: impl FnMut(f32, &[usize], &[usize])) {
        let mut members: Vec<Vec<usize>> = (0..self.leaves).map(|leaf| vec![leaf]).collect();
        for merge in &self.merges {
            let joined = members.get_mut(merge.b).map(std::mem::take).unwrap_or_default();
            if let Some(group) = members.get_mut(merge.a) {
                each(merge.height, group, &joined);
                group.extend(joined);
            }
        }
    }

    /// The groups whose parts are alike by more than `height`, each in order, the first members in order.
    pub(super) fn cut(&self, height: f32) -> Vec<Vec<usize>> {
        let mut leader: Vec<usize> = (0..self.leaves).collect();
        for merge in self.merges.iter().filter(|merge| merge.height > height) {
            let (a, b) = (lead(&leader, merge.a), lead(&leader, merge.b));
            if let Some(low) = leader.get_mut(a.max(b)) {
                *low = a.min(b);
            }
        }
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); self.leaves];
        for leaf in 0..self.leaves {
            if let Some(group) = groups.get_mut(lead(&leader, leaf)) {
                group.push(leaf);
            }
        }
        groups.retain(|group| !group.is_empty());
        groups
    }
}

/// The first member of a leaf's group: leaders only point to smaller ones.
fn lead(leader: &[usize], mut leaf: usize) -> usize {
    while let Some(&above) = leader.get(leaf).filter(|above| **above != leaf) {
        leaf = above;
    }
    leaf
}

/// So many groups are looked at together.
const GLANCE: usize = 16;

/// The groups while the tree grows: sums of likeness between them, and one by their size (0 where a group went into another).
struct Growing<'a> {
    sums: &'a mut Matrix,
    shares: Vec<f32>,
}

impl Growing<'_> {
    fn share(&self, at: usize) -> f32 {
        self.shares.get(at).copied().unwrap_or(0.0)
    }

    fn is_gone(&self, at: usize) -> bool {
        self.share(at) == 0.0
    }

    /// The group most like `at` and how much; of equals `rather`, then the first. None where nothing is like it.
    fn nearest(&self, at: usize, rather: Option<usize>) -> Option<(usize, f32)> {
        let row = self.sums.row(at);
        let value = |other: usize| row.get(other).copied().unwrap_or(0.0) * self.share(other);
        let mut best = (rather.unwrap_or(at), rather.map_or(0.0, value));
        let mut look = |first: usize, sums: &[f32], shares: &[f32]| {
            for (other, (sum, share)) in (first..).zip(sums.iter().zip(shares)) {
                if sum * share > best.1 && other != at {
                    best = (other, sum * share);
                }
            }
            best.1
        };
        // Nearly always none of several is nearer, which is seen at one glance.
        let ((many, rest), (shares, last)) = (row.as_chunks::<GLANCE>(), self.shares.as_chunks::<GLANCE>());
        let mut nearest = rather.map_or(0.0, value);
        for (first, (sums, shares)) in (0..).step_by(GLANCE).zip(many.iter().zip(shares)) {
            if sums.iter().zip(shares).fold(false, |nearer, (sum, share)| nearer | (sum * share > nearest)) {
                nearest = look(first, sums, shares);
            }
        }
        look(row.len() - rest.len(), rest, last);
        (best.1 > 0.0).then(|| (best.0, best.1 * self.share(at)))
    }

    fn leave(&mut self, at: usize) {
        if let Some(share) = self.shares.get_mut(at) {
            *share = 0.0;
        }
    }

    /// `b` goes into `a`.
    fn join(&mut self, a: usize, b: usize) {
        let size = 1.0 / self.share(a) + 1.0 / self.share(b);
        if let Some(share) = self.shares.get_mut(a) {
            *share = 1.0 / size;
        }
        self.leave(b);
        let added = self.sums.row(b).to_vec();
        self.sums.row_mut(a).iter_mut().zip(&added).for_each(|(sum, more)| *sum += more);
        // The sums are symmetric: what was added along the row is added down the column, where anybody will look at it.
        let there = self.shares.iter().map(|share| *share > 0.0);
        for ((row, more), _) in self.sums.rows_mut().zip(&added).zip(there).filter(|(_, there)| *there) {
            if let Some(sum) = row.get_mut(a) {
                *sum += more;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matrix(side: usize, cells: &[f32]) -> Matrix {
        let mut all = Matrix::new(side);
        let mut next = cells.iter().cycle();
        for a in 0..side {
            for b in 0..a {
                let cell = *next.next().unwrap();
                all.row_mut(a)[b] = cell;
                all.row_mut(b)[a] = cell;
            }
        }
        all
    }

    #[test]
    fn the_most_alike_meet_first_and_groups_meet_by_their_average() {
        let tree = Tree::of(&mut matrix(4, &[0.9, 0.2, 0.4, 0.0, 0.0, 0.8]));
        assert_eq!(tree.cut(0.5), [vec![0, 1], vec![2, 3]]);
        assert_eq!(tree.cut(0.16), [vec![0, 1], vec![2, 3]], "0.15 on average");
        assert_eq!(tree.cut(0.14), [vec![0, 1, 2, 3]]);
        assert_eq!(tree.cut(0.85), [vec![0, 1], vec![2], vec![3]]);
    }

    #[test]
    fn what_is_like_nothing_stays_alone() {
        assert_eq!(Tree::of(&mut Matrix::new(3)).cut(0.0), [[0], [1], [2]]);
        assert!(Tree::of(&mut Matrix::new(0)).cut(0.0).is_empty());
    }

    proptest! {
        #[test]
        fn every_leaf_is_in_one_group_at_every_height(side in 0_usize..12, cells in proptest::collection::vec(0_f32..1.0, 66), height in 0_f32..1.0) {
            let tree = Tree::of(&mut matrix(side, &cells));
            let mut all: Vec<usize> = tree.cut(height).concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..side).collect::<Vec<_>>());
        }
    }
}
