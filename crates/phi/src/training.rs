//! What the trainer (`examples/train.rs`) needs of the inside: the features of words and texts, and models put in.

use crate::codes::{CodeFinder, KINDS, as_kind};
use crate::learned::{Model, Table};
use crate::names::NameFinder;
use crate::names::tagger::Tagger;
use crate::scan::{Parsed, numbers};
use crate::text::Text;
use crate::{Scanner, layout::Layout};
use wardpost_model::finding::FindingKind;

/// A word that could be part of a name: first and last byte, and its features.
pub type NameExample = (u32, u32, Vec<u32>);

/// A code: first and last byte, and its features as each kind.
pub type CodeExample = (u32, u32, Vec<(FindingKind, Vec<u32>)>);

pub use crate::link::LinkExample;

/// One of the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Words of names.
    Names,
    /// What a code stands for.
    Codes,
    /// Whose information it is.
    Links,
    /// Whether a part of a text sounds like care for somebody.
    Tone,
}

impl Scanner {
    /// A scanner with models that know nothing yet.
    #[must_use]
    pub fn untrained() -> Self {
        let mut scanner =
            Self::new(&crate::OrgVocabulary::default()).unwrap_or_else(|_| unreachable!("no own patterns"));
        scanner.model = Model::empty();
        scanner
    }

    /// Puts in weights (a power of two of them), each worth `unit`.
    pub fn put(&mut self, which: Which, weights: &[i16], unit: f32) {
        let table = Table::new(weights.into(), unit);
        match which {
            Which::Names => self.model.names = table,
            Which::Codes => self.model.codes = table,
            Which::Links => self.model.links = table,
            Which::Tone => (self.model.tone, self.model.letters) = (table, [].into()),
        }
    }

    /// Puts in what is added to every score of a link.
    pub fn put_bias(&mut self, bias: f32) {
        self.model.bias = bias;
    }

    /// The models as they are compiled in.
    #[must_use]
    pub fn model_file(&self) -> Vec<u8> {
        self.model.write()
    }

    /// The words of a text that could be part of a name.
    #[must_use]
    pub fn name_examples(&self, raw: &str) -> Vec<NameExample> {
        let t = Text::new(raw, &self.lexicon);
        let layout = Layout::new(&t);
        let (_, taken) = numbers(&t, &layout, &self.own.numbers);
        let names = NameFinder { t: &t, layout: &layout, taken: &taken };
        let ruled = names.by_rules();
        let tagger = Tagger::new(&names, &self.model.names, &ruled);
        let each = (0..t.tokens.len()).filter(|i| tagger.candidate(*i)).filter_map(|i| {
            let mut features = Vec::new();
            tagger.features(i, &mut features);
            let token = t.tokens.get(i)?;
            Some((token.start, token.end, features))
        });
        each.collect()
    }

    /// The codes of a text: first and last byte, and for each kind of number that it could be its features.
    #[must_use]
    pub fn code_examples(&self, raw: &str) -> Vec<CodeExample> {
        let t = Text::new(raw, &self.lexicon);
        let layout = Layout::new(&t);
        let (ids, mut taken) = numbers(&t, &layout, &self.own.numbers);
        let persons = NameFinder { t: &t, layout: &layout, taken: &taken }.run(&self.model.names);
        for p in &persons {
            taken.iter_mut().take(p.last).skip(p.first).for_each(|x| *x = true);
        }
        let codes = CodeFinder::new(&t, &layout, &ids, &persons);
        let mut seen = Vec::new();
        let each = codes.candidates(&taken).into_iter().map(|c| {
            codes.seen(&c, &mut seen);
            let kinds = KINDS.map(|k| (k, seen.iter().map(|s| as_kind(k, *s)).collect()));
            (c.start, c.end, kinds.to_vec())
        });
        each.collect()
    }

    /// The features of everybody whom a text could be about, with those of their part of the text.
    #[must_use]
    pub fn link_examples(&self, raw: &str) -> LinkExample {
        let parsed = Parsed::new(raw, 0, self);
        let evidence = parsed.evidence();
        crate::link::examples(&evidence, &evidence.by_rules())
    }
}
