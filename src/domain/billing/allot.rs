//! Dividing a whole number so that the parts add up to it again.

/// `total` divided in the ratio of `weights`, in whole parts whose sum is `total`: each part is rounded down, and what is
/// then missing goes, one by one, to the parts that lost most; among equals to the earlier one. Weights below zero count as
/// zero; where all are zero, all are equal. No weights, no parts.
///
/// | total | weights | parts |
/// |---|---|---|
/// | 45 | 20, 20 | 23, 22 |
/// | 100 | 1, 1, 1 | 34, 33, 33 |
/// | 30 | 5, 10, 0 | 10, 20, 0 |
/// | -100 | 1, 1, 1 | -34, -33, -33 |
///
/// ```
/// use frontdesk::domain::billing::allot::allot;
/// assert_eq!(allot(45, &[20, 20]), [23, 22]);
/// assert_eq!(allot(100, &[1, 1, 1]), [34, 33, 33]);
/// assert_eq!(allot(30, &[5, 10, 0]), [10, 20, 0]);
/// assert_eq!(allot(-100, &[1, 1, 1]), [-34, -33, -33]);
/// assert_eq!(allot(3, &[0, 0]), [2, 1]);
/// ```
#[must_use]
pub fn allot(total: i64, weights: &[i64]) -> Vec<i64> {
    if total < 0 {
        return allot(total.saturating_neg(), weights).into_iter().map(|part| -part).collect();
    }
    let equal = weights.iter().all(|weight| *weight <= 0);
    let weight = |weight: i64| if equal { 1 } else { i128::from(weight.max(0)) };
    let sum: i128 = weights.iter().map(|w| weight(*w)).sum::<i128>().max(1);
    let mut parts = Vec::with_capacity(weights.len());
    let mut lost: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    let mut missing = total;
    for (at, w) in weights.iter().enumerate() {
        let exact = i128::from(total) * weight(*w);
        let part = i64::try_from(exact / sum).unwrap_or(total);
        missing -= part;
        lost.push((exact % sum, at));
        parts.push(part);
    }
    lost.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, at) in lost.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_divided_into_nothing() {
        assert_eq!(allot(7, &[]), [0; 0]);
        assert_eq!(allot(0, &[3, 0]), [0, 0]);
        assert_eq!(allot(7, &[-1, 5]), [0, 7]);
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_none_is_a_unit_off(
            total in -1_000_000_000_000_i64..1_000_000_000_000,
            weights in proptest::collection::vec(0_i64..1_000_000_000, 1..20),
        ) {
            let parts = allot(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(*part) * sum - i128::from(total) * i128::from(*weight);
                prop_assert!(sum == 0 || off.abs() < sum);
            }
        }

        #[test]
        fn a_greater_weight_never_gets_less(total in 0_i64..10_000, weights in proptest::collection::vec(0_i64..100, 1..9)) {
            let parts = allot(total, &weights);
            for (a, x) in weights.iter().zip(&parts) {
                for (b, y) in weights.iter().zip(&parts) {
                    prop_assert!(a <= b || x >= y);
                }
            }
        }
    }
}
