//! The working calendars of the desk.

use super::Desk;
use crate::domain::calendar::Calendar;
use crate::error::{Error, Result};
use crate::settings::calendar;

/// What the calendar is called that holds where none is set.
const ALWAYS: &str = "24x7";

impl Desk {
    /// The calendar of this name, and without one that of the desk: what `default_calendar` names, what is called `default`,
    /// or the only one; round the clock where none is set.
    ///
    /// # Errors
    /// Where there is none of that name, or several of which none is the desk's.
    pub fn calendar(&mut self, name: Option<&str>) -> Result<Calendar> {
        let set = self.setting("calendar")?;
        let default = self.setting("default_calendar")?;
        let zone = self.zone()?;
        let chosen = match name {
            Some(ALWAYS) if set.get(ALWAYS).is_none() => None,
            Some(name) => Some(name),
            None => calendar::chosen(&set, default.as_str())?,
        };
        match chosen {
            Some(name) => calendar::calendar(&set, name, &zone, &|name| self.host.zone(name)),
            None => Calendar::always(zone).ok_or_else(|| Error::bug("round the clock has no working time")),
        }
    }
}
