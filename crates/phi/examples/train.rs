//! Trains the detector's models on labelled messages and writes `data/model.bin`.
//!
//! `cargo run --release -p wardpost-phi --example train -- OUT.bin SET.jsonl…` trains on all;
//! `… -- --folds 5 SET.jsonl…` measures by cross-validation instead: every message is judged by models that never saw it.
//!
//! Deterministic: the same sets give the same file.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a tool for developers"
)]
#![expect(clippy::cast_possible_truncation, clippy::unwrap_used, reason = "a tool for developers")]

use serde::Deserialize;
use wardpost_model::finding::{Finding, Findings, Sensitivity};
use wardpost_phi::training::{LinkExample, Which};
use wardpost_phi::{Document, Scanner};

#[derive(Deserialize, Clone)]
struct Span {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize, Clone)]
struct Message {
    #[serde(default)]
    id: String,
    lang: String,
    text: String,
    #[serde(deserialize_with = "truth")]
    phi: bool,
    spans: Vec<Span>,
}

/// `true` or `1`.
fn truth<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(value.as_bool().unwrap_or(value == 1))
}

const BITS: u32 = 17;
const SIZE: usize = 1 << BITS;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (folds, paths) = match args[0].as_str() {
        "--folds" => (args[1].parse().unwrap(), &args[2..]),
        "--on" => (1, &args[2..]),
        _ => (0, &args[1..]),
    };
    // A set that the models never see and on which they are measured.
    let apart = if args[0] == "--on" { read(&args[1]) } else { Vec::new() };
    let mut messages: Vec<Message> = Vec::new();
    for path in paths {
        messages.extend(read(path));
    }
    if folds == 0 {
        let mut scanner = Scanner::untrained();
        train(&mut scanner, &messages.iter().collect::<Vec<_>>());
        std::fs::write(&args[0], scanner.model_file()).unwrap();
        println!("{} messages", messages.len());
        return;
    }
    let mut spans = Spans::default();
    let mut judged: Vec<(&Message, f32, bool)> = Vec::new();
    for fold in 0..folds {
        let mine = |m: &&Message| apart.is_empty() && place(m) % folds == fold;
        let seen: Vec<&Message> = messages.iter().filter(|m| !mine(m)).collect();
        let mut scanner = Scanner::untrained();
        let links = train(&mut scanner, &seen);
        for m in messages.iter().filter(mine).chain(&apart) {
            let score = links.whole(&scanner.link_examples(&m.text));
            let found = scanner.scan(&Document { body: &m.text, ..Document::default() });
            let phi = found.sensitivity >= Sensitivity::Identifier;
            spans.count(m, &found);
            if std::env::var_os("DUMP").is_some() {
                println!(
                    "{}",
                    serde_json::json!({"id": m.id, "lang": m.lang, "phi": m.phi, "text": m.text, "score": score, "tone": links.tone.score(&scanner.link_examples(&m.text).parts.into_iter().fold([Vec::new(), Vec::new()], |mut all, p| { for (a, b) in all.iter_mut().zip(p) { a.extend(b); } all })), "found": found.spans.iter().map(|s| (s.start, s.end, s.kind, &s.reason)).collect::<Vec<_>>(), "rule": found.sensitivity})
                );
            }
            if std::env::var_os("ERRORS").is_some() && phi != m.phi {
                let rules: Vec<&str> = found.spans.iter().map(|s| s.reason.as_str()).collect();
                println!(
                    "{} {} {score:.2} {}\n    {rules:?}",
                    if m.phi { "MISS" } else { "FALSE" },
                    m.id,
                    m.text.replace('\n', "⏎").chars().take(400).collect::<String>()
                );
            }
            judged.push((m, score, phi));
        }
    }
    spans.report();
    for lang in ["en", "nl"] {
        let these: Vec<_> = judged.iter().filter(|j| j.0.lang == lang).collect();
        let rate = |phi: bool, yes: &dyn Fn(&(&Message, f32, bool)) -> bool| {
            let all = these.iter().filter(|j| j.0.phi == phi).count().max(1);
            these.iter().filter(|j| j.0.phi == phi && yes(j)).count() as f32 / all as f32
        };
        println!(
            "{lang} n {} as scanned: recall {:.3} false alarms {:.3}",
            these.len(),
            rate(true, &|j| j.2),
            rate(false, &|j| j.2)
        );
        let mut false_scores: Vec<f32> = these.iter().filter(|j| !j.0.phi).map(|j| j.1).collect();
        false_scores.sort_by(|a, b| b.total_cmp(a));
        for share in [0.03, 0.05, 0.1] {
            let at = false_scores.get((false_scores.len() as f32 * share) as usize).copied().unwrap_or(0.0);
            print!("  {:.3}@{share}", rate(true, &|j| j.1 > at));
        }
        for at in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            print!("  {at}: {:.3}/{:.3}", rate(true, &|j| j.1 >= at), rate(false, &|j| j.1 >= at));
        }
        println!();
    }
}

fn read(path: &str) -> Vec<Message> {
    std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// How many of the labelled spans were found, by kind; and how many findings of that kind lie on no label.
#[derive(Default)]
struct Spans(std::collections::BTreeMap<String, [usize; 4]>);

impl Spans {
    fn count(&mut self, m: &Message, found: &Findings) {
        let named = |f: &Finding| serde_json::to_value(f.kind).unwrap().as_str().unwrap().to_owned();
        for s in &m.spans {
            let over = |f: &&Finding| (f.start as usize) < s.end && s.start < f.end as usize;
            let covered: usize = found
                .spans
                .iter()
                .filter(over)
                .map(|f| s.end.min(f.end as usize) - s.start.max(f.start as usize))
                .sum();
            let n = self.0.entry(s.kind.clone()).or_default();
            if std::env::var_os("MISSED").is_some_and(|k| k == *s.kind) && covered * 2 < s.end - s.start {
                let chars: Vec<char> = m.text.replace('\n', "⏎").chars().collect();
                let slice = |a: usize, b: usize| chars[a..b.min(chars.len())].iter().collect::<String>();
                let (before, it) = (slice(s.start.saturating_sub(60), s.start), slice(s.start, s.end));
                println!("MISSED {} {before}[[{it}]]{}", m.id, slice(s.end, s.end + 30));
            }
            n[0] += usize::from(covered * 2 >= s.end - s.start);
            n[1] += 1;
        }
        for f in &found.spans {
            let n = self.0.entry(named(f)).or_default();
            n[2] += usize::from(m.spans.iter().any(|s| (f.start as usize) < s.end && s.start < f.end as usize));
            n[3] += 1;
        }
    }
    fn report(&self) {
        for (kind, n) in &self.0 {
            print!("{kind} {:.2} ({}/{}) ~{:.2}  ", n[0] as f32 / n[1] as f32, n[0], n[1], n[2] as f32 / n[3] as f32);
        }
        println!();
    }
}

/// A place in 0..1000 by the text.
fn place(m: &Message) -> usize {
    m.text.bytes().fold(7usize, |h, b| (h ^ b as usize).wrapping_mul(0x0100_0193)) >> 7 & 1023
}

/// In so many parts the messages are cut, each seen by models that were trained on the others.
const CROSS: usize = 4;

fn train(scanner: &mut Scanner, messages: &[&Message]) -> Links {
    // What the link model sees of names and tone must be as good as it is for texts that these never saw.
    let mut examples: Vec<Example> = Vec::new();
    let fillers: Vec<&Message> = messages.iter().copied().filter(|m| !m.phi && m.text.len() < 900).collect();
    for part in 0..CROSS {
        let (other, most): (Vec<&Message>, Vec<&Message>) =
            messages.iter().partition(|m| place(m) / 16 % CROSS == part);
        put_names(scanner, &most);
        put_codes(scanner, &most);
        let tone = Tone::train(scanner, &most);
        for m in &other {
            examples.push(Example::new(scanner, m, &m.text, &tone));
            examples.extend(diluted(m, &fillers).map(|text| Example::new(scanner, m, &text, &tone)));
        }
    }
    put_names(scanner, messages);
    put_codes(scanner, messages);
    let tone = Tone::train(scanner, messages);
    let links = Links::train(&examples, tone);
    let (weights, unit) = quantise(&links.own.mean());
    scanner.put(Which::Links, &weights, unit);
    let (weights, unit) = quantise(&links.tone.weights.iter().map(|w| w * links.scale).collect::<Vec<_>>());
    scanner.put(Which::Tone, &weights, unit);
    scanner.put_bias(links.scale * links.tone.bias - env("FROM", 0.4));
    links
}

struct Example {
    phi: bool,
    candidates: Vec<(Vec<u32>, usize)>,
    tones: Vec<f32>,
}

impl Example {
    fn new(scanner: &Scanner, m: &Message, text: &str, tone: &Tone) -> Self {
        let LinkExample { candidates, parts } = scanner.link_examples(text);
        Self { phi: m.phi, candidates, tones: parts.iter().map(|p| tone.score(p)).collect() }
    }
}

/// The message within a mail about something else: what surrounds it must not hide it, nor make it more than it is.
fn diluted(m: &Message, fillers: &[&Message]) -> impl Iterator<Item = String> {
    let same: Vec<&&Message> = fillers.iter().filter(|f| f.lang == m.lang && f.text != m.text).collect();
    let at = place(m) * 7919;
    let pick = |n: usize| same.get((at + n * 104_729) % same.len().max(1)).map_or("", |f| f.text.as_str());
    let copies = env("DILUTED", 1.0) as usize;
    let made: Vec<String> = (0..copies)
        .map(|n| match (at / 3 + n) % 3 {
            0 => format!("{}\n\n{}", pick(n), m.text),
            1 => format!("{}\n\n{}", m.text, pick(n)),
            _ => format!("{}\n\n{}\n\n{}", pick(n), m.text, pick(n + 5)),
        })
        .collect();
    made.into_iter()
}

fn put_names(scanner: &mut Scanner, messages: &[&Message]) {
    let names = train_names(scanner, messages);
    let (weights, unit) = quantise(&names);
    scanner.put(Which::Names, &weights, unit);
}

fn put_codes(scanner: &mut Scanner, messages: &[&Message]) {
    let mut examples: Vec<(Vec<u32>, bool)> = Vec::new();
    for m in messages {
        let bytes: Vec<usize> = m.text.char_indices().map(|c| c.0).chain([m.text.len()]).collect();
        for (start, end, kinds) in scanner.code_examples(&m.text) {
            let over = |s: &&Span| bytes[s.start] < end as usize && (start as usize) < bytes[s.end];
            let gold = m.spans.iter().find(over).map_or("", |s| s.kind.as_str());
            for (kind, features) in kinds {
                let name = serde_json::to_value(kind).unwrap();
                examples.push((features, name == gold));
            }
        }
    }
    let mut learner = Learner::new(0.1, 1e-4);
    shuffled(&mut learner, &examples, 8, |l, (features, gold)| {
        let p = sigmoid(l.sum(features));
        l.learn(features, p - f32::from(u8::from(*gold)));
    });
    let (weights, unit) = quantise(&learner.mean());
    scanner.put(Which::Codes, &weights, unit);
}

struct Learner {
    weights: Vec<f32>,
    /// Sums of the weights after each epoch of the second half: their mean is steadier than the last.
    sums: Vec<f32>,
    summed: f32,
    squares: Vec<f32>,
    rate: f32,
    decay: f32,
}

impl Learner {
    fn new(rate: f32, decay: f32) -> Self {
        Self { weights: vec![0.0; SIZE], sums: vec![0.0; SIZE], summed: 0.0, squares: vec![1e-2; SIZE], rate, decay }
    }
    fn sum(&self, features: &[u32]) -> f32 {
        features.iter().map(|f| self.weights[*f as usize & (SIZE - 1)]).sum()
    }
    fn epoch(&mut self, epoch: usize, epochs: usize) {
        if epoch * 2 >= epochs {
            self.summed += 1.0;
            self.sums.iter_mut().zip(&self.weights).for_each(|(s, w)| *s += w);
        }
    }
    fn mean(&self) -> Vec<f32> {
        self.sums.iter().map(|s| s / self.summed.max(1.0)).collect()
    }
    /// `AdaGrad`, with weights drawn to nothing.
    fn learn(&mut self, features: &[u32], gradient: f32) {
        for f in features {
            let i = *f as usize & (SIZE - 1);
            let g = gradient + self.decay * self.weights[i];
            self.squares[i] += g * g;
            self.weights[i] -= self.rate * g / self.squares[i].sqrt();
        }
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

fn train_names(scanner: &Scanner, messages: &[&Message]) -> Vec<f32> {
    let mut examples: Vec<(Vec<u32>, bool)> = Vec::new();
    for m in messages {
        let bytes: Vec<usize> = m.text.char_indices().map(|c| c.0).chain([m.text.len()]).collect();
        let persons: Vec<(usize, usize)> =
            m.spans.iter().filter(|s| s.kind == "PERSON").map(|s| (bytes[s.start], bytes[s.end])).collect();
        for (start, end, features) in scanner.name_examples(&m.text) {
            let inside = persons.iter().any(|p| p.0 < end as usize && (start as usize) < p.1);
            examples.push((features, inside));
        }
    }
    let mut learner = Learner::new(env("NRATE", 0.1), env("NDECAY", 1e-4));
    shuffled(&mut learner, &examples, env("NEPOCHS", 6.0) as usize, |l, (features, gold)| {
        let p = sigmoid(l.sum(features));
        l.learn(features, p - f32::from(u8::from(*gold)));
    });
    learner.mean()
}

fn env(name: &str, default: f32) -> f32 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// An order of examples, another one each time, the same in each run.
struct Order(Vec<usize>, u64);

impl Order {
    fn new(n: usize) -> Self {
        Self((0..n).collect(), 0x2545_f491_4f6c_dd1d)
    }
    fn shuffled(&mut self) -> Vec<usize> {
        for i in (1..self.0.len()).rev() {
            self.1 ^= self.1 << 13;
            self.1 ^= self.1 >> 7;
            self.1 ^= self.1 << 17;
            self.0.swap(i, (self.1 % (i as u64 + 1)) as usize);
        }
        self.0.clone()
    }
}

fn shuffled<T>(learner: &mut Learner, examples: &[T], epochs: usize, mut each: impl FnMut(&mut Learner, &T)) {
    let mut order = Order::new(examples.len());
    for epoch in 0..epochs {
        for i in order.shuffled() {
            each(learner, &examples[i]);
        }
        learner.epoch(epoch, epochs);
    }
}

const TONE_SIZE: usize = 1 << 18;

const fn tone_place(f: u32) -> usize {
    f as usize & (TONE_SIZE - 1)
}

/// How a text about somebody's health sounds: logistic regression on words, pairs and pieces of words, weighed by how
/// rare they are, each block divided by the root of its length.
struct Tone {
    /// With the rareness in it.
    weights: Vec<f32>,
    bias: f32,
}

impl Tone {
    fn score(&self, part: &[Vec<u32>; 2]) -> f32 {
        self.bias + part.iter().map(|block| sum_of(&self.weights, block)).sum::<f32>()
    }

    fn train(scanner: &Scanner, messages: &[&Message]) -> Self {
        let examples: Vec<([Vec<u32>; 2], bool)> = messages
            .iter()
            .map(|m| {
                let mut whole = [Vec::new(), Vec::new()];
                for part in scanner.link_examples(&m.text).parts {
                    for (all, block) in whole.iter_mut().zip(part) {
                        all.extend(block);
                    }
                }
                (whole, m.phi)
            })
            .collect();
        let mut seen = vec![0u32; TONE_SIZE];
        for (whole, _) in &examples {
            let mut places: Vec<usize> = whole.iter().flatten().map(|f| tone_place(*f)).collect();
            places.sort_unstable();
            places.dedup();
            places.iter().for_each(|p| seen[*p] += 1);
        }
        let n = examples.len() as f32;
        // A feature of one message only says nothing.
        let rareness = |d: u32| if d < 2 { 0.0 } else { (((1.0 + n) / (1.0 + d as f32)).ln() + 1.0) / 6.0 };
        let rare: Vec<f32> = seen.into_iter().map(rareness).collect();
        let (epochs, rate, decay) = (env("TEPOCHS", 40.0), env("TRATE", 4.0), env("TDECAY", 1e-5));
        let (mut weights, mut bias) = (vec![0.0f32; TONE_SIZE], 0.0);
        let mut order = Order::new(examples.len());
        for epoch in 0..epochs as usize {
            let rate = rate / (1.0 + epoch as f32 / 4.0);
            for i in order.shuffled() {
                let (whole, phi) = &examples[i];
                let mut score = bias;
                for block in whole {
                    let sum: f32 = block.iter().map(|f| weights[tone_place(*f)] * rare[tone_place(*f)]).sum();
                    score += sum / (block.len().max(1) as f32).sqrt();
                }
                let step = rate * (sigmoid(score) - f32::from(u8::from(*phi)));
                bias -= step * 0.01;
                for block in whole {
                    let step = step / (block.len().max(1) as f32).sqrt();
                    for f in block {
                        weights[tone_place(*f)] -= step * rare[tone_place(*f)];
                    }
                }
            }
            let shrink = (1.0 - rate * decay).powf(n);
            weights.iter_mut().for_each(|w| *w *= shrink);
        }
        weights.iter_mut().zip(&rare).for_each(|(w, r)| *w *= r);
        Self { weights, bias }
    }
}

fn sum_of(weights: &[f32], block: &[u32]) -> f32 {
    block.iter().map(|f| weights[tone_place(*f)]).sum::<f32>() / (block.len().max(1) as f32).sqrt()
}

/// Whose information it is: weights of candidates, and what the tone of the parts is worth in which they stand.
struct Links {
    own: Learner,
    tone: Tone,
    scale: f32,
}

impl Links {
    /// The score of the whole, and the share of each candidate in it.
    fn judge(&self, candidates: &[(Vec<u32>, usize)], tones: &[f32]) -> (f32, Vec<f32>) {
        let scores: Vec<f32> = candidates.iter().map(|(f, part)| self.own.sum(f) + self.scale * tones[*part]).collect();
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = scores.iter().map(|s| (s - most).exp()).sum();
        (most + total.ln(), scores.iter().map(|s| (s - most).exp() / total).collect())
    }

    fn whole(&self, example: &LinkExample) -> f32 {
        let tones: Vec<f32> = example.parts.iter().map(|p| self.tone.score(p)).collect();
        self.judge(&example.candidates, &tones).0
    }

    fn train(examples: &[Example], tone: Tone) -> Self {
        let own = Learner::new(env("LRATE", 0.02), env("LDECAY", 3e-3));
        let mut links = Self { own, tone, scale: env("SCALE", 1.0) };
        let (epochs, miss) = (env("LEPOCHS", 12.0) as usize, env("MISS", 1.0));
        let mut order = Order::new(examples.len());
        for epoch in 0..epochs {
            for i in order.shuffled() {
                let e = &examples[i];
                let (score, shares) = links.judge(&e.candidates, &e.tones);
                let p = sigmoid(score);
                let gradient = if e.phi { (p - 1.0) * miss } else { p };
                let mut moved = 0.0;
                for ((f, part), share) in e.candidates.iter().zip(&shares) {
                    if *share > 0.01 {
                        links.own.learn(f, gradient * share);
                    }
                    moved += share * e.tones[*part];
                }
                links.scale -= env("SRATE", 0.0) * gradient * moved;
            }
            links.own.epoch(epoch, epochs);
        }
        links.own.weights = links.own.mean();
        links
    }
}

/// Sixteen bits a weight.
fn quantise(weights: &[f32]) -> (Vec<i16>, f32) {
    let most = weights.iter().map(|w| w.abs()).fold(1e-6, f32::max);
    let unit = most / 32_000.0;
    (weights.iter().map(|w| (w / unit).round() as i16).collect(), unit)
}
