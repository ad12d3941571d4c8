//! Words of other programs for ways that a ticket comes and for how a customer was served, in the words of the desk.

use crate::domain::incoming::{IncomingRating, Scale};
use crate::domain::mapping::key;
use crate::domain::time::Moment;

/// How a ticket came, in a short word; what is not known here stays, in small letters.
pub(super) fn channel(text: &str) -> String {
    let word = match key(text).as_str() {
        "email" | "mail" | "emailfwd" | "emailforward" | "outboundemail" | "notification" => "email",
        "phone" | "phonecall" | "voice" | "call" | "phonecallinbound" | "phonecalloutbound" => "phone",
        "chat" | "livechat" | "messaging" | "nativemessaging" | "conversation" | "beaconchat" => "chat",
        "web" | "webform" | "webwidget" | "widget" | "feedbackwidget" | "beacon" | "beaconv2" => "web",
        "portal" | "helpcenter" | "customerportal" => "portal",
        "api" | "webservice" | "webserviceapi" => "api",
        "sms" | "text" | "textmessage" => "sms",
        other => {
            const STARTS: [&str; 8] =
                ["telegram", "whatsapp", "facebook", "twitter", "instagram", "viber", "messenger", "mobile"];
            let known = STARTS.into_iter().find(|start| other.starts_with(start));
            return known.map_or_else(|| text.trim().to_lowercase(), str::to_owned);
        }
    };
    word.to_owned()
}

/// What a customer said of how he was served, in a word; none where it says nothing, as «offered» does.
pub(super) fn rating(word: &str, comment: Option<String>, at: Option<Moment>) -> Option<IncomingRating> {
    let score = match key(word).as_str() {
        "good" | "goodwithcomment" | "great" | "awesome" | "excellent" => 5,
        "extremelyhappy" | "veryhappy" | "extremelysatisfied" | "verysatisfied" => 5,
        "happy" | "satisfied" => 4,
        "okay" | "ok" | "justokay" | "neutral" => 3,
        "unhappy" | "dissatisfied" | "unsatisfied" => 2,
        "bad" | "badwithcomment" | "notgood" => 1,
        "veryunhappy" | "extremelyunhappy" | "verydissatisfied" | "extremelydissatisfied" => 1,
        _ => return None,
    };
    Some(IncomingRating { scale: Scale::Csat, score, comment: comment.unwrap_or_default(), at })
}

/// Tags that stand between `cut`s, each once.
pub(super) fn tags(text: Option<String>, cut: fn(char) -> bool) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.unwrap_or_default().split(cut).map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_have_short_words_and_others_stay() {
        for (text, word) in [
            ("Mail", "email"),
            ("Outbound Email", "email"),
            ("Phone Call (Inbound)", "phone"),
            ("Web Form", "web"),
            ("Feedback Widget", "web"),
            ("native_messaging", "chat"),
            ("Web Service (API)", "api"),
            ("Telegram Bot", "telegram"),
            ("facebook_post", "facebook"),
            ("Other", "other"),
            ("Личный кабинет", "личный кабинет"),
        ] {
            assert_eq!(channel(text), word);
        }
    }

    #[test]
    fn words_of_ratings_have_scores_where_they_say_something() {
        let score = |word: &str| rating(word, None, None).map(|rating| rating.score);
        let words = ["Good", "good_with_comment", "Bad", "Great", "Okay", "Not good", "Neutral", "Extremely Unhappy"];
        assert_eq!(words.map(score), [5, 5, 1, 5, 3, 1, 3, 1].map(Some));
        assert_eq!(["Offered", "Not Offered", "unoffered", ""].map(score), [None; 4]);
    }
}
