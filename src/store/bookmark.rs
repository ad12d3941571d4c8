//! Bookmarks: how far an agent has read. No operation, nobody's fact, so nothing that history or undo would show. What is told
//! once is looked up and marked as told in one write.

use super::{Reader, Store, Tx, raw, sql, vals};
use crate::error::Result;

/// Bookmarks as they were before they moved; none: there was none.
pub type Before = Vec<(String, Option<i64>)>;

/// A short mark for the words of a question. What somebody asked for may name a person, so bookmarks do not hold it.
#[must_use]
pub fn mark_of(question: &str) -> String {
    raw::sha256(question.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

impl Store {
    /// Moves an agent's bookmarks.
    pub fn bookmark(&mut self, agent: &str, marks: &[(&str, i64)]) -> Result<()> {
        self.marking(agent, |r, id| marks.iter().try_for_each(|(name, place)| r.put(id, name, *place)))
    }

    /// What is told to an agent once. `look` is given his id and finds what is new to him, with the bookmarks that say that he
    /// was told of it. Nobody writes between the looking and the moving: of two who ask at once, one is told. Gives the
    /// bookmarks as they were, too, for [`Store::unclaim`].
    pub fn claim<T>(
        &mut self,
        agent: &str,
        look: impl FnOnce(&mut Reader<'_>, i64) -> Result<(T, Vec<(String, i64)>)>,
    ) -> Result<(T, Before)> {
        self.marking(agent, |r, id| {
            let (found, marks) = look(r, id)?;
            let mut before = Vec::with_capacity(marks.len());
            for (name, place) in marks {
                let was = r.bookmark(id, &name)?;
                r.put(id, &name, place)?;
                before.push((name, was));
            }
            Ok((found, before))
        })
    }

    /// Puts bookmarks back: what was found did not reach whoever asked, so he is told next time.
    pub fn unclaim(&mut self, agent: &str, before: &[(String, Option<i64>)]) -> Result<()> {
        self.marking(agent, |r, id| {
            // One may have moved twice.
            before.iter().rev().try_for_each(|(name, was)| match was {
                Some(place) => r.put(id, name, *place),
                None => r.engine.run(sql::BOOKMARK_DROP, vals![id, name]).map(drop),
            })
        })
    }

    /// Works on the bookmarks of an agent, who is known from then on, while nobody else writes.
    fn marking<T>(&mut self, agent: &str, work: impl FnOnce(&mut Reader<'_>, i64) -> Result<T>) -> Result<T> {
        self.engine.begin_write()?;
        let done = (|| {
            let mut reader = Reader { engine: &mut self.engine };
            reader.hold_the_door()?;
            let id = match reader.agent_named(agent)? {
                Some(known) => known.id,
                None => {
                    let id = reader.number(sql::NEXT_ID, vals![1_i64])?;
                    let nothing = Option::<&str>::None;
                    reader.engine.run(sql::AGENT_ADD, vals![id, agent, &agent.to_lowercase(), nothing, true])?;
                    id
                }
            };
            work(&mut reader, id)
        })();
        self.end(done.is_ok()).and(done)
    }
}

impl Reader<'_> {
    /// A bookmark of an agent: how far he has read the news, up to where he has seen a ticket. What is nobody's is of agent 0.
    pub fn bookmark(&mut self, agent: i64, name: &str) -> Result<Option<i64>> {
        self.first(sql::BOOKMARK_GET, vals![agent, name], |r| r.int(0))
    }

    fn put(&mut self, agent: i64, name: &str, place: i64) -> Result<()> {
        self.engine.run(sql::BOOKMARK_PUT, vals![agent, name, place]).map(drop)
    }
}

impl Tx<'_> {
    /// Moves a bookmark together with what is written here.
    pub fn put_bookmark(&mut self, agent: i64, name: &str, place: i64) -> Result<()> {
        self.run(sql::BOOKMARK_PUT, vals![agent, name, place]).map(drop)
    }
}
