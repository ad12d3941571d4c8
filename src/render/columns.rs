//! How wide each column of a table is where the terminal is too narrow for all. Numbers only.

/// What a column would like.
#[derive(Debug, Clone, Copy)]
pub struct Want {
    /// The cells of its widest value or head.
    pub natural: usize,
    /// Whether it may be shortened.
    pub flex: bool,
    /// Whether no row has a value in it.
    pub blank: bool,
}

/// Cells between two columns.
pub const GAP: usize = 2;
/// What a shortened column keeps while others can still be left out.
const FLEX_MIN: usize = 16;

/// The width of each column so that the line fits into `width` cells; none for a column that is left out.
///
/// Flexible columns give way first, down to a readable minimum. Then columns without any value are left out, then the
/// others from the right; the first one and one flexible one stay and share what there is.
pub fn plan(wants: &[Want], width: usize) -> Vec<Option<usize>> {
    let mut kept = vec![true; wants.len()];
    while least(wants, &kept) > width {
        let Some(out) = next_out(wants, &kept) else { break };
        if let Some(k) = kept.get_mut(out) {
            *k = false;
        }
    }
    let mut widths: Vec<Option<usize>> =
        wants.iter().zip(&kept).map(|(w, &k)| k.then_some(w.natural.min(width))).collect();
    share(wants, &mut widths, width);
    widths
}

fn kept_wants<'a>(wants: &'a [Want], kept: &'a [bool]) -> impl DoubleEndedIterator<Item = (usize, &'a Want)> {
    wants.iter().zip(kept).enumerate().filter(|(_, (_, k))| **k).map(|(i, (w, _))| (i, w))
}

fn least(wants: &[Want], kept: &[bool]) -> usize {
    let cells = |w: &Want| if w.flex { w.natural.min(FLEX_MIN) } else { w.natural };
    let (count, sum) = kept_wants(wants, kept).fold((0_usize, 0_usize), |(n, s), (_, w)| (n + 1, s + cells(w)));
    sum + count.saturating_sub(1) * GAP
}

fn next_out(wants: &[Want], kept: &[bool]) -> Option<usize> {
    let flexes = kept_wants(wants, kept).filter(|(_, w)| w.flex).count();
    let may_go = |(i, w): &(usize, &Want)| *i > 0 && (!w.flex || flexes > 1);
    let from_right = || kept_wants(wants, kept).rev().filter(may_go);
    let out = from_right()
        .find(|(_, w)| w.blank)
        .or_else(|| from_right().find(|(_, w)| !w.flex))
        .or_else(|| from_right().next());
    out.map(|(i, _)| i)
}

/// Takes from the widest flexible columns, and where none is left from the widest of all, until the line fits.
fn share(wants: &[Want], widths: &mut [Option<usize>], width: usize) {
    loop {
        let shown = widths.iter().flatten().count();
        let total = widths.iter().flatten().sum::<usize>() + shown.saturating_sub(1) * GAP;
        if total <= width {
            return;
        }
        let flexible = wants.iter().zip(&*widths).any(|(w, n)| w.flex && n.is_some_and(|n| n > FLEX_MIN));
        let widest = wants
            .iter()
            .zip(widths.iter_mut())
            .filter_map(|(w, n)| n.as_mut().filter(|_| w.flex || !flexible))
            .max_by_key(|n| **n);
        match widest {
            Some(n) if *n > 1 => *n -= 1,
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fixed(natural: usize) -> Want {
        Want { natural, flex: false, blank: false }
    }
    fn flex(natural: usize) -> Want {
        Want { natural, flex: true, blank: false }
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(plan(&[fixed(3), flex(20), fixed(4)], 31), [Some(3), Some(20), Some(4)]);
    }

    #[test]
    fn flexible_columns_give_way_first_the_widest_most() {
        assert_eq!(plan(&[fixed(3), flex(60), flex(18), fixed(4)], 60), [Some(3), Some(29), Some(18), Some(4)]);
    }

    #[test]
    fn then_blank_columns_go_then_the_rightmost() {
        let blank = Want { natural: 8, flex: false, blank: true };
        assert_eq!(
            plan(&[fixed(3), blank, flex(60), fixed(9), fixed(5)], 41),
            [Some(3), None, Some(18), Some(9), Some(5)]
        );
        assert_eq!(
            plan(&[fixed(3), blank, flex(60), fixed(9), fixed(5)], 36),
            [Some(3), None, Some(20), Some(9), None]
        );
    }

    #[test]
    fn the_first_and_a_flexible_column_stay_whatever_the_width() {
        assert_eq!(plan(&[fixed(4), fixed(8), flex(60), fixed(9)], 20), [Some(4), None, Some(14), None]);
    }

    proptest! {
        #[test]
        fn the_line_always_fits(wants in prop::collection::vec((1usize..90, any::<bool>(), any::<bool>()), 1..12), width in 10usize..200) {
            let wants: Vec<Want> = wants.into_iter().map(|(natural, flex, blank)| Want { natural, flex, blank }).collect();
            let widths = plan(&wants, width);
            let shown: Vec<usize> = widths.iter().flatten().copied().collect();
            prop_assert!(shown.iter().sum::<usize>() + (shown.len() - 1) * GAP <= width);
            prop_assert!(widths[0].is_some() && shown.iter().all(|w| *w > 0));
            prop_assert!(wants.iter().zip(&widths).all(|(w, n)| n.is_none_or(|n| n <= w.natural)));
        }
    }
}
