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

    /// How alike the neighbourhoods of two rows are: the cosine of their rows. For a symmetric matrix that is its square, with
    /// ones on the diagonal.
    pub(super) fn second_order(&self) -> Matrix {
        let mut square = Matrix::new(self.side);
        for (row, out) in self.rows().zip(square.rows_mut()) {
            for (&weight, other) in row.iter().zip(self.rows()) {
                if weight > 0.0 {
                    out.iter_mut().zip(other).for_each(|(cell, value)| *cell += weight * value);
                }
            }
        }
        let length = |(at, row): (usize, &[f32])| row.get(at).copied().unwrap_or(0.0).sqrt();
        let lengths: Vec<f32> = square.rows().enumerate().map(length).collect();
        for (row, &own) in square.rows_mut().zip(&lengths) {
            for (cell, &other) in row.iter_mut().zip(&lengths) {
                *cell = if own * other > 0.0 { *cell / (own * other) } else { 0.0 };
            }
        }
        square
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
