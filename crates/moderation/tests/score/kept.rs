//! Files that tests write, and compare with what they see now.

use std::path::Path;

/// Heads the table of what must hold, on every page about a set.
pub(crate) const HEAD: &str = "| What must hold | Required | Measured | Of |\n|---|---|---|---|\n";

/// Checks that `text` is what the file holds, `path` being seen from the folder of this crate; with `UPDATE=1` writes it.
pub(crate) fn keep(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = folder.and_then(|()| std::fs::write(&path, text));
        assert!(written.is_ok(), "{}: {written:?}", path.display());
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} is not what is seen now; UPDATE=1 rewrites it:\n{text}", path.display());
}
