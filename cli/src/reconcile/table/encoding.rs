//! Detects the encoding of a file of orders from the whole file.

use std::io::{self, Read, Seek};

use encoding_rs::{Decoder, DecoderResult, EUC_KR, Encoding, UTF_8};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

const CHUNK: usize = 64 * 1024;

/// The encoding of a text, and whether it has a byte order mark.
#[derive(Clone, Copy)]
pub(in crate::reconcile) struct TextEncoding {
    encoding: &'static Encoding,
    /// Whether a byte order mark determined it.
    marked: bool,
}

impl TextEncoding {
    pub(in crate::reconcile) fn utf8() -> Self {
        Self { encoding: UTF_8, marked: false }
    }

    pub(in crate::reconcile) fn cp949() -> Self {
        Self { encoding: EUC_KR, marked: false }
    }

    /// Reads a text once, in chunks, and rewinds it.
    ///
    /// A byte order mark decides, then `chosen`. Without either, the text is UTF-8 if all of it is valid, unless it is
    /// also valid CP949 and only CP949 makes Hangul of it. If it is valid in neither, the encoding with fewer invalid
    /// sequences is used.
    pub(in crate::reconcile) fn detect(input: &mut (impl Read + Seek), chosen: Option<Self>) -> io::Result<Self> {
        let (mut utf8, mut cp949) = (Survey::new(UTF_8), Survey::new(EUC_KR));
        let (mut chunk, mut first) = (vec![0; CHUNK], true);
        loop {
            let read = input.read(&mut chunk)?;
            let bytes = chunk.get(..read).unwrap_or_default();
            if let Some((encoding, _)) = Encoding::for_bom(bytes).filter(|_| first) {
                input.rewind()?;
                return Ok(Self { encoding, marked: true });
            }
            if let Some(chosen) = chosen {
                input.rewind()?;
                return Ok(chosen);
            }
            first = false;
            if read == 0 {
                break;
            }
            utf8.read(bytes);
            cp949.read(bytes);
        }
        input.rewind()?;
        let only_cp949_has_hangul = cp949.invalid == 0 && cp949.has_hangul && !utf8.has_hangul;
        let is_cp949 = cp949.invalid < utf8.invalid || utf8.invalid == 0 && only_cp949_has_hangul;
        Ok(if is_cp949 { Self::cp949() } else { Self::utf8() })
    }

    /// Decodes a text to UTF-8, without a byte order mark.
    pub(in crate::reconcile) fn decode<R: Read>(self, input: R) -> DecodeReaderBytes<R, Vec<u8>> {
        let mut builder = DecodeReaderBytesBuilder::new();
        builder.encoding(Some(self.encoding)).bom_override(true).strip_bom(true).build(input)
    }

    /// Returns whether it is UTF-8 without a byte order mark.
    pub(in crate::reconcile) fn is_plain(self) -> bool {
        self.encoding == UTF_8 && !self.marked
    }

    /// Returns the name of an encoding that was guessed, and that the command reports for this reason.
    pub(in crate::reconcile) fn unusual(self) -> Option<&'static str> {
        (self.encoding != UTF_8).then(|| self.name())
    }

    pub(in crate::reconcile) fn name(self) -> &'static str {
        if self.encoding == EUC_KR { "CP949" } else { self.encoding.name() }
    }
}

/// The result of decoding a text in one encoding.
struct Survey {
    decoder: Decoder,
    text: String,
    invalid: u64,
    has_hangul: bool,
}

impl Survey {
    fn new(encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { decoder, text: String::with_capacity(CHUNK), invalid: 0, has_hangul: false }
    }

    /// A sequence that the end of the text cuts off is not counted.
    fn read(&mut self, mut bytes: &[u8]) {
        loop {
            self.text.clear();
            let (result, read) = self.decoder.decode_to_string_without_replacement(bytes, &mut self.text, false);
            bytes = bytes.get(read..).unwrap_or_default();
            self.has_hangul = self.has_hangul || self.text.contains(|c| ('가'..='힣').contains(&c));
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.invalid += 1,
            }
        }
    }
}
