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
/// What a flexible column keeps while others can still be left out.
const FLEX_MIN: usize = 10;

/// The width of each column so that the line fits into `width` cells; none for a column that is left out.
///
/// Flexible columns give way first, down to a readable minimum, which is larger for the longest of them. Then columns
/// without any value are left out, then the others from the right, but no more than need be; the first one and
/// the longest flexible one stay and share what there is.
pub fn plan(wants: &[Want], width: usize) -> Vec<Option<usize>> {
    let least = minima(wants, width);
    let fits = |kept: &[bool]| line_width(least.iter().zip(kept).filter(|(_, k)| **k).map(|(n, _)| *n)) <= width;
    let mut kept = vec![true; wants.len()];
    while !fits(&kept) {
        let Some(k) = next_out(wants, &kept).and_then(|out| kept.get_mut(out)) else { break };
        *k = false;
    }
    for i in 0..wants.len() {
        let mut more = kept.clone();
        more.iter_mut().skip(i).take(1).for_each(|k| *k = true);
        if fits(&more) {
            kept = more;
        }
    }
    let mut widths: Vec<Option<usize>> =
        wants.iter().zip(&kept).map(|(w, &k)| k.then_some(w.natural.min(width))).collect();
    share(wants, &least, &mut widths, width);
    widths
}

fn kept_wants<'a>(wants: &'a [Want], kept: &'a [bool]) -> impl DoubleEndedIterator<Item = (usize, &'a Want)> {
    wants.iter().zip(kept).enumerate().filter(|(_, (_, k))| **k).map(|(i, (w, _))| (i, w))
}

/// The fewest cells with which each column is still worth its place.
fn minima(wants: &[Want], width: usize) -> Vec<usize> {
    let main = main_flex(wants);
    let main_least = (width * 7 / 20).clamp(FLEX_MIN, 32);
    let least = |(i, w): (usize, &Want)| match w.flex {
        true if Some(i) == main => w.natural.min(main_least),
        true => w.natural.min(FLEX_MIN),
        false => w.natural,
    };
    wants.iter().enumerate().map(least).collect()
}

fn line_width(columns: impl Iterator<Item = usize>) -> usize {
    let (count, sum) = columns.fold((0_usize, 0_usize), |(count, sum), n| (count + 1, sum + n));
    sum + count.saturating_sub(1) * GAP
}

fn next_out(wants: &[Want], kept: &[bool]) -> Option<usize> {
    let main = main_flex(wants);
    let from_right = || kept_wants(wants, kept).rev().filter(|(i, _)| *i > 0 && Some(*i) != main);
    let out = from_right().find(|(_, w)| w.blank).or_else(|| from_right().next());
    out.map(|(i, _)| i)
}

/// The longest flexible column: what the table is about.
fn main_flex(wants: &[Want]) -> Option<usize> {
    let flexible = wants.iter().enumerate().filter(|(_, w)| w.flex);
    flexible.rev().max_by_key(|(_, w)| w.natural).map(|(i, _)| i)
}

/// Takes from the widest flexible columns, and where they have only their least from the widest of all, until the line
/// fits.
fn share(wants: &[Want], least: &[usize], widths: &mut [Option<usize>], width: usize) {
    while line_width(widths.iter().flatten().copied()) > width {
        let flexible = |w: &Want, least: usize, n: usize| w.flex && n > least;
        let any = wants.iter().zip(least).zip(&*widths).any(|((w, l), n)| n.is_some_and(|n| flexible(w, *l, n)));
        let widest = wants
            .iter()
            .zip(least)
            .zip(widths.iter_mut())
            .filter_map(|((w, l), n)| n.as_mut().filter(|n| !any || flexible(w, *l, **n)))
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
        let wants = [fixed(3), blank, flex(60), fixed(9), fixed(5)];
        assert_eq!(plan(&wants, 41), [Some(3), None, Some(18), Some(9), Some(5)]);
        assert_eq!(plan(&wants, 36), [Some(3), None, Some(13), Some(9), Some(5)]);
        assert_eq!(plan(&wants, 33), [Some(3), None, Some(17), Some(9), None]);
    }

    #[test]
    fn one_long_column_left_out_lets_short_ones_stay() {
        let wants = [fixed(4), flex(60), fixed(40), fixed(6), fixed(7)];
        assert_eq!(plan(&wants, 60), [Some(4), Some(37), None, Some(6), Some(7)]);
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
