//! What is counted about messages for the privacy officer's report: numbers of a day; never content, never people.

use serde::{Deserialize, Serialize};

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To somebody outside the house at least.
    Outgoing,
    /// Between mailboxes of the house only.
    Inside,
    /// From outside.
    Incoming,
}

impl Direction {
    /// Every direction.
    pub const ALL: [Self; 3] = [Self::Outgoing, Self::Inside, Self::Incoming];

    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outgoing => "outgoing",
            Self::Inside => "inside",
            Self::Incoming => "incoming",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == s)
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Messages that were looked through; its only item is `all`.
    Messages,
    /// Messages by verdict.
    Verdict,
    /// Messages in which a kind of finding was found at least once.
    Kind,
    /// Findings of a kind.
    Spans,
    /// Messages by special category.
    Special,
    /// What happened to messages.
    Action,
    /// Messages that were sent anyway for a stated reason, against rules that let their sender, by verdict.
    Override,
    /// False alarms: reported, accepted, dismissed.
    FalseAlarm,
    /// Parts that could not be read, by why.
    Unreadable,
}

impl Topic {
    /// Every topic, in the order of the report.
    pub const ALL: [Self; 9] = [
        Self::Messages,
        Self::Verdict,
        Self::Kind,
        Self::Spans,
        Self::Special,
        Self::Action,
        Self::Override,
        Self::FalseAlarm,
        Self::Unreadable,
    ];

    /// The name as stored and as served.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Verdict => "verdict",
            Self::Kind => "kind",
            Self::Spans => "spans",
            Self::Special => "special",
            Self::Action => "action",
            Self::Override => "override",
            Self::FalseAlarm => "false_alarm",
            Self::Unreadable => "unreadable",
        }
    }
    /// Reads a stored name.
    #[must_use]
    pub fn from_name(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == s)
    }
}
