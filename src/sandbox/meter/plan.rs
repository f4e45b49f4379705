//! Where a function is charged, and how much.
//!
//! A function is cut into *segments*, each run from its start to its end or not at all (but for
//! traps and exceptions). Branches go from the end of a segment to the start of a later one, or
//! back to the head of a loop. What a segment costs is charged at its own start or at the start of
//! one that always runs before it, so that work is never done before it is paid for:
//!
//! - the entry of the function and the heads of loops pay for the dearest way from them to where
//!   somebody else pays, and check that they could;
//! - the head of a loop that is a big switch, as an interpreter's is, only checks: each of its arms
//!   pays for the way there too, since two charges a turn would wait for each other;
//! - where ways part and one is much dearer than another, it pays the difference at its own start,
//!   unchecked: there are only so many of them before the next check;
//! - what follows a loop is paid for before it, as if the ways out of it began there;
//! - an exception's handler pays for itself.
//!
//! So the count is exact up to the small differences that are not worth a charge, and never less
//! than what was done.

use std::collections::BTreeSet;
use std::ops::Range;

use wasmparser::Operator;

use super::outline::{Block, Kind, label_of, outline};
use super::weight;

pub(super) struct Plan {
    /// What entering the function costs.
    pub entry: u64,
    /// In the order of the code.
    pub charges: Vec<Charge>,
    /// The loops, outermost only, in which nothing but the loop itself changes the fuel left.
    pub call_free: Vec<Range<usize>>,
    /// The instructions after which an exception's handler begins.
    pub handlers: Vec<usize>,
}

pub(super) struct Charge {
    /// The instruction it comes after.
    pub after: usize,
    /// None at all where only the check is left.
    pub cost: u64,
    /// Whether it is the head of a loop, where the fuel left is checked.
    pub head: bool,
}

/// Plans the charges of a function. The code must be valid.
pub(super) fn plan(code: &[Operator<'_>]) -> Plan {
    let blocks = outline(code);
    let mut cut = Cut::new(&blocks);
    for (at, operator) in code.iter().enumerate() {
        cut.read(at, operator);
    }
    let costs = cut.price();
    let mut charges = cut.segments.iter().zip(costs);
    let entry = charges.next().map_or(0, |(_, cost)| cost) + weight::ENTRY;
    let charges = charges
        .filter_map(|(segment, cost)| {
            let head = segment.payer == Payer::Head;
            (head || cost > 0).then_some(Charge {
                after: segment.after,
                cost,
                head,
            })
        })
        .collect();
    let mut call_free: Vec<Range<usize>> = Vec::new();
    for block in blocks
        .iter()
        .filter(|block| block.kind == Kind::Loop && !block.calls)
    {
        if call_free
            .last()
            .is_none_or(|outer| outer.end < block.span.start)
        {
            call_free.push(block.span.clone());
        }
    }
    let mut handlers: Vec<usize> = blocks
        .iter()
        .filter(|block| block.caught && block.kind != Kind::Function)
        .map(|block| match block.kind {
            Kind::Loop => block.span.start,
            _ => block.span.end,
        })
        .collect();
    handlers.sort_unstable();
    Plan {
        entry,
        charges,
        call_free,
        handlers,
    }
}

/// Who pays for a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Payer {
    /// Itself, checked: the head of a loop.
    Head,
    /// Itself.
    Itself,
    /// Those before it, but for what was found to be worth a charge.
    Before,
}

struct Segment {
    /// The instruction before its first.
    after: usize,
    payer: Payer,
    cost: u64,
    /// Where it may go, by itself or through loops that begin at its end.
    ways: Vec<Way>,
    /// It ends in a `br_table` with many targets.
    switch: bool,
    /// It ends in a trap or an exception.
    aborts: bool,
}

/// Where a segment may go.
#[derive(Clone, Copy)]
enum Way {
    /// To another segment.
    Segment(usize),
    /// To what follows a block, or its `else`.
    After(usize),
    Else(usize),
    /// Out of the function, or back to the head of a loop, where nothing remains to be paid.
    Paid,
}

struct Cut<'a> {
    blocks: &'a [Block],
    /// By block: the segment that follows it, and the one of its `else`.
    after: Vec<Option<usize>>,
    otherwise: Vec<Option<usize>>,
    segments: Vec<Segment>,
    /// By block, for loops: the segment before it.
    before: Vec<Option<usize>>,
    /// The one being read; none where nothing leads to.
    current: Option<usize>,
    open: Vec<usize>,
    begun: usize,
}

impl<'a> Cut<'a> {
    fn new(blocks: &'a [Block]) -> Cut<'a> {
        let mut cut = Cut {
            blocks,
            after: vec![None; blocks.len()],
            otherwise: vec![None; blocks.len()],
            segments: Vec::new(),
            before: vec![None; blocks.len()],
            current: None,
            open: vec![0],
            begun: 1,
        };
        cut.segment(0, Payer::Itself);
        cut
    }

    fn read(&mut self, at: usize, operator: &Operator<'_>) {
        use Operator::*;
        if let Some(current) = self.current {
            self.segments[current].cost += weight::of(operator);
        }
        match operator {
            Block { .. } | TryTable { .. } => _ = self.begin(),
            Loop { .. } => {
                let block = self.begin();
                // The way into the loop is no alternative to those out of it.
                self.before[block] = self.current.take();
                self.segment(at, Payer::Head);
            }
            If { .. } => {
                let block = self.begin();
                self.way(Way::Else(block));
                self.segment(at, Payer::Before);
            }
            Else => {
                if let Some(block) = self.open.last().copied() {
                    self.way(Way::After(block));
                    self.current = None;
                    self.otherwise[block] = Some(self.segment(at, Payer::Before));
                }
            }
            End => self.end(at),
            Br { relative_depth } => {
                self.branch(*relative_depth);
                self.current = None;
            }
            BrIf { relative_depth }
            | BrOnNull { relative_depth }
            | BrOnNonNull { relative_depth } => {
                self.branch(*relative_depth);
                if self.current.is_some() {
                    self.segment(at, Payer::Before);
                }
            }
            BrTable { targets } => {
                targets
                    .targets()
                    .flatten()
                    .for_each(|depth| self.branch(depth));
                self.branch(targets.default());
                if let Some(current) = self.current.take() {
                    self.segments[current].switch = targets.len() >= weight::BIG_SWITCH;
                }
            }
            Return | ReturnCall { .. } | ReturnCallIndirect { .. } | ReturnCallRef { .. } => {
                self.way(Way::Paid);
                self.current = None;
            }
            Unreachable | Throw { .. } | ThrowRef => {
                if let Some(current) = self.current.take() {
                    self.segments[current].aborts = true;
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self) -> usize {
        let block = self.begun;
        self.begun += 1;
        self.open.push(block);
        block
    }

    fn end(&mut self, at: usize) {
        let Some(ended) = self.open.pop() else { return };
        let block = &self.blocks[ended];
        let payer = match block.kind {
            Kind::Function => return,
            Kind::Loop if self.current.is_none() => return,
            Kind::Loop => {
                self.current = self.before[ended];
                Payer::Before
            }
            _ if block.caught => Payer::Itself,
            Kind::Block if !block.targeted => return,
            _ => Payer::Before,
        };
        self.after[ended] = Some(self.segment(at, payer));
    }

    /// Starts a segment that the current one, if any, runs on into.
    fn segment(&mut self, after: usize, payer: Payer) -> usize {
        let index = self.segments.len();
        self.way(Way::Segment(index));
        self.segments.push(Segment {
            after,
            payer,
            cost: 0,
            ways: Vec::new(),
            switch: false,
            aborts: false,
        });
        self.current = Some(index);
        index
    }

    fn branch(&mut self, depth: u32) {
        let Some(target) = label_of(&self.open, depth) else {
            return;
        };
        if let Kind::Function | Kind::Loop = self.blocks[target].kind {
            return self.way(Way::Paid);
        }
        let within = self.open.len() - depth as usize..;
        let left = self.open[within]
            .iter()
            .find(|block| self.blocks[**block].kind == Kind::Loop);
        match left {
            None => self.way(Way::After(target)),
            // Out of a loop: paid for before the outermost that is left.
            Some(left) => {
                if let (Some(before), Some(_)) = (self.before[*left], self.current) {
                    self.segments[before].ways.push(Way::After(target));
                }
                self.way(Way::Paid);
            }
        }
    }

    fn way(&mut self, way: Way) {
        if let Some(current) = self.current {
            self.segments[current].ways.push(way);
        }
    }

    /// The segment that a way leads to, if something may remain to be paid there.
    fn lead(&self, way: Way) -> Option<usize> {
        match way {
            Way::Segment(index) => Some(index),
            Way::After(block) => self.after[block],
            Way::Else(block) => self.otherwise[block].or(self.after[block]),
            Way::Paid => None,
        }
    }

    /// What each segment pays at its start.
    fn price(&self) -> Vec<u64> {
        let mut worth = vec![0; self.segments.len()];
        // The dearest way from the start of each, up to where another pays. Ways lead forward, so
        // backward all that follows is known.
        let mut dearest = vec![0; self.segments.len()];
        // What arms pay for the head that leads to them.
        let mut passed_on = vec![0; self.segments.len()];
        let mut switches = vec![false; self.segments.len()];
        for (index, segment) in self.segments.iter().enumerate().rev() {
            if let (Payer::Head, Some(arms)) = (segment.payer, self.arms(segment)) {
                switches[index] = true;
                for arm in arms {
                    worth[arm] = dearest[arm];
                    passed_on[arm] += segment.cost + weight::TURN;
                }
            } else {
                self.find_worth(segment, &dearest, &mut worth);
            }
            dearest[index] = segment.cost + self.remains(segment, &dearest, &worth);
            if segment.payer != Payer::Before {
                worth[index] = dearest[index];
            }
        }
        // Now that all charges are known, which those before did not when they were settled.
        for (index, segment) in self.segments.iter().enumerate().rev() {
            dearest[index] = segment.cost + self.remains(segment, &dearest, &worth);
            worth[index] = match segment.payer {
                Payer::Before => worth[index].min(dearest[index]),
                Payer::Head | Payer::Itself => dearest[index],
            };
        }
        for (index, segment) in self.segments.iter().enumerate() {
            worth[index] += passed_on[index];
            if segment.payer == Payer::Head {
                worth[index] = if switches[index] {
                    0
                } else {
                    worth[index] + weight::TURN
                };
            }
        }
        worth
    }

    /// The segments that a big switch leads to, each once; none if it may lead back to a loop's
    /// head without passing one, or out.
    fn arms(&self, segment: &Segment) -> Option<BTreeSet<usize>> {
        if !segment.switch {
            return None;
        }
        segment.ways.iter().map(|way| self.lead(*way)).collect()
    }

    /// Finds the ways out of a segment that are to pay for themselves what they cost more than the
    /// cheapest. Those into a trap don't count as that: they are hardly ever taken.
    fn find_worth(&self, segment: &Segment, dearest: &[u64], worth: &mut [u64]) {
        let ways = &segment.ways;
        if ways.len() < 2 {
            return;
        }
        let cost = |way: &Way, worth: &[u64]| {
            self.lead(*way)
                .map_or(0, |to| dearest[to] - worth[to].min(dearest[to]))
        };
        let aborts = |way: &Way| self.lead(*way).is_some_and(|to| self.segments[to].aborts);
        let cheapest = ways
            .iter()
            .filter(|way| !aborts(way))
            .map(|way| cost(way, worth))
            .min()
            .unwrap_or(0);
        let least = match segment.switch {
            true => weight::WORTH_A_CHARGE_IN_SWITCH,
            false => weight::WORTH_A_CHARGE,
        };
        for way in ways {
            let more = cost(way, worth).saturating_sub(cheapest);
            if let (true, Some(to)) = (more > least, self.lead(*way)) {
                worth[to] += more;
            }
        }
    }

    fn remains(&self, segment: &Segment, dearest: &[u64], worth: &[u64]) -> u64 {
        segment
            .ways
            .iter()
            .filter_map(|way| self.lead(*way))
            .map(|to| dearest[to] - worth[to].min(dearest[to]))
            .max()
            .unwrap_or(0)
    }
}

/// A plan that charges each instruction just before it runs, with nothing to get wrong.
#[cfg(test)]
pub(super) fn each(code: &[Operator<'_>]) -> Plan {
    let planned = plan(code);
    let charges = (1..code.len()).map(|at| {
        let head = matches!(code[at - 1], Operator::Loop { .. });
        Charge {
            after: at - 1,
            cost: weight::of(&code[at]) + if head { weight::TURN } else { 0 },
            head,
        }
    });
    Plan {
        entry: weight::ENTRY + weight::of(&code[0]),
        charges: charges.filter(|charge| charge.cost > 0).collect(),
        call_free: Vec::new(),
        handlers: planned.handlers,
    }
}
