//! Topics: what FollowTheMoney's controlled vocabulary calls them, and which of them mean a risk.

/// Topic, caption, and whether a party with it is a target in yente's sense; by topic.
#[rustfmt::skip]
const TOPICS: &[(&str, &str, bool)] = &[
    ("asset.frozen", "Frozen asset", false),
    ("corp.disqual", "Disqualified", true),
    ("corp.offshore", "Offshore", false),
    ("corp.public", "Public listed company", false),
    ("corp.shell", "Shell company", false),
    ("crime", "Crime", true),
    ("crime.boss", "Criminal leadership", true),
    ("crime.cyber", "Cybercrime", false),
    ("crime.env", "Environmental violations", false),
    ("crime.fin", "Financial crime", true),
    ("crime.fraud", "Fraud", true),
    ("crime.terror", "Terrorism", true),
    ("crime.theft", "Theft", true),
    ("crime.traffick", "Trafficking", true),
    ("crime.traffick.drug", "Drug trafficking", false),
    ("crime.traffick.human", "Human trafficking", false),
    ("crime.war", "War crimes", true),
    ("debarment", "Debarred entity", true),
    ("export.control", "Export controlled", true),
    ("export.control.linked", "Export control-linked", true),
    ("export.risk", "Trade risk", true),
    ("fin", "Financial services", false),
    ("fin.adivsor", "Financial advisor", false),
    ("fin.bank", "Bank", false),
    ("fin.fund", "Fund", false),
    ("forced.labor", "Forced labor", false),
    ("gov", "Government", false),
    ("gov.admin", "Civil service", false),
    ("gov.executive", "Executive branch of government", false),
    ("gov.financial", "Central banking and financial integrity", false),
    ("gov.head", "Head of government or state", false),
    ("gov.igo", "Intergovernmental organization", false),
    ("gov.judicial", "Judicial branch of government", false),
    ("gov.legislative", "Legislative branch of government", false),
    ("gov.muni", "Municipal government", false),
    ("gov.national", "National government", false),
    ("gov.religion", "Religious leadership", false),
    ("gov.security", "Security services", false),
    ("gov.soe", "State-owned enterprise", false),
    ("gov.state", "State government", false),
    ("invest.ban", "Investment ban", true),
    ("invest.risk", "Investment risk", true),
    ("mare.detained", "Maritime detention", true),
    ("mare.shadow", "Shadow fleet", true),
    ("mare.sts", "Ship-to-ship transfer", false),
    ("mil", "Military", false),
    ("poi", "Person of interest", true),
    ("pol.party", "Political party", false),
    ("pol.union", "Union", false),
    ("reg.action", "Regulator action", true),
    ("reg.warn", "Regulator warning", true),
    ("rel", "Religion", false),
    ("role.acct", "Accountant", false),
    ("role.act", "Activist", false),
    ("role.civil", "Civil servant", false),
    ("role.diplo", "Diplomat", false),
    ("role.journo", "Journalist", false),
    ("role.judge", "Judge", false),
    ("role.lawyer", "Lawyer", false),
    ("role.lobby", "Lobbyist", false),
    ("role.oligarch", "Oligarch", true),
    ("role.pep", "PEP", true),
    ("role.pep.frmr", "Former PEP", false),
    ("role.pep.intl", "International PEP", false),
    ("role.pep.natl", "National PEP", false),
    ("role.pol", "Politician", false),
    ("role.rca", "Close Associate", true),
    ("role.spy", "Spy", false),
    ("sanction", "Sanctioned entity", true),
    ("sanction.control", "Sanction ownership or control", true),
    ("sanction.counter", "Counter-sanctioned entity", true),
    ("sanction.linked", "Sanction-linked entity", true),
    ("wanted", "Wanted", true),
];

/// What a topic is called; an unknown one by its own word.
pub(super) fn label(topic: &str) -> &str {
    find(topic).map_or(topic, |row| row.1)
}

/// Whether a topic means a risk.
pub(super) fn is_risk(topic: &str) -> bool {
    find(topic).is_some_and(|row| row.2)
}

fn find(topic: &str) -> Option<&'static (&'static str, &'static str, bool)> {
    let place = TOPICS.binary_search_by(|row| row.0.cmp(topic)).ok()?;
    TOPICS.get(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_found_by_their_word() {
        assert!(TOPICS.is_sorted_by(|a, b| a.0 < b.0));
        for (topic, caption, is_a_risk) in TOPICS {
            assert_eq!((label(topic), is_risk(topic)), (*caption, *is_a_risk));
        }
        assert_eq!(
            (label("new.topic"), is_risk("new.topic")),
            ("new.topic", false)
        );
    }
}
