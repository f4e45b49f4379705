//! One function, rewritten: its own code verbatim, with the charges between.
//!
//! Fuel is charged in the global, so that it is right whenever control leaves the function, by
//! whatever way. In a loop that calls nobody the global is only written: reading it back at each
//! turn would make the turns wait for each other's store, so there a local holds the same.

use wasm_encoder::{BlockType, Encode, Instruction, MemArg, ValType};
use wasmparser::{FunctionBody, Operator};

use super::plan::{Charge, Plan, plan};
use super::survey::{Charging, Frame, Function, Layout};
use super::weight;

/// The body of a function as the code section has it, without its length.
pub(super) fn rewrite(
    body: &FunctionBody<'_>,
    function: &Function,
    layout: &Layout,
) -> wasmparser::Result<Vec<u8>> {
    let mut reader = body.get_operators_reader()?;
    let (mut code, mut starts) = (Vec::new(), Vec::new());
    while !reader.eof() {
        let (operator, start) = reader.read_with_offset()?;
        code.push(operator);
        starts.push(start);
    }
    let range = body.range();
    starts.push(range.end);
    let bytes = body.as_bytes();
    let verbatim = |at: usize| &bytes[starts[at] - range.start..starts[at + 1] - range.start];

    let plan = match layout.charging {
        #[cfg(test)]
        Charging::Each => super::plan::each(&code),
        _ => plan(&code),
    };
    let mut writer = Writer::new(function, layout, body.get_locals_reader()?.get_count());
    writer.locals(&bytes[..starts[0] - range.start], &code)?;
    writer.enter(&plan);
    let mut marks = Marks::new(&plan);
    let mut depth = 0u32;
    for (at, operator) in code.iter().enumerate() {
        match operator {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. } => {
                depth += 1;
            }
            Operator::End => depth = depth.saturating_sub(1),
            _ => {}
        }
        if marks.call_free_begins(at) {
            writer.load_fuel();
        }
        if let Some(each) = weight::per_operand(operator) {
            writer.charge_operand(each, depth);
        }
        match operator {
            Operator::Return if function.frame.is_counted() => writer.put(&Instruction::Br(depth)),
            Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } => {
                writer.leave();
                writer.raw(verbatim(at));
            }
            Operator::End if at + 1 == code.len() => writer.finish(),
            _ => writer.raw(verbatim(at)),
        }
        if marks.call_free_ends(at) {
            writer.cached = false;
        }
        if marks.handler(at) {
            writer.restore();
        }
        if let Some(charge) = marks.charge(at) {
            writer.charge(charge, depth);
        }
    }
    Ok(writer.out)
}

/// A walk through a plan's marks, which are in the order of the code.
struct Marks<'a> {
    plan: &'a Plan,
    charges: usize,
    call_free: usize,
    handlers: usize,
}

impl<'a> Marks<'a> {
    fn new(plan: &'a Plan) -> Marks<'a> {
        Marks {
            plan,
            charges: 0,
            call_free: 0,
            handlers: 0,
        }
    }

    fn charge(&mut self, at: usize) -> Option<&'a Charge> {
        let charge = self
            .plan
            .charges
            .get(self.charges)
            .filter(|charge| charge.after == at);
        self.charges += usize::from(charge.is_some());
        charge
    }

    fn call_free_begins(&self, at: usize) -> bool {
        self.plan
            .call_free
            .get(self.call_free)
            .is_some_and(|range| range.start == at)
    }

    fn call_free_ends(&mut self, at: usize) -> bool {
        let ends = self
            .plan
            .call_free
            .get(self.call_free)
            .is_some_and(|range| range.end == at);
        self.call_free += usize::from(ends);
        ends
    }

    fn handler(&mut self, at: usize) -> bool {
        let mut found = false;
        while self.plan.handlers.get(self.handlers) == Some(&at) {
            self.handlers += 1;
            found = true;
        }
        found
    }
}

struct Writer<'a> {
    out: Vec<u8>,
    function: &'a Function,
    layout: &'a Layout,
    groups: u32,
    /// The locals added: fuel left, the stack left in it, and an operand put aside.
    fuel: u32,
    stack: u32,
    operand: u32,
    /// In a loop in which the local holds the fuel left.
    cached: bool,
}

impl<'a> Writer<'a> {
    fn new(function: &'a Function, layout: &'a Layout, groups: u32) -> Writer<'a> {
        Writer {
            out: Vec::new(),
            function,
            layout,
            groups,
            fuel: function.locals,
            stack: function.locals + 1,
            operand: function.locals + 2,
            cached: false,
        }
    }

    /// Declares the locals: those there were, in `declared`, and the added.
    fn locals(&mut self, declared: &[u8], code: &[Operator<'_>]) -> wasmparser::Result<()> {
        let bulk = code
            .iter()
            .any(|operator| weight::per_operand(operator).is_some());
        let mut reader = wasmparser::BinaryReader::new(declared, 0);
        reader.read_var_u32()?;
        let groups = &declared[reader.original_position()..];
        (self.groups + 1 + u32::from(bulk)).encode(&mut self.out);
        self.raw(groups);
        2u32.encode(&mut self.out);
        ValType::I64.encode(&mut self.out);
        if bulk {
            1u32.encode(&mut self.out);
            ValType::I32.encode(&mut self.out);
        }
        Ok(())
    }

    fn put(&mut self, instruction: &Instruction<'_>) {
        instruction.encode(&mut self.out);
    }

    fn put_all(&mut self, instructions: &[Instruction<'_>]) {
        instructions
            .iter()
            .for_each(|instruction| self.put(instruction));
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Charges for the entry and takes the frame from the stack. The body becomes a block, so that
    /// whatever returns comes past its end, in another that checks branch out of when they fail:
    /// with the trap in its place each of them would jump over it, which is what is done mostly.
    fn enter(&mut self, plan: &Plan) {
        self.put(&Instruction::Block(BlockType::Empty));
        self.subtract(plan.entry);
        self.put(&Instruction::LocalGet(self.fuel));
        if let Frame::Counted(bytes) = self.function.frame {
            self.put_all(&[
                Instruction::GlobalGet(self.layout.stack),
                Instruction::I64Const(bytes),
                Instruction::I64Sub,
                Instruction::LocalTee(self.stack),
                Instruction::GlobalSet(self.layout.stack),
                Instruction::LocalGet(self.stack),
                Instruction::I64Or,
            ]);
            self.or_stop();
        }
        self.trap_if_negative(0);
        self.put(&Instruction::Block(self.function.result));
    }

    /// Ends the function: its body, then where all checks that fail lead.
    fn finish(&mut self) {
        self.put(&Instruction::End);
        self.leave();
        self.put_all(&[
            Instruction::Return,
            Instruction::End,
            Instruction::Unreachable,
            Instruction::End,
        ]);
    }

    /// Gives the frame back.
    fn leave(&mut self) {
        if let Frame::Counted(bytes) = self.function.frame {
            self.put_all(&[
                Instruction::GlobalGet(self.layout.stack),
                Instruction::I64Const(bytes),
                Instruction::I64Add,
                Instruction::GlobalSet(self.layout.stack),
            ]);
        }
    }

    /// Gives back the frames that an exception went through without their taking leave.
    fn restore(&mut self) {
        if self.function.frame.is_counted() {
            self.put_all(&[
                Instruction::LocalGet(self.stack),
                Instruction::GlobalSet(self.layout.stack),
            ]);
        }
    }

    fn load_fuel(&mut self) {
        self.put_all(&[
            Instruction::GlobalGet(self.layout.fuel),
            Instruction::LocalSet(self.fuel),
        ]);
        self.cached = self.layout.charging == Charging::Cached;
    }

    fn get_fuel(&mut self) {
        self.put(&match self.cached {
            true => Instruction::LocalGet(self.fuel),
            false => Instruction::GlobalGet(self.layout.fuel),
        });
    }

    fn charge(&mut self, charge: &Charge, depth: u32) {
        if charge.cost > 0 {
            self.subtract(charge.cost);
        }
        if charge.head {
            match charge.cost {
                0 => self.get_fuel(),
                _ => self.put(&Instruction::LocalGet(self.fuel)),
            }
            if !self.cached {
                self.or_stop();
            }
            self.trap_if_negative(depth + 1);
        }
    }

    fn subtract(&mut self, cost: u64) {
        self.get_fuel();
        // A body has less than 2^32 instructions, of less than 2^20 each.
        self.put_all(&[Instruction::I64Const(cost as i64), Instruction::I64Sub]);
        self.set_fuel();
    }

    /// Charges `each` for the operand on the stack, which counts what the next instruction does.
    fn charge_operand(&mut self, each: i64, depth: u32) {
        self.put(&Instruction::LocalSet(self.operand));
        self.get_fuel();
        self.put_all(&[
            Instruction::LocalGet(self.operand),
            Instruction::I64ExtendI32U,
            Instruction::I64Const(each),
            Instruction::I64Mul,
            Instruction::I64Sub,
        ]);
        self.set_fuel();
        self.put(&Instruction::LocalGet(self.fuel));
        self.trap_if_negative(depth + 1);
        self.put(&Instruction::LocalGet(self.operand));
    }

    fn set_fuel(&mut self) {
        self.put_all(&[
            Instruction::LocalTee(self.fuel),
            Instruction::GlobalSet(self.layout.fuel),
        ]);
    }

    /// Makes the number on the stack negative if the host wants the guest to stop.
    fn or_stop(&mut self) {
        self.put_all(&[
            Instruction::I32Const(0),
            Instruction::I64Load(MemArg {
                offset: 0,
                align: 3,
                memory_index: self.layout.stop,
            }),
            Instruction::I64Or,
        ]);
    }

    /// Traps if the number on the stack is negative, from so many blocks within the outermost.
    fn trap_if_negative(&mut self, depth: u32) {
        self.put_all(&[
            Instruction::I64Const(0),
            Instruction::I64LtS,
            Instruction::BrIf(depth),
        ]);
    }
}
