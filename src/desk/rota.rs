//! The rota of the desk and the terms of its plans, as they are set; and what of a ticket is outside the plan of its client. The
//! rules are in `domain::rota` and `domain::plan`.

use super::Desk;
use crate::domain::listed::Listed;
use crate::domain::plan::Plan;
use crate::domain::rota::Rota;
use crate::domain::time::Date;
use crate::error::Result;
use crate::settings;
use crate::store::Reader;

impl Desk {
    /// The rota; who has left the team has duty no more.
    ///
    /// # Errors
    /// Where the desk cannot be read, or a newer version has set what this one does not understand.
    pub fn rota(&mut self) -> Result<Rota> {
        let set = self.setting("rota")?;
        if set.is_null() {
            return Ok(Rota::default());
        }
        self.read(|r| rota_of(r, &set))
    }

    /// Who has duty on a day, in their order: those whose turn it is and who are there, else who stands in. Nobody where no rota
    /// is set, or the day has no duty.
    ///
    /// # Errors
    /// As [`Desk::rota`].
    pub fn on_duty(&mut self, day: Date) -> Result<Vec<String>> {
        Ok(self.rota()?.duty(day).on)
    }

    /// The terms of every plan that is set.
    ///
    /// # Errors
    /// Where a newer version has set what this one does not understand.
    pub fn plans(&mut self) -> Result<Vec<Plan>> {
        let set = self.setting("plan")?;
        settings::plan::plans(&set)
    }

    /// Fills in what of each ticket of a page is outside the plan of its client.
    ///
    /// # Errors
    /// As [`Desk::plans`].
    pub fn mark_outside(&mut self, rows: &mut [Listed]) -> Result<()> {
        if rows.iter().all(|row| row.plan.is_none()) {
            return Ok(());
        }
        let plans = self.plans()?;
        for row in rows {
            row.outside = outside(&plans, row);
        }
        Ok(())
    }
}

/// The rota that a setting makes, with who has left the team.
pub fn rota_of(r: &mut Reader<'_>, set: &serde_json::Value) -> Result<Rota> {
    let mut rota = settings::rota::rota(set)?;
    rota.left = r.agents()?.into_iter().filter(|agent| !agent.active).map(|agent| agent.name).collect();
    Ok(rota)
}

/// What of a ticket is outside the plan of its client: `channel phone`.
fn outside(plans: &[Plan], row: &Listed) -> Option<String> {
    let plan = plans.iter().find(|plan| Some(&plan.name) == row.plan.as_ref())?;
    plan.outside(&row.ticket.channel, row.assignee.as_deref())
}
