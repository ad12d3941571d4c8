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
    /// A matrix of zeros.
    pub(super) fn new(side: usize) -> Matrix {
        Matrix { side, cells: vec![0.0; side * side] }
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

    /// `share` of this one and the rest of `other`.
    pub(super) fn mixed(&self, share: f32, other: &Matrix) -> Matrix {
        let mix = |(own, other): (&f32, &f32)| share * own + (1.0 - share) * other;
        Matrix { side: self.side, cells: self.cells.iter().zip(&other.cells).map(mix).collect() }
    }

    /// How alike the neighbourhoods of two rows are: the cosine of their rows. For a symmetric matrix, which this one must be,
    /// that is its square, with ones on the diagonal.
    pub(super) fn second_order(&self) -> Matrix {
        self.squared().into_cosines()
    }

    /// The cosines of directions whose products these are; 0 where there is no direction.
    pub(super) fn into_cosines(mut self) -> Matrix {
        let length = |(at, row): (usize, &[f32])| row.get(at).copied().unwrap_or(0.0).sqrt();
        let lengths: Vec<f32> = self.rows().enumerate().map(length).collect();
        for (row, &own) in self.rows_mut().zip(&lengths) {
            for (cell, &other) in row.iter_mut().zip(&lengths) {
                *cell = if own * other > 0.0 { *cell / (own * other) } else { 0.0 };
            }
        }
        self
    }

    /// Adds `weight` times `other`.
    pub(super) fn add(&mut self, weight: f32, other: &Matrix) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(cell, more)| *cell += weight * more);
    }

    /// The matrix times itself; it is symmetric, so half of it is reckoned. A few rows at a time are multiplied with all others
    /// while they are in the nearest cache, and four products are added to a cell at once.
    fn squared(&self) -> Matrix {
        let mut square = Matrix::new(self.side);
        for (block, near) in self.cells.chunks((self.side * NEAR).max(1)).enumerate() {
            let first = block * NEAR;
            for (at, (row, out)) in self.rows().zip(square.rows_mut()).enumerate() {
                let weights = row.get(first..self.side.min(first + NEAR)).unwrap_or_default();
                let mut others = near.chunks(self.side).map(|other| other.get(at..).unwrap_or_default());
                let out = out.get_mut(at..).unwrap_or_default();
                let (fours, rest) = weights.as_chunks::<4>();
                for weights in fours {
                    let four = [(); 4].map(|()| others.next().unwrap_or_default());
                    if *weights != [0.0; 4] {
                        add_four(out, weights, &four);
                    }
                }
                for (weight, other) in rest.iter().zip(others) {
                    out.iter_mut().zip(other).for_each(|(cell, value)| *cell += weight * value);
                }
            }
        }
        square.mirror();
        square
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

/// So many rows are near at the same time.
const NEAR: usize = 8;

fn add_four(out: &mut [f32], [a, b, c, d]: &[f32; 4], [of_a, of_b, of_c, of_d]: &[&[f32]; 4]) {
    let four = of_a.iter().zip(*of_b).zip(*of_c).zip(*of_d);
    for (cell, (((of_a, of_b), of_c), of_d)) in out.iter_mut().zip(four) {
        *cell = *cell + a * of_a + b * of_b + c * of_c + d * of_d;
    }
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
        let second = likeness.second_order();
        assert!(second.row(0)[2] > 0.2 && second.row(0)[1] > second.row(0)[2]);
        assert!((second.row(1)[1] - 1.0).abs() < 1e-6);
        assert_eq!(second.row(3), [0.0; 4]);
    }
}
