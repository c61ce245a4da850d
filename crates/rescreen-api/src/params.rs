//! Query parameters: a list is a repeated key, and what cannot be read is told all at once.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use serde_json::{Value, json};

use crate::answer::{Refusal, invalid};

/// The parameters of one request.
#[derive(Debug)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    errors: Vec<Value>,
}

impl Params {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self {
            pairs,
            errors: Vec::new(),
        }
    }

    /// The value of a parameter; of several, the last.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter().rev();
        pairs.find(|(key, _)| key == name).map(|(_, v)| v.as_str())
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let pairs = self.pairs.iter().filter(|(key, _)| key == name);
        pairs.map(|(_, value)| value.clone()).collect()
    }

    /// A number within bounds.
    pub(crate) fn number<T>(&mut self, name: &str, default: T, bounds: &RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        let Some(text) = self.one(name) else {
            return default;
        };
        match text.trim().parse() {
            Ok(number) if bounds.contains(&number) => return number,
            Ok(_) => self.wrong(
                name,
                "out_of_range",
                &format!(
                    "Input should be from {} to {}",
                    bounds.start(),
                    bounds.end()
                ),
            ),
            Err(_) => self.wrong(name, "number_parsing", "Input should be a valid number"),
        }
        default
    }

    /// A truth value.
    pub(crate) fn flag(&mut self, name: &str, default: bool) -> bool {
        let Some(text) = self.one(name) else {
            return default;
        };
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "t" | "yes" | "y" | "on" => return true,
            "0" | "false" | "f" | "no" | "n" | "off" => return false,
            _ => self.wrong(name, "bool_parsing", "Input should be a valid boolean"),
        }
        default
    }

    /// Notes that a parameter is wrong.
    pub(crate) fn wrong(&mut self, name: &str, kind: &str, message: &str) {
        let mut error = invalid(kind, &["query", name], message);
        if let Value::Object(members) = &mut error {
            members.insert("input".to_owned(), json!(self.one(name)));
        }
        self.errors.push(error);
    }

    /// Refuses if anything was wrong.
    pub(crate) fn check(&mut self) -> Result<(), Refusal> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Refusal::Invalid(std::mem::take(&mut self.errors)))
    }
}
