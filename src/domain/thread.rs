//! Which mails form a conversation: those that name each other in Message-ID, References and In-Reply-To, also through
//! the ids of mails that are absent. Subjects and senders decide nothing here.

use std::collections::HashMap;
use std::hash::Hash;

/// Conversations of an archive, found while its headers go by (union–find with path halving; Tarjan 1975).
///
/// ```
/// use frontdesk::domain::thread::Threads;
/// let mut t = Threads::default();
/// let question = t.add(Some("a"), &[]);
/// let other = t.add(Some("b"), &[]);
/// let answer = t.add(Some("c"), &["lost", "a"]);
/// let late = t.add(None, &["lost"]);
/// assert_eq!(t.conversation(question), t.conversation(answer));
/// assert_eq!(t.conversation(question), t.conversation(late));
/// assert_ne!(t.conversation(question), t.conversation(other));
/// ```
#[derive(Debug)]
pub struct Threads<Id> {
    nodes: HashMap<Id, usize>,
    parents: Vec<usize>,
}

impl<Id> Default for Threads<Id> {
    fn default() -> Threads<Id> {
        Threads { nodes: HashMap::new(), parents: Vec::new() }
    }
}

impl<Id: Hash + Eq + Copy> Threads<Id> {
    /// Takes a mail in: its own id, where it has one, and every id it names. Gives its node.
    pub fn add(&mut self, own: Option<Id>, named: &[Id]) -> usize {
        let node = match own {
            Some(id) => self.node(id),
            None => self.fresh(),
        };
        for id in named {
            let other = self.node(*id);
            self.join(node, other);
        }
        node
    }

    /// The conversation that a node belongs to: one node that stands for all of it.
    pub fn conversation(&mut self, node: usize) -> usize {
        let mut at = node;
        while let Some(&up) = self.parents.get(at)
            && up != at
        {
            let above = self.parents.get(up).copied().unwrap_or(up);
            if let Some(parent) = self.parents.get_mut(at) {
                *parent = above;
            }
            at = above;
        }
        at
    }

    /// Every id that was seen, with its node.
    pub fn ids(&self) -> impl Iterator<Item = (Id, usize)> {
        self.nodes.iter().map(|(id, node)| (*id, *node))
    }

    fn fresh(&mut self) -> usize {
        self.parents.push(self.parents.len());
        self.parents.len() - 1
    }

    fn node(&mut self, id: Id) -> usize {
        if let Some(&node) = self.nodes.get(&id) {
            return node;
        }
        let node = self.fresh();
        self.nodes.insert(id, node);
        node
    }

    /// The older node stands for both, so the answer does not depend on luck.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.conversation(a), self.conversation(b));
        let (older, younger) = (a.min(b), a.max(b));
        if let Some(parent) = self.parents.get_mut(younger) {
            *parent = older;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_order_of_mails_does_not_change_the_conversations(
            mails in proptest::collection::vec((0_u8..40, proptest::collection::vec(0_u8..40, 0..3)), 1..60),
            seed in 0_usize..1000,
        ) {
            let group = |order: &[usize]| {
                let mut t = Threads::default();
                let nodes: HashMap<usize, usize> = order.iter().map(|&i| (i, t.add(Some(mails[i].0), &mails[i].1))).collect();
                let mut pairs = Vec::new();
                for i in 0..mails.len() {
                    for j in 0..i {
                        pairs.push(t.conversation(nodes[&i]) == t.conversation(nodes[&j]));
                    }
                }
                pairs
            };
            let forward: Vec<usize> = (0..mails.len()).collect();
            let mut other = forward.clone();
            other.rotate_left(seed % mails.len());
            other.reverse();
            prop_assert_eq!(group(&forward), group(&other));
        }
    }
}
