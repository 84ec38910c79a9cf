//! The learned part: weights of linear models over hashed features, trained by `examples/train.rs` on the labelled
//! messages in `corpus/` and compiled in from `data/model.bin`.
//!
//! Three small models: which words are a person's name, what a code stands for, and whether a text tells of somebody's
//! health. Each only adds weights of features that are found in the text, so that an answer can be taken apart, and
//! takes the same time for every input.

use std::sync::Arc;

/// A model's weights by hashed feature.
#[derive(Clone)]
pub(crate) struct Table {
    /// A power of two of them.
    weights: Arc<[i16]>,
    /// What one step of a weight is worth.
    unit: f32,
}

/// Collects the features of one example.
pub(crate) trait Sink {
    /// Adds a feature.
    fn put(&mut self, feature: u32);
}

impl Sink for Vec<u32> {
    fn put(&mut self, feature: u32) {
        self.push(feature);
    }
}

/// Adds up weights instead of keeping features.
pub(crate) struct Sum<'t> {
    table: &'t Table,
    sum: i32,
    count: u32,
}

/// Weights of several features added up, and how many they are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weight {
    sum: i32,
    count: u32,
}

impl Weight {
    /// Whether anything was added up.
    pub(crate) const fn is_known(self) -> bool {
        self.count > 0
    }
}

impl Sum<'_> {
    /// Adds several features at once.
    pub(crate) fn add(&mut self, w: Weight) {
        self.sum += w.sum;
        self.count += w.count;
    }
}

impl Sink for Sum<'_> {
    fn put(&mut self, feature: u32) {
        self.count += 1;
        let mask = self.table.weights.len().wrapping_sub(1);
        self.sum += i32::from(self.table.weights.get(feature as usize & mask).copied().unwrap_or(0));
    }
}

impl Table {
    /// From trained weights.
    pub(crate) fn new(weights: Arc<[i16]>, unit: f32) -> Self {
        Self { weights, unit }
    }

    /// A table that knows nothing.
    pub(crate) fn empty() -> Self {
        Self { weights: Arc::new([0]), unit: 0.0 }
    }

    /// Whether it was trained.
    pub(crate) fn knows(&self) -> bool {
        self.weights.len() > 1
    }

    /// The features that `emit` gives, added up.
    pub(crate) fn weigh(&self, emit: impl FnOnce(&mut Sum<'_>)) -> Weight {
        let mut sum = Sum { table: self, sum: 0, count: 0 };
        emit(&mut sum);
        Weight { sum: sum.sum, count: sum.count }
    }

    /// The sum of the weights of the features that `emit` gives.
    pub(crate) fn score(&self, emit: impl FnOnce(&mut Sum<'_>)) -> f32 {
        let mut sum = Sum { table: self, sum: 0, count: 0 };
        emit(&mut sum);
        // A text gives far fewer than 2^24 features.
        #[expect(clippy::cast_precision_loss, reason = "sums are small")]
        let sum = sum.sum as f32;
        sum * self.unit
    }
}

impl Table {
    /// As [`Table::score`], divided by the root of the number of features: long texts don't weigh more for their length.
    pub(crate) fn mean(&self, emit: impl FnOnce(&mut Sum<'_>)) -> f32 {
        let mut sum = Sum { table: self, sum: 0, count: 0 };
        emit(&mut sum);
        #[expect(clippy::cast_precision_loss, reason = "sums and counts are small")]
        let (sum, count) = (sum.sum as f32, sum.count.max(1) as f32);
        sum * self.unit / count.sqrt()
    }
}

/// All models.
#[derive(Clone)]
pub(crate) struct Model {
    pub names: Table,
    pub codes: Table,
    pub links: Table,
    pub tone: Table,
    /// By word of the vocabulary: what the pieces of common words weigh together in the tone.
    pub letters: Arc<[Weight]>,
    /// Added to every candidate's score, so that nothing decides between yes and no.
    pub bias: f32,
}

/// In the order in which the file keeps them.
const TABLES: usize = 4;
const MAGIC: &[u8; 8] = b"WPPHI\0\0\x02";

impl Model {
    /// The compiled-in models.
    pub(crate) fn compiled() -> Self {
        Self::read(include_bytes!("../data/model.bin")).unwrap_or_else(Self::empty)
    }

    /// Models that know nothing: rules only.
    pub(crate) fn empty() -> Self {
        let [names, codes, links, tone] = [(); TABLES].map(|()| Table::empty());
        Self { names, codes, links, tone, letters: Arc::new([]), bias: 0.0 }
    }

    /// Reads the file: magic, bias (f32), then for each table its length (u32, little endian), unit (f32) and weights (i16).
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (bias, mut rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
        let mut tables = Vec::with_capacity(TABLES);
        for _ in 0..TABLES {
            let (length, tail) = rest.split_first_chunk::<4>()?;
            let (unit, tail) = tail.split_first_chunk::<4>()?;
            let (weights, tail) = tail.split_at_checked((u32::from_le_bytes(*length) as usize).checked_mul(2)?)?;
            let (weights, _) = weights.as_chunks::<2>();
            let weights: Arc<[i16]> = weights.iter().map(|b| i16::from_le_bytes(*b)).collect();
            if !weights.len().is_power_of_two() {
                return None;
            }
            tables.push(Table::new(weights, f32::from_le_bytes(*unit)));
            rest = tail;
        }
        let [names, codes, links, tone] = <[Table; TABLES]>::try_from(tables).ok()?;
        let bias = f32::from_le_bytes(*bias);
        rest.is_empty().then_some(Self { names, codes, links, tone, letters: Arc::new([]), bias })
    }

    /// The file for these tables.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(self.bias.to_le_bytes());
        for table in [&self.names, &self.codes, &self.links, &self.tone] {
            out.extend(u32::try_from(table.weights.len()).unwrap_or(0).to_le_bytes());
            out.extend(table.unit.to_le_bytes());
            out.extend(table.weights.iter().flat_map(|w| w.to_le_bytes()));
        }
        out
    }
}

/// Features of one example that were given already. Made once for many examples.
pub(crate) struct Seen {
    /// Feature, and in which round it was put there.
    slots: Vec<(u32, u32)>,
    round: u32,
    used: usize,
}

impl Seen {
    /// A power of two. An example has a few hundred features; what is beyond three quarters of this is left out.
    const SIZE: usize = 2_048;

    pub(crate) fn new() -> Self {
        Self { slots: vec![(0, 0); Self::SIZE], round: 1, used: 0 }
    }

    /// Begins the next example.
    pub(crate) fn clear(&mut self) {
        self.round += 1;
        self.used = 0;
    }

    /// Whether the feature is new. The hash of a feature is mixed well as it is.
    pub(crate) fn insert(&mut self, feature: u32) -> bool {
        let mut at = feature as usize % Self::SIZE;
        loop {
            match self.slots.get_mut(at) {
                Some(slot) if slot.1 != self.round && self.used < Self::SIZE / 4 * 3 => {
                    *slot = (feature, self.round);
                    self.used += 1;
                    return true;
                }
                Some(slot) if slot.1 == self.round && slot.0 != feature => at = (at + 1) % Self::SIZE,
                _ => return false,
            }
        }
    }
}

/// The numbers of the bits that are set.
pub(crate) fn bits(mut flags: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        (flags != 0).then(|| {
            let bit = flags.trailing_zeros();
            flags &= flags - 1;
            bit
        })
    })
}

/// The hash of a feature: a template and what it saw.
pub(crate) const fn feature(template: u32, value: u32) -> u32 {
    let mut x = value ^ template.wrapping_mul(0x9e37_79b9);
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}

/// A hash of bytes, the same on every machine (FNV-1a).
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193))
}

/// `1 / (1 + e^-x)`.
pub(crate) fn probability(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}
