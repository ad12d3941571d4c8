//! The `.ics` files that calendars name: read when they are set, and kept as days.

use crate::desk::Desk;
use crate::error::{Error, Kind, Result};
use crate::formats::ics;
use crate::settings::{self, mail::at_home};
use serde_json::Value;
use std::io::Read;
use std::path::Path;

/// The settings with the days of the files that their calendars name. A path that does not begin at the root is below
/// `folder`.
pub(super) fn read_in(desk: &Desk, mut wanted: Vec<(String, Value)>, folder: &Path) -> Result<Vec<(String, Value)>> {
    for (key, value) in wanted.iter_mut().filter(|(key, _)| key == "calendar") {
        for (name, section) in value.as_object_mut().into_iter().flatten() {
            if let Some(file) = section.get("ics").and_then(Value::as_str).map(str::to_owned) {
                let days = days(desk, &file, folder).map_err(|e| e.doing(format!("calendar.{name}.ics")))?;
                section["ics"] = days;
            }
        }
        *value = settings::check(key, value.take(), &|zone| desk.host.zone(zone).is_some())?;
    }
    Ok(wanted)
}

/// A value typed for a key: that of `calendar.NAME.ics` is a file, and becomes its days.
pub(super) fn typed(desk: &Desk, key: &str, value: Option<&str>) -> Result<Option<String>> {
    let is_file = |text: &str| !text.trim_start().starts_with('[') && !text.trim().is_empty();
    match value.filter(|text| key.starts_with("calendar.") && key.ends_with(".ics") && is_file(text)) {
        Some(file) => {
            let days = days(desk, file, Path::new("")).map_err(|e| e.doing(key))?;
            Ok(Some(settings::as_toml(&days)))
        }
        None => Ok(value.map(str::to_owned)),
    }
}

fn days(desk: &Desk, file: &str, folder: &Path) -> Result<Value> {
    let path = folder.join(at_home(Path::new(file), desk.host.variable("HOME").as_deref())?);
    let failed = |e: std::io::Error| {
        let kind = if e.kind() == std::io::ErrorKind::NotFound { Kind::Missing } else { Kind::Refused };
        Error { kind, ..Error::from(e).doing(format!("reading {}", path.display())) }
    };
    let mut bytes = Vec::new();
    std::fs::File::open(&path).map_err(failed)?.take(ics::LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > ics::LARGEST {
        return Err(Error::refused(format!("{file} is larger than {} MiB", ics::LARGEST >> 20)));
    }
    let holidays = ics::holidays(&String::from_utf8_lossy(&bytes), file)?;
    Ok(holidays.texts().into_iter().map(Value::from).collect())
}
