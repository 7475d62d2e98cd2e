//! The way back from a text made of another: HTML made plain, spellings made one.

use std::ops::Range;

/// Which bytes of a source the bytes of a text were made of. Filled from front to back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Sorted by `at`.
    pieces: Vec<Piece>,
    /// Whether some of the text stands in another order than in its source.
    is_turned: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// Where it starts in the text.
    at: usize,
    from: Range<usize>,
    /// Whether bytes stand for bytes, one for one. Otherwise the whole piece stands for the whole of `from`.
    is_linear: bool,
}

impl Piece {
    /// Where in the source a byte of the text stands, if bytes stand for bytes and the piece starts at or before it.
    fn at(&self, at: usize) -> Option<usize> {
        self.is_linear.then(|| at.checked_sub(self.at)).flatten().map(|far| (self.from.start + far).min(self.from.end))
    }
}

impl SourceMap {
    /// Bytes `from` of the source stand from `at` on as they are.
    pub fn copied(&mut self, at: usize, from: Range<usize>) {
        match self.pieces.last_mut() {
            Some(piece) if piece.is_linear && piece.from.end == from.start && at - piece.at == piece.from.len() => {
                piece.from.end = from.end;
            }
            _ => self.push(Piece { at, from, is_linear: true }),
        }
    }

    /// What stands from `at` on was made of all of `from`.
    pub fn made(&mut self, at: usize, from: Range<usize>) {
        self.push(Piece { at, from, is_linear: false });
    }

    /// The text ends at `length`; what was said of later bytes does not count.
    pub fn truncate(&mut self, length: usize) {
        let kept = self.pieces.partition_point(|piece| piece.at < length);
        self.pieces.truncate(kept);
    }

    /// The first `length` bytes of the text are taken away.
    pub fn skip(&mut self, length: usize) {
        let first = self.pieces.partition_point(|piece| piece.at <= length).saturating_sub(1);
        self.pieces.drain(..first);
        for piece in &mut self.pieces {
            if piece.at < length && piece.is_linear {
                piece.from.start = (piece.from.start + length - piece.at).min(piece.from.end);
            }
            piece.at = piece.at.saturating_sub(length);
        }
    }

    /// The range of the source that `found`, a range of the text, was made of.
    ///
    /// At character boundaries of the source if `found` is at such of the text; empty only if `found` is, or was made of
    /// nothing.
    pub fn source(&self, found: Range<usize>) -> Range<usize> {
        let first = self.pieces.partition_point(|piece| piece.at <= found.start).saturating_sub(1);
        let last = found.end.saturating_sub(1).max(found.start);
        let behind = self.pieces.partition_point(|piece| piece.at <= last);
        let Some(pieces) = self.pieces.get(first..behind) else { return 0..0 };
        let (Some(start), Some(end)) = (pieces.first(), pieces.last()) else { return 0..0 };
        let from = |piece: &Piece| piece.at(found.start).unwrap_or(piece.from.start);
        let to = |piece: &Piece| piece.at(last + 1).unwrap_or(piece.from.end);
        if self.is_turned {
            return pieces.iter().map(from).min().unwrap_or_default()..pieces.iter().map(to).max().unwrap_or_default();
        }
        from(start)..to(end)
    }

    /// Whether some of the text stands in another order than in its source.
    pub fn is_turned(&self) -> bool {
        self.is_turned
    }

    /// Where in the text something starts that was not copied.
    pub fn made_at(&self) -> impl Iterator<Item = usize> + '_ {
        self.pieces.iter().filter(|piece| !piece.is_linear).map(|piece| piece.at)
    }

    fn push(&mut self, piece: Piece) {
        self.is_turned |= self.pieces.last().is_some_and(|last| piece.from.start < last.from.start);
        self.pieces.push(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::SourceMap;

    #[test]
    fn copied_bytes_lead_to_bytes_and_made_ones_to_all_they_were_made_of() {
        let mut map = SourceMap::default();
        map.copied(0, 0..2);
        map.copied(2, 2..3);
        map.made(3, 3..8);
        map.copied(4, 8..10);
        for (found, wanted) in [(0..1, 0..1), (1..3, 1..3), (3..4, 3..8), (2..5, 2..9), (4..6, 8..10), (9..9, 10..10)] {
            assert_eq!(map.source(found.clone()), wanted, "{found:?}");
        }
        map.skip(2);
        assert_eq!((map.source(0..1), map.source(1..3)), (2..3, 3..9));
        map.truncate(1);
        assert_eq!(map.source(0..3), 2..3);
    }

    #[test]
    fn what_was_turned_around_leads_to_everything_between() {
        let mut map = SourceMap::default();
        map.made(0, 4..5);
        map.made(1, 2..4);
        map.made(2, 0..2);
        assert_eq!((map.source(0..2), map.source(1..3), map.source(0..0)), (2..5, 0..4, 4..5));
    }
}
