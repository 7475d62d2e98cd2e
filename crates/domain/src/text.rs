//! Text: plain text to HTML with hashtags, mentions and links found; foreign HTML made safe.
