//! A square of numbers, and what is multiplied with it.

#![expect(
    clippy::float_arithmetic,
    reason = "likeness is a share; every sum runs in the order of the tickets' numbers"
)]

/// A square matrix, row after row.
#[derive(Debug, Clone)]
pub(super) struct Matrix {
    side: usize,
    cells: Vec<f32>,
}

impl Matrix {
    /// A matrix of zeros, which are really written: a page of memory that is read before it is written is fetched twice.
    pub(super) fn new(side: usize) -> Matrix {
        let mut cells = Vec::with_capacity(side * side);
        cells.resize(side * side, 0.0);
        Matrix { side, cells }
    }

    pub(super) fn side(&self) -> usize {
        self.side
    }

    pub(super) fn row(&self, at: usize) -> &[f32] {
        self.cells.get(at * self.side..(at + 1) * self.side).unwrap_or_default()
    }

    pub(super) fn row_mut(&mut self, at: usize) -> &mut [f32] {
        self.cells.get_mut(at * self.side..(at + 1) * self.side).unwrap_or_default()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.cells.chunks(self.side.max(1))
    }

    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.cells.chunks_mut(self.side.max(1))
    }

    /// Becomes the same as another of its size.
    pub(super) fn copy(&mut self, other: &Matrix) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(own, cell)| *own = *cell);
    }

    /// Becomes `share` of `other` and the rest of itself.
    pub(super) fn mix(&mut self, share: f32, other: &Matrix) {
        let mix = |(own, other): (&mut f32, &f32)| *own = share * other + (1.0 - share) * *own;
        self.cells.iter_mut().zip(&other.cells).for_each(mix);
    }

    /// Becomes how alike the neighbourhoods of two rows of `likeness` are: the cosine of the rows. For a symmetric matrix, which
    /// that one must be, it is its square, with ones on the diagonal.
    pub(super) fn second_order(&mut self, likeness: &Matrix) {
        self.square(likeness);
        self.cosines();
    }

    /// Becomes the cosines of the directions whose products these are; 0 where there is no direction.
    pub(super) fn cosines(&mut self) {
        let length = |(at, row): (usize, &[f32])| row.get(at).copied().unwrap_or(0.0).sqrt();
        let lengths: Vec<f32> = self.rows().enumerate().map(length).collect();
        for (row, &own) in self.rows_mut().zip(&lengths) {
            for (cell, &other) in row.iter_mut().zip(&lengths) {
                *cell = if own * other > 0.0 { *cell / (own * other) } else { 0.0 };
            }
        }
    }

    /// Adds `weight` times `other`.
    pub(super) fn add(&mut self, weight: f32, other: &Matrix) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(cell, more)| *cell += weight * more);
    }

    /// Becomes the other times itself; it is symmetric, so half of it is reckoned, in whole numbers: many of them are multiplied
    /// at once, and no machine adds them up differently. A few rows at a time are multiplied with all others while they are in
    /// the nearest cache.
    fn square(&mut self, other: &Matrix) {
        let (units, width) = (other.in_units(), other.side.div_ceil(WIDE).max(1));
        for (block, near) in units.chunks(width * NEAR).enumerate() {
            let first = block * NEAR;
            for (at, other) in units.chunks(width).enumerate().skip(first) {
                for (place, row) in near.chunks(width).enumerate().take(at + 1 - first) {
                    self.row_mut(first + place).get_mut(at).into_iter().for_each(|cell| *cell = product(row, other));
                }
            }
        }
        self.mirror();
    }

    /// The rows, each filled up with zeros: likenesses of 0 to 1 in units so small that the product of two rows is still a whole
    /// number of 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "the square of a unit, times the side, is below 2^31")]
    fn in_units(&self) -> Vec<[i16; WIDE]> {
        let unit = (MOST / real(self.side.max(2))).sqrt().floor();
        let mut units = Vec::with_capacity(self.side * self.side.div_ceil(WIDE));
        for part in self.rows().flat_map(|row| row.chunks(WIDE)) {
            let mut own = [0; WIDE];
            let cells = own.iter_mut().zip(part);
            cells.for_each(|(own, cell)| *own = (cell.clamp(0.0, 1.0) * unit + 0.5) as i16);
            units.push(own);
        }
        units
    }

    /// Becomes the sum of itself and itself turned over.
    pub(super) fn symmetric(&mut self) {
        for at in 0..self.side {
            for other in at + 1..self.side {
                let both = self.cell(at, other) + self.cell(other, at);
                self.row_mut(at).get_mut(other).into_iter().for_each(|cell| *cell = both);
            }
        }
        self.mirror();
    }

    fn cell(&self, row: usize, column: usize) -> f32 {
        self.row(row).get(column).copied().unwrap_or(0.0)
    }

    /// Makes what stands below the diagonal what stands above it.
    pub(super) fn mirror(&mut self) {
        for first in (0..self.side).step_by(NEAR) {
            for at in first + 1..self.side {
                let (above, below) = self.cells.split_at_mut(at * self.side);
                let columns = first..at.min(first + NEAR);
                let mirrored = above.get(first * self.side..).unwrap_or_default().chunks(self.side);
                let cells = below.get_mut(columns).unwrap_or_default();
                for (cell, row) in cells.iter_mut().zip(mirrored) {
                    *cell = row.get(at).copied().unwrap_or(0.0);
                }
            }
        }
    }
}

/// A count as a number to reckon with.
pub(super) fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// So many rows are near at the same time.
const NEAR: usize = 8;

/// So many cells are multiplied at once.
const WIDE: usize = 32;
/// What the product of two rows may come to: below 2^31.
const MOST: f32 = 2.1e9;

/// The product of two rows. It is written so that it becomes instructions that multiply eight cells at once.
#[inline(never)]
#[expect(clippy::cast_precision_loss, reason = "a product of likenesses is no exact figure")]
fn product(row: &[[i16; WIDE]], other: &[[i16; WIDE]]) -> f32 {
    let mut all = 0_i32;
    for (row, other) in row.iter().zip(other) {
        let mut part = 0;
        for (a, b) in row.iter().zip(other) {
            part += i32::from(*a) * i32::from(*b);
        }
        all += part;
    }
    all as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_without_a_word_in_common_meet_through_a_third() {
        let mut likeness = Matrix::new(4);
        for (at, row) in [[1.0, 0.6, 0.0, 0.0], [0.6, 1.0, 0.6, 0.0], [0.0, 0.6, 1.0, 0.0], [0.0; 4]].iter().enumerate()
        {
            likeness.row_mut(at).copy_from_slice(row);
        }
        let mut second = Matrix::new(4);
        second.second_order(&likeness);
        assert!(second.row(0)[2] > 0.2 && second.row(0)[1] > second.row(0)[2]);
        assert!((second.row(1)[1] - 1.0).abs() < 1e-6);
        assert_eq!(second.row(3), [0.0; 4]);
    }
}
