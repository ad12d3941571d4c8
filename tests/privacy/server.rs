//! The same on a server.

use crate::erase::is_sound;
use crate::furnished::{ANNA, figures, furnish, place};
use crate::search::{found_in, unpacked};
use crate::stage::Stage;
use frontdesk::store::Place;

/// Every text and blob of every table, unpacked, and what the server knows of columns.
fn found(stage: &Stage) -> Vec<String> {
    let Place::Server { url, .. } = place(stage) else { unreachable!() };
    let mut c = crate::cluster::connect(&url).unwrap();
    let columns = c
        .query("SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = current_schema() AND data_type IN ('text', 'bytea', 'tsvector')", &[])
        .unwrap();
    let mut all = Vec::new();
    for column in &columns {
        let (table, name, kind): (String, String, String) = (column.get(0), column.get(1), column.get(2));
        let place = format!("{table}.{name}");
        for row in c
            .query(
                &format!(
                    "SELECT {name}{} FROM {table} WHERE {name} IS NOT NULL",
                    if kind == "bytea" { "" } else { "::text" }
                ),
                &[],
            )
            .unwrap()
        {
            if kind == "bytea" {
                let bytes: Vec<u8> = row.get(0);
                found_in(&bytes, &place, &mut all);
                if let Some(bytes) = unpacked(&bytes) {
                    found_in(&bytes, &place, &mut all);
                }
            } else {
                found_in(row.get::<_, String>(0).as_bytes(), &place, &mut all);
            }
        }
    }
    for row in c.query("SELECT COALESCE(most_common_vals::text, '') || COALESCE(histogram_bounds::text, '') FROM pg_stats WHERE schemaname = current_schema()", &[]).unwrap() {
        found_in(row.get::<_, String>(0).as_bytes(), "pg_stats", &mut all);
    }
    all.sort();
    all.dedup();
    all
}

#[test]
fn every_value_of_her_is_gone_from_the_server_and_every_figure_stays() {
    let Some(url) = crate::cluster::schema() else { return };
    let stage = Stage::new().with("DESK_FILE", &url);
    furnish(&stage);
    assert!(found(&stage).len() > 40, "{:?}", found(&stage));
    let was = figures(&stage);
    let said = stage.desk(&format!("contact erase {ANNA} -y"));
    assert!(said.exit == 0 && said.talk.contains("the server's own log"), "{said:?}");
    assert_eq!(found(&stage), [""; 0]);
    is_sound(&stage);
    assert_eq!(figures(&stage), was);
}
