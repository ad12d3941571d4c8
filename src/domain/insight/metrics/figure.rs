//! The figures that can be asked about, by name.

/// A figure that can be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Tickets opened.
    Opened,
    /// Tickets closed.
    Closed,
    /// Tickets reopened.
    Reopened,
    /// Tickets not closed at the end.
    Backlog,
    /// First message → first reply.
    FirstResponse,
    /// Oldest unanswered message → next reply.
    NextResponse,
    /// Opened → first close.
    FirstResolution,
    /// Opened → last close.
    FullResolution,
    /// New, open and hold.
    RequesterWait,
    /// New and open.
    AgentWork,
    /// Closed with one reply.
    OneTouch,
    /// Closed and reopened.
    Reopen,
    /// Promises kept.
    Sla,
    /// Ratings of 4 and 5.
    Csat,
    /// Would they recommend us.
    Nps,
}

impl Figure {
    /// Every figure, in the order in which they are told.
    pub const ALL: &'static [Figure] = &[
        Figure::Opened,
        Figure::Closed,
        Figure::Reopened,
        Figure::Backlog,
        Figure::FirstResponse,
        Figure::NextResponse,
        Figure::FirstResolution,
        Figure::FullResolution,
        Figure::RequesterWait,
        Figure::AgentWork,
        Figure::OneTouch,
        Figure::Reopen,
        Figure::Sla,
        Figure::Csat,
        Figure::Nps,
    ];

    /// Its key in the data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Figure::Opened => "opened",
            Figure::Closed => "closed",
            Figure::Reopened => "reopened",
            Figure::Backlog => "backlog",
            Figure::FirstResponse => "first_response",
            Figure::NextResponse => "next_response",
            Figure::FirstResolution => "first_resolution",
            Figure::FullResolution => "full_resolution",
            Figure::RequesterWait => "requester_wait",
            Figure::AgentWork => "agent_work",
            Figure::OneTouch => "one_touch_percent",
            Figure::Reopen => "reopen_percent",
            Figure::Sla => "sla",
            Figure::Csat => "csat",
            Figure::Nps => "nps",
        }
    }

    /// The figure that a word names: its key, with `-` for `_` and without `_percent`, too.
    ///
    /// ```
    /// use frontdesk::domain::insight::metrics::figure::Figure;
    /// assert_eq!(Figure::of("First-Response"), Some(Figure::FirstResponse));
    /// assert_eq!(Figure::of("one_touch"), Some(Figure::OneTouch));
    /// assert_eq!(Figure::of("42"), None);
    /// ```
    #[must_use]
    pub fn of(word: &str) -> Option<Figure> {
        let said = word.to_lowercase().replace('-', "_");
        let bare = |word: &str| word.strip_suffix("_percent").unwrap_or(word).to_owned();
        Figure::ALL.iter().copied().find(|f| f.word() == said || bare(f.word()) == said)
    }
}
