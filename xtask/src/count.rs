//! Reads how many tests ran from the closing lines of the runners in use: nextest, libtest, vitest, node, Playwright.

/// Tests counted so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Ran and were right.
    pub passed: u32,
    /// Ran and were wrong.
    pub failed: u32,
    /// Did not run.
    pub skipped: u32,
}

impl Counts {
    /// Adds what this line says, if it is a runner's closing line.
    pub fn read_line(&mut self, line: &str) {
        let line = without_colour(line);
        let text = line.trim();
        if let Some(rest) = text.strip_prefix("ℹ ").or_else(|| text.strip_prefix("# ")) {
            return self.read_node(rest);
        }
        let summary = text.split_once("tests run:").or_else(|| text.split_once("test run:")).map(|(_, rest)| rest);
        let libtest = text.strip_prefix("test result:");
        let vitest = text.strip_prefix("Tests ");
        let bare = starts_with_count(text).then_some(text);
        if let Some(part) = summary.or(libtest).or(vitest).or(bare) {
            self.read_pairs(part);
        }
    }

    /// Whether any test was counted at all.
    pub fn any(self) -> bool {
        self.passed + self.failed > 0
    }

    fn read_node(&mut self, rest: &str) {
        let mut words = rest.split_whitespace();
        if let (Some(kind), Some(Ok(number)), None) = (words.next(), words.next().map(str::parse), words.next()) {
            self.add(kind, number);
        }
    }

    fn read_pairs(&mut self, part: &str) {
        let mut number = None;
        for word in part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            match (word.parse::<u32>(), number) {
                (Ok(value), _) => number = Some(value),
                (Err(_), Some(value)) => {
                    self.add(word, value);
                    number = None;
                }
                (Err(_), None) => {}
            }
        }
    }

    fn add(&mut self, kind: &str, number: u32) {
        match kind {
            "pass" | "passed" => self.passed += number,
            "fail" | "failed" => self.failed += number,
            "skipped" | "ignored" => self.skipped += number,
            _ => {}
        }
    }
}

/// `12 passed (3.4s)`, as Playwright closes; a sentence that merely starts with a number does not count.
fn starts_with_count(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let number = words.next().is_some_and(|word| word.parse::<u32>().is_ok());
    let kind = words.next().map(|word| word.trim_end_matches(','));
    number
        && matches!(kind, Some("passed" | "failed" | "skipped"))
        && words.next().is_none_or(|word| word.starts_with('(') || word.parse::<u32>().is_ok())
}

fn without_colour(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // A colour is ESC [ … m.
            for c in chars.by_ref() {
                if c == 'm' {
                    break;
                }
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn counted(text: &str) -> (u32, u32, u32) {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts.read_line(line));
        (counts.passed, counts.failed, counts.skipped)
    }

    #[test]
    fn each_runner_is_understood() {
        assert_eq!(
            counted("     Summary [   0.214s] 31 tests run: 30 passed (1 slow), 1 failed, 2 skipped"),
            (30, 1, 2)
        );
        assert_eq!(counted("Summary [ 0.2s] 1 test run: 1 passed, 0 skipped"), (1, 0, 0));
        assert_eq!(counted("test result: ok. 7 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out"), (7, 0, 1));
        assert_eq!(counted(" Test Files  2 passed (2)\n      Tests  1 failed | 11 passed (12)"), (11, 1, 0));
        assert_eq!(counted("ℹ tests 5\nℹ pass 4\nℹ fail 1\nℹ skipped 0"), (4, 1, 0));
        assert_eq!(counted("# pass 4\n# fail 0"), (4, 0, 0));
        assert_eq!(counted("  1 failed\n    [desktop] › write.spec.ts:3:1 › writes\n  14 passed (1.2m)"), (14, 1, 0));
        assert_eq!(counted("9 passed, 2 failed"), (9, 2, 0));
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        assert_eq!(
            counted(
                "\u{1b}[32;1m Summary\u{1b}[0m [0.1s] \u{1b}[1m3\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32mpassed\u{1b}[0m"
            ),
            (3, 0, 0)
        );
    }

    #[test]
    fn ordinary_lines_count_nothing() {
        assert_eq!(
            counted("3 passed messages were seen by the gate\nqueue: 5 failed\n# a heading\nTest Files 4 passed"),
            (0, 0, 0)
        );
    }
}
