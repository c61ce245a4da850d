//! What a query or a form says, field by field.

/// Names with their values, in the order they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

/// So many fields are read; no page of ours has nearly as many.
const MAX_FIELDS: usize = 2_000;

impl Fields {
    pub(crate) fn parse(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text).take(MAX_FIELDS);
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The value of a field without the white space around it, if there is one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The same, and nothing for nothing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// All values of a field that is named more than once.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The same fields with one of them set to another value, as a query.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (field, text) in self
            .0
            .iter()
            .filter(|(field, text)| field != name && !text.is_empty())
        {
            query.append_pair(field, text);
        }
        if !value.is_empty() {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// Only these fields, once each.
    pub(crate) fn only(&self, names: &[&str]) -> Self {
        let kept = names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.get(name)?.to_owned())));
        Self(kept.collect())
    }

    /// The same fields without some of them, to be sent along with a form.
    pub(crate) fn without<'a>(
        &'a self,
        names: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(field, text)| !names.contains(&field.as_str()) && !text.is_empty())
            .map(|(field, text)| (field.as_str(), text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_written() {
        let fields = Fields::parse(b"q=+Ivan%20Petrov+&list=a&list=b&empty=&bad=%ff");
        assert_eq!(fields.get("q"), Some("Ivan Petrov"));
        assert_eq!(fields.all("list").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.get("empty"), None);
        assert_eq!(fields.get("bad"), Some("\u{fffd}"));
        assert_eq!(
            Fields::parse(b"a=1&page=2&b=%26").with("page", "3"),
            "a=1&b=%26&page=3"
        );
        assert_eq!(Fields::parse(b"a=1&page=2").with("page", ""), "a=1");
    }
}
