//! Asking Linux which pages of a private mapping were written.

use std::fs::File;
use std::ops::Range;
use std::sync::LazyLock;

use rustix::ioctl::{Opcode, Updater, ioctl, opcode};

/// `struct pm_scan_arg` of linux/fs.h.
#[repr(C)]
#[derive(Default)]
struct Scan {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    regions: u64,
    regions_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// `struct page_region`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Region {
    start: u64,
    end: u64,
    categories: u64,
}

const PAGEMAP_SCAN: Opcode = opcode::read_write::<Scan>(b'f', 16);

/// Categories of pages: of a file that is mapped, in memory, swapped out, the shared page of zeros.
const FILE: u64 = 1 << 2;
const PRESENT: u64 = 1 << 3;
const SWAPPED: u64 = 1 << 4;
const ZERO: u64 = 1 << 5;

/// The most regions that are listed at once.
const REGIONS: usize = 1024;

/// What was written in a range of addresses, up to where the listing ends.
pub(super) struct Written {
    pub ranges: Vec<Range<usize>>,
    pub until: usize,
}

/// The ranges of pages written since they were mapped, as addresses, of a private mapping that lies
/// at `range`: those that are neither the file's own pages nor the zeros shared by all. Lists no
/// more than so many pages. None where the kernel can't tell (Linux before 6.7).
pub(super) fn written(range: &Range<usize>, most_pages: usize) -> Option<Written> {
    static PAGEMAP: LazyLock<Option<File>> =
        LazyLock::new(|| File::open("/proc/self/pagemap").ok());
    let pagemap = PAGEMAP.as_ref()?;
    let mut regions = [Region::default(); REGIONS];
    let mut scan = Scan {
        size: size_of::<Scan>() as u64,
        start: range.start as u64,
        end: range.end as u64,
        regions: regions.as_mut_ptr().expose_provenance() as u64,
        regions_len: REGIONS as u64,
        max_pages: most_pages as u64,
        category_inverted: FILE | ZERO,
        category_mask: FILE | ZERO,
        category_anyof_mask: PRESENT | SWAPPED,
        ..Scan::default()
    };
    // SAFETY: the request is one for this file, with its own structure, which points to regions
    // that outlive it.
    unsafe { ioctl(pagemap, Updater::<PAGEMAP_SCAN, Scan>::new(&mut scan)) }.ok()?;
    let ranges: Vec<_> = regions
        .iter()
        .map(|region| region.start as usize..region.end as usize)
        .take_while(|found| !found.is_empty())
        .collect();
    let until = usize::try_from(scan.walk_end).ok()?;
    let within = |found: &Range<usize>| range.start <= found.start && found.end <= until;
    (until <= range.end && ranges.iter().all(within)).then_some(Written { ranges, until })
}
