//! What a file of orders is written in: nobody tells, and Korean Excel has its own mind.

use std::{
    fs::File,
    io::{self, Read, Seek},
};

use encoding_rs::{Decoder, DecoderResult, EUC_KR, Encoding, UTF_8};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

const CHUNK: usize = 64 * 1024;

/// What one look at the whole file tells.
pub(super) struct Survey {
    encoding: &'static Encoding,
    /// Lines, which is about as many as orders.
    pub(super) lines: u64,
    /// UTF-8 without a byte order mark.
    pub(super) plain: bool,
}

/// Reads a file once, in pieces. What is not wholly UTF-8 is CP949 where that fits better; bytes that are neither are
/// left to their rows.
pub(super) fn survey(file: &mut File) -> io::Result<Survey> {
    let mut utf8 = Faults::new(UTF_8);
    let mut cp949 = Faults::new(EUC_KR);
    let (mut chunk, mut lines, mut mark) = (vec![0; CHUNK], 0, None);
    loop {
        let read = file.read(&mut chunk)?;
        let bytes = chunk.get(..read).unwrap_or_default();
        mark = mark.or(Some(Encoding::for_bom(bytes).is_some()));
        utf8.look_at(bytes);
        cp949.look_at(bytes);
        lines += bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        if read == 0 {
            break;
        }
    }
    file.rewind()?;
    let encoding = if utf8.count <= cp949.count { UTF_8 } else { EUC_KR };
    Ok(Survey { encoding, lines, plain: encoding == UTF_8 && mark != Some(true) })
}

/// The text of a surveyed file, in UTF-8. A byte order mark goes first, and away.
pub(super) fn decoded(file: File, survey: &Survey) -> DecodeReaderBytes<File, Vec<u8>> {
    let mut builder = DecodeReaderBytesBuilder::new();
    builder.encoding(Some(survey.encoding)).bom_override(true).strip_bom(true).build(file)
}

/// How much of a file an encoding cannot read.
struct Faults {
    decoder: Decoder,
    scratch: Vec<u8>,
    count: u64,
}

impl Faults {
    fn new(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder_without_bom_handling(), scratch: vec![0; CHUNK], count: 0 }
    }

    /// No bytes are the end.
    fn look_at(&mut self, mut bytes: &[u8]) {
        let last = bytes.is_empty();
        loop {
            let (result, read, _) = self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.scratch, last);
            bytes = bytes.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.count += 1,
            }
        }
    }
}
