//! Webhooks and their outbox.
//!
//! The outbox fills by a trigger on the log, so an event and the duty to tell of it are in one transaction, whoever
//! writes the event.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::{Store, StoreError, Writer, read::timestamp};

/// Who is told what happens to alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its number.
    pub key: i64,
    /// Where it is told.
    pub url: String,
    /// When it was added.
    pub created: Timestamp,
    /// Who added it.
    pub author: String,
    /// How much it was told.
    pub delivered: u64,
    /// When it was last told something.
    pub last: Option<Timestamp>,
    /// How often in a row it could not be told.
    pub failures: u32,
    /// Why, the last time.
    pub error: Option<String>,
    /// How much it is still to be told.
    pub waiting: u64,
}

/// Something that somebody is to be told.
#[derive(Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Who.
    pub webhook: i64,
    /// The place of the event in the log.
    pub event: i64,
    /// How often it was tried before.
    pub attempts: u32,
    /// Where.
    pub url: String,
    /// What it is signed with.
    pub secret: Vec<u8>,
    /// How often in a row the webhook could not be told something.
    pub failures: u32,
}

impl std::fmt::Debug for DeliveryRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeliveryRow({} to {})", self.event, self.webhook)
    }
}

impl Store {
    /// All webhooks in the order of their numbers.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn webhooks(&self) -> Result<Vec<WebhookRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT w.key, w.url, w.created, w.author, w.delivered, w.last, w.failures, w.error,
                    (SELECT count(*) FROM delivery d WHERE d.webhook = w.key)
             FROM webhook w ORDER BY w.key",
        )?;
        let mut rows = statement.query([])?;
        let mut webhooks = Vec::new();
        while let Some(row) = rows.next()? {
            webhooks.push(webhook(row)?);
        }
        Ok(webhooks)
    }

    /// The webhooks that can be told something now.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn due_webhooks(&self, now: Timestamp) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT w.key FROM webhook w WHERE w.held_until <= ?1
             AND EXISTS (SELECT 1 FROM delivery d WHERE d.webhook = w.key AND d.next_at <= ?1) ORDER BY w.key",
        )?;
        let rows = statement.query_map([now.as_microsecond()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn webhook(row: &Row<'_>) -> Result<WebhookRow, StoreError> {
    let last: Option<i64> = row.get(5)?;
    Ok(WebhookRow {
        key: row.get(0)?,
        url: row.get(1)?,
        created: timestamp(row.get(2)?)?,
        author: row.get(3)?,
        delivered: row.get::<_, i64>(4)? as u64,
        last: last.map(timestamp).transpose()?,
        failures: row.get(6)?,
        error: row.get(7)?,
        waiting: row.get::<_, i64>(8)? as u64,
    })
}

impl Writer<'_> {
    /// Adds a webhook; it is told what happens from now on. Gives its number.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn add_webhook(
        &self,
        url: &str,
        secret: &[u8],
        author: &str,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        self.connection().execute(
            "INSERT INTO webhook (url, secret, created, author, held_until, delivered, failures)
             VALUES (?1, ?2, ?3, ?4, ?3, 0, 0)",
            params![url, secret, at.as_microsecond(), author],
        )?;
        Ok(self.connection().last_insert_rowid())
    }

    /// Takes a webhook away with what it was still to be told; tells whether there was one.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn remove_webhook(&self, key: i64) -> Result<bool, StoreError> {
        let connection = self.connection();
        connection.execute("DELETE FROM delivery WHERE webhook = ?1", [key])?;
        Ok(connection.execute("DELETE FROM webhook WHERE key = ?1", [key])? > 0)
    }

    /// Has a webhook told again what happened behind a place in the log. Gives how much that is, beside what waits
    /// already; `None` where there is no such webhook.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn replay_webhook(
        &self,
        key: i64,
        after: i64,
        at: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let connection = self.connection();
        let released = "UPDATE webhook SET held_until = ?2 WHERE key = ?1";
        if connection.execute(released, params![key, at.as_microsecond()])? == 0 {
            return Ok(None);
        }
        let added = connection.execute(
            "INSERT INTO delivery (webhook, event, attempts, next_at)
             SELECT ?1, key, 0, ?3 FROM event WHERE key > ?2 AND alert IS NOT NULL AND kind <> 'refused'
             ON CONFLICT (webhook, event) DO UPDATE SET next_at = min(next_at, excluded.next_at)",
            params![key, after, at.as_microsecond()],
        )?;
        Ok(Some(added as u64))
    }

    /// What a webhook is to be told next, if it can be told something now; until `held_until` nobody else tries.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn claim_delivery(
        &self,
        webhook: i64,
        now: Timestamp,
        held_until: Timestamp,
    ) -> Result<Option<DeliveryRow>, StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT d.event, d.attempts, w.url, w.secret, w.failures
             FROM webhook w JOIN delivery d ON d.webhook = w.key
             WHERE w.key = ?1 AND w.held_until <= ?2 AND d.next_at <= ?2 ORDER BY d.event LIMIT 1",
        )?;
        let mut rows = statement.query(params![webhook, now.as_microsecond()])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let delivery = DeliveryRow {
            webhook,
            event: row.get(0)?,
            attempts: row.get(1)?,
            url: row.get(2)?,
            secret: row.get(3)?,
            failures: row.get(4)?,
        };
        self.connection()
            .prepare_cached("UPDATE webhook SET held_until = ?2 WHERE key = ?1")?
            .execute(params![webhook, held_until.as_microsecond()])?;
        Ok(Some(delivery))
    }

    /// Notes that a delivery arrived.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn delivered(&self, delivery: &DeliveryRow, now: Timestamp) -> Result<(), StoreError> {
        let connection = self.connection();
        connection
            .prepare_cached("DELETE FROM delivery WHERE webhook = ?1 AND event = ?2")?
            .execute(params![delivery.webhook, delivery.event])?;
        connection
            .prepare_cached(
                "UPDATE webhook SET held_until = ?2, delivered = delivered + 1, last = ?2, failures = 0, error = NULL
                 WHERE key = ?1",
            )?
            .execute(params![delivery.webhook, now.as_microsecond()])?;
        Ok(())
    }

    /// Notes that a delivery did not arrive: it is tried again at `next_at`, and the webhook not before `held_until`.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn not_delivered(
        &self,
        delivery: &DeliveryRow,
        error: &str,
        next_at: Timestamp,
        held_until: Timestamp,
    ) -> Result<(), StoreError> {
        let connection = self.connection();
        connection
            .prepare_cached(
                "UPDATE delivery SET attempts = attempts + 1, next_at = ?3 WHERE webhook = ?1 AND event = ?2",
            )?
            .execute(params![
                delivery.webhook,
                delivery.event,
                next_at.as_microsecond()
            ])?;
        connection
            .prepare_cached(
                "UPDATE webhook SET held_until = ?2, failures = failures + 1, error = ?3 WHERE key = ?1",
            )?
            .execute(params![
                delivery.webhook,
                held_until.as_microsecond(),
                error
            ])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Detail, NewEvent};

    fn moment(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn happen(writer: &Writer<'_>, kind: &str, alert: Option<i64>) {
        let event = NewEvent {
            at: moment(10),
            kind,
            subject: None,
            alert,
            state: None,
            tenant: None,
            actor: None,
            role: None,
            revision: None,
            detail: Detail::Open("{}"),
        };
        writer.append(&event).unwrap();
    }

    fn waiting(store: &Store) -> u64 {
        store.webhooks().unwrap()[0].waiting
    }

    #[test]
    fn the_duty_to_tell_is_in_the_transaction_of_the_event() {
        let mut store = Store::in_memory().unwrap();
        let writer = store.write().unwrap();
        happen(&writer, "raised", Some(1));
        writer.add_webhook("x", b"y", "ada", moment(10)).unwrap();
        writer.commit().unwrap();
        assert_eq!(waiting(&store), 0, "what was before is not told");
        let writer = store.write().unwrap();
        happen(&writer, "raised", Some(2));
        drop(writer);
        assert_eq!(waiting(&store), 0, "undone with the event");
        let writer = store.write().unwrap();
        happen(&writer, "raised", Some(2));
        happen(&writer, "refused", Some(2));
        happen(&writer, "policy", None);
        writer.commit().unwrap();
        assert_eq!(waiting(&store), 1, "only what happened to an alert");
    }

    #[test]
    fn one_at_a_time_tries_and_whoever_died_is_succeeded() {
        let mut store = Store::in_memory().unwrap();
        let writer = store.write().unwrap();
        let key = writer.add_webhook("x", b"y", "ada", moment(10)).unwrap();
        happen(&writer, "raised", Some(1));
        happen(&writer, "changed", Some(1));
        let claim = |writer: &Writer<'_>, at: i64| {
            let held_until = moment(at + 5);
            writer.claim_delivery(key, moment(at), held_until).unwrap()
        };
        assert_eq!(claim(&writer, 9), None, "it is not due yet");
        let first = claim(&writer, 10).unwrap();
        assert_eq!(claim(&writer, 14), None, "somebody else is at it");
        assert_eq!(claim(&writer, 15).as_ref(), Some(&first), "who died");
        writer
            .not_delivered(&first, "no", moment(100), moment(20))
            .unwrap();
        let second = claim(&writer, 20).unwrap();
        assert_eq!(
            second.event,
            first.event + 1,
            "one that fails does not stop the rest"
        );
        writer.delivered(&second, moment(21)).unwrap();
        assert_eq!(claim(&writer, 99), None);
        let again = claim(&writer, 100).unwrap();
        assert_eq!((again.event, again.attempts), (first.event, 1));
        let told = writer.replay_webhook(key, 0, moment(100)).unwrap();
        assert_eq!(told, Some(2), "what waits and what was told");
        assert_eq!(writer.replay_webhook(key + 1, 0, moment(1)).unwrap(), None);
        writer.commit().unwrap();
        assert_eq!(waiting(&store), 2);
        assert!(store.due_webhooks(moment(99)).unwrap().is_empty());
        assert_eq!(store.due_webhooks(moment(100)).unwrap(), [key]);
    }
}
