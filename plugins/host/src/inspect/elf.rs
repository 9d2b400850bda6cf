//! ELF shared libraries.

use object::elf::{self, FileHeader64};
use object::read::elf::{ElfFile64, FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, Object, ObjectSegment, ObjectSymbol};
use trunkline_plugin_abi::{ENTRY_SYMBOL, META_SYMBOL, META_SYMBOL_STEM};

use crate::refusal::Refusal;

/// A complete shared library for this machine.
pub(super) struct Library<'a> {
    file: ElfFile64<'a, Endianness>,
}

impl<'a> Library<'a> {
    /// Reads a library, asking in this order: the format, the machine, whether all is there.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        check_format(bytes)?;
        check_machine(bytes)?;
        let header = FileHeader64::<Endianness>::parse(bytes).map_err(damaged)?;
        let endian = header.endian().map_err(damaged)?;
        check_complete(header, endian, bytes)?;
        check_kind(header, endian, bytes)?;
        let file = ElfFile64::parse(bytes).map_err(damaged)?;
        Ok(Self { file })
    }

    /// Where in the bytes the descriptor is.
    pub(super) fn descriptor(&self) -> Result<usize, Refusal> {
        let Some(address) = self.defined(META_SYMBOL) else {
            return Err(self.other_version().unwrap_or(Refusal::NoDescriptor));
        };
        for segment in self.file.segments() {
            let (start, len) = segment.file_range();
            let inside = address.wrapping_sub(segment.address());
            if inside < len {
                let at = start.checked_add(inside);
                let at = at.and_then(|at| usize::try_from(at).ok());
                return at.ok_or_else(|| Refusal::Damaged("its descriptor is nowhere".into()));
            }
        }
        Err(Refusal::Damaged("its descriptor is in no segment".into()))
    }

    pub(super) fn has_entry(&self) -> bool {
        self.defined(ENTRY_SYMBOL).is_some()
    }

    fn defined(&self, name: &str) -> Option<u64> {
        let mut symbols = self.file.dynamic_symbols();
        let found = symbols.find(|symbol| symbol.is_definition() && symbol.name() == Ok(name));
        found.map(|symbol| symbol.address())
    }

    /// A descriptor of another major version, if there is one.
    fn other_version(&self) -> Option<Refusal> {
        let version = |symbol: object::read::elf::ElfSymbol64<'_, '_, Endianness>| {
            let version = symbol.name().ok()?.strip_prefix(META_SYMBOL_STEM)?;
            let number: u32 = version.parse().ok()?;
            Some(format!("{number}.0"))
        };
        let found = self.file.dynamic_symbols().find_map(version)?;
        Some(Refusal::OtherAbi { found })
    }
}

fn damaged(error: object::Error) -> Refusal {
    Refusal::Damaged(error.to_string())
}

fn check_format(bytes: &[u8]) -> Result<(), Refusal> {
    let found = match bytes {
        [] => return Err(Refusal::Empty),
        [0x7f, b'E', b'L', b'F', ..] => return Ok(()),
        [b'\0', b'a', b's', b'm', ..] => "a WebAssembly file",
        [b'M', b'Z', ..] => "a Windows file",
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "a Mach-O file",
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => "an archive of object files",
        other => {
            let first = other.iter().take(4).copied().collect();
            return Err(Refusal::NotALibrary { first });
        }
    };
    Err(Refusal::Format { found })
}

/// The machine's number and name (ELF gABI, `e_machine`).
const MACHINES: [(u16, &str); 9] = [
    (elf::EM_X86_64.0, "x86_64"),
    (elf::EM_AARCH64.0, "aarch64"),
    (elf::EM_386.0, "x86"),
    (elf::EM_ARM.0, "arm"),
    (elf::EM_RISCV.0, "riscv"),
    (elf::EM_PPC64.0, "powerpc64"),
    (elf::EM_S390.0, "s390x"),
    (elf::EM_LOONGARCH.0, "loongarch64"),
    (elf::EM_MIPS.0, "mips"),
];

fn check_machine(bytes: &[u8]) -> Result<(), Refusal> {
    let has = bytes.len() as u64;
    let Some(start) = bytes.first_chunk::<20>() else {
        return Err(Refusal::Truncated { needs: 64, has });
    };
    let little = start[5] == elf::ELFDATA2LSB.0;
    let machine = [start[18], start[19]];
    let machine = if little {
        u16::from_le_bytes(machine)
    } else {
        u16::from_be_bytes(machine)
    };
    let name = MACHINES.iter().find(|(number, _)| *number == machine);
    let name = name.map_or_else(|| format!("machine {machine}"), |(_, name)| (*name).into());
    let host = std::env::consts::ARCH;
    if host.starts_with(&*name) {
        if start[4] != elf::ELFCLASS64.0 {
            let found = format!("32-bit {name}");
            return Err(Refusal::Machine { found, host });
        }
        if little != cfg!(target_endian = "little") {
            let found = format!("{name} with the other byte order");
            return Err(Refusal::Machine { found, host });
        }
        return Ok(());
    }
    Err(Refusal::Machine { found: name, host })
}

/// Every byte that the file's own tables speak of must be there: to the linker a missing one is no
/// error but the end of the process.
fn check_complete(
    header: &FileHeader64<Endianness>,
    endian: Endianness,
    bytes: &[u8],
) -> Result<(), Refusal> {
    let has = bytes.len() as u64;
    let table = |offset: u64, count: u16, size: u16| {
        offset.saturating_add(u64::from(count) * u64::from(size))
    };
    let segments = table(
        header.e_phoff(endian),
        header.e_phnum(endian),
        header.e_phentsize(endian),
    );
    let sections = table(
        header.e_shoff(endian),
        header.e_shnum(endian),
        header.e_shentsize(endian),
    );
    let mut needs = segments.max(sections);
    if needs <= has {
        for segment in header.program_headers(endian, bytes).map_err(damaged)? {
            let end = segment
                .p_offset(endian)
                .saturating_add(segment.p_filesz(endian));
            needs = needs.max(end);
        }
        for section in header.section_headers(endian, bytes).map_err(damaged)? {
            if section.sh_type(endian) != elf::SHT_NOBITS {
                let end = section
                    .sh_offset(endian)
                    .saturating_add(section.sh_size(endian));
                needs = needs.max(end);
            }
        }
    }
    if needs > has {
        return Err(Refusal::Truncated { needs, has });
    }
    Ok(())
}

fn check_kind(
    header: &FileHeader64<Endianness>,
    endian: Endianness,
    bytes: &[u8],
) -> Result<(), Refusal> {
    let found = match header.e_type(endian) {
        elf::ET_DYN => {
            let segments = header.program_headers(endian, bytes).map_err(damaged)?;
            let has = |kind| segments.iter().any(|one| one.p_type(endian) == kind);
            if has(elf::PT_INTERP) && !is_library_with_interpreter(header, endian, bytes) {
                "a program"
            } else if !has(elf::PT_DYNAMIC) {
                return Err(Refusal::Damaged("it has no dynamic section".into()));
            } else {
                return Ok(());
            }
        }
        elf::ET_EXEC => "a program",
        elf::ET_REL => "an object file",
        elf::ET_CORE => "a core dump",
        _ => "an ELF file of an unknown kind",
    };
    Err(Refusal::Kind { found })
}

/// Some libraries can be run as programs too; what tells a program is that it says so.
fn is_library_with_interpreter(
    header: &FileHeader64<Endianness>,
    endian: Endianness,
    bytes: &[u8],
) -> bool {
    let Ok(segments) = header.program_headers(endian, bytes) else {
        return false;
    };
    let entries = segments
        .iter()
        .find_map(|segment| segment.dynamic(endian, bytes).ok().flatten());
    use object::read::elf::Dyn;
    !entries.unwrap_or_default().iter().any(|entry| {
        let is_flags = entry.d_tag(endian) == elf::DT_FLAGS_1;
        is_flags && entry.d_val(endian) & elf::DF_1_PIE.0 != 0
    })
}
