//! `rescreen alert offers`.

use anyhow::Result;
use rescreen_app::Offer;
use serde_json::{Value, json};

use super::{caption_of, print_leg};
use crate::{
    output::{Output, visible},
    wire,
};

pub(super) fn print(offers: &[Offer], output: &mut Output) -> Result<()> {
    if output.json {
        return output.document(&offers.iter().map(line).collect::<Vec<_>>());
    }
    if offers.is_empty() {
        return output.note("nothing is offered");
    }
    for offer in offers {
        output.line(format!(
            "alert {} is offered by tenant {} to tenant {}{} at {}: {}",
            offer.row.key,
            offer.from,
            offer.to,
            offer
                .by
                .as_ref()
                .map_or_else(String::new, |by| format!(" ({by})")),
            offer.at,
            visible(&offer.reason),
        ))?;
        output.line(format!(
            "is {}/{} ({}) a listed party?",
            offer.subject.source,
            offer.subject.external,
            visible(&caption_of(&offer.subject.body))
        ))?;
        for leg in &offer.legs {
            print_leg(leg, if leg.live { "" } else { ", no longer" }, output)?;
        }
        output.line("")?;
    }
    Ok(())
}

fn line(offer: &Offer) -> Value {
    let mut document = wire::alert_parts(&offer.row, &offer.subject, &offer.legs);
    document["from"] = json!(offer.from.as_str());
    document["to"] = json!(offer.to.as_str());
    document["at"] = json!(offer.at.to_string());
    document["by"] = json!(offer.by);
    document["reason"] = json!(offer.reason);
    document
}
