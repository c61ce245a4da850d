//! Gender as lists state it; it may weaken a match and never makes one.

/// What a source states about a person's gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gender {
    /// Stated as female.
    Female,
    /// Stated as male.
    Male,
    /// Stated as something else.
    Other,
}

impl Gender {
    /// Reads the words publishers and customer systems use; anything else is unknown, never guessed from a name.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "female" | "f" | "woman" | "w" | "2" => Some(Self::Female),
            "male" | "m" | "man" | "1" => Some(Self::Male),
            "other" | "o" | "x" | "divers" | "non-binary" => Some(Self::Other),
            _ => None,
        }
    }

    /// FollowTheMoney's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Other => "other",
        }
    }
}
