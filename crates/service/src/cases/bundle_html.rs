//! The evidence as one page: a table of the parts with their hashes, then the parts. Everything in it is text.

use staffroom_domain::text::escape;

use super::Bundle;

/// The page.
pub(super) fn page(bundle: &Bundle) -> String {
    let (case, made) = (bundle.case, bundle.made_at.to_rfc3339());
    let mut rows = String::new();
    let mut parts = String::new();
    for (at, part) in bundle.parts.iter().enumerate() {
        let (name, hash) = (escape(&part.name), escape(&part.sha256));
        rows.push_str(&format!(
            "<tr><th scope=\"row\"><a href=\"#part-{at}\">{name}</a></th><td>{}</td><td><code>{hash}</code></td></tr>\n",
            part.media_type
        ));
        parts.push_str(&format!(
            "<section aria-labelledby=\"part-{at}\">\n<h2 id=\"part-{at}\">{name}</h2>\n<p>SHA-256: <code>{hash}</code></p>\n\
             <pre>{}</pre>\n</section>\n",
            escape(&part.content)
        ));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Case {case}: evidence</title>\n</head>\n<body>\n<main>\n<h1>Case {case}: evidence</h1>\n\
         <p>A {} case; put together at <time datetime=\"{made}\">{made}</time>.</p>\n\
         <table>\n<caption>What is in it</caption>\n<thead><tr><th scope=\"col\">Part</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n\
         <p>SHA-256 of the lines “hash, two spaces, name” of all parts: <code>{}</code></p>\n{parts}</main>\n</body>\n</html>\n",
        escape(bundle.kind),
        escape(&bundle.manifest_sha256)
    )
}
