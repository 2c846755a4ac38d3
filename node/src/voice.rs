//! Voice messages: what a microphone gave (a browser's WebM, Ogg, WAV) becomes Opus in Ogg with nothing else in it, its
//! length and its waveform.
//!
//! The bytes may be anybody's. They are read on a thread of their own, a few at a time, within bounds of length; every
//! packet is decoded once, so that what is sent can be played.

use crate::decoders::Turns;
use axum::body::Bytes;
use chappe_protocol::content::play::{LOUDEST, Play, Role};
use chappe_protocol::limits::PEAKS_MAX;
use hound::{SampleFormat, WavReader};
use matroska_demuxer::{DemuxError, Frame, MatroskaFile};
use ogg::{OggReadError, PacketReader, PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Decoder, Encoder};
use std::io::{self, Cursor, Read, Seek};
use thiserror::Error;

/// Bytes of a recording that is taken: six minutes of WAV with 48,000 samples a second, an hour or more of Opus.
pub const RECORDING_MAX: u64 = 32 * 1024 * 1024;

/// Samples a second: Opus in Ogg counts so, whatever was recorded.
const RATE: u32 = 48_000;
/// The longest voice message: an hour.
const SAMPLES_MAX: u64 = 3_600 * RATE as u64;
/// Samples of a packet that is made here: 20 ms, as everybody does; of the longest packet that there is: 120 ms.
const PACKET: usize = 960;
const PACKET_MAX: usize = 5_760;
/// Of speech in full bandwidth, which nobody tells from more.
const BITS_A_SECOND: i32 = 32_000;

/// RFC 7845, sections 5.1 and 5.2.
const HEAD: &[u8; 8] = b"OpusHead";
const TAGS: &[u8] = b"OpusTags\x06\0\0\0chappe\0\0\0\0";
const HEAD_LEN: usize = 19;

/// Recordings that are read at once.
static TURNS: Turns = Turns::two();

/// Why a recording cannot be a voice message.
#[derive(Debug, Error)]
pub enum VoiceError {
    /// It is none of the three.
    #[error("a voice message is made from WAV, or from Opus in Ogg or WebM; send this as a file")]
    Format,
    /// It ends too early, or contradicts itself.
    #[error("this recording cannot be read ({0}); send it as a file")]
    Unreadable(String),
    /// There is nothing in it.
    #[error("this recording is empty")]
    Empty,
    /// It is too long.
    #[error("a voice message lasts an hour at most; send this as a file")]
    TooLong,
}

macro_rules! unreadable {
    ($($error:ty),*) => {
        $(impl From<$error> for VoiceError {
            fn from(error: $error) -> Self {
                Self::Unreadable(error.to_string())
            }
        })*
    };
}
unreadable!(io::Error, hound::Error, opus::Error, OggReadError, DemuxError);

/// A voice message.
#[derive(Debug)]
pub struct Voice {
    /// Opus in Ogg, media type `audio/ogg`.
    pub bytes: Vec<u8>,
    /// Its length and waveform.
    pub play: Play,
}

/// Makes a voice message of a recording.
pub async fn prepare(recording: Bytes) -> Result<Voice, VoiceError> {
    let work = TURNS.decode(move || make(&recording)).await;
    // A reader that panics is one more that cannot read it.
    work.unwrap_or(Err(VoiceError::Format))
}

fn make(recording: &[u8]) -> Result<Voice, VoiceError> {
    match recording {
        [b'R', b'I', b'F', b'F', ..] => wav(recording),
        [b'O', b'g', b'g', b'S', ..] => ogg(recording),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => webm(recording),
        _ => Err(VoiceError::Format),
    }
}

/// Samples of a step of the waveform before it is folded: 10 ms.
const STEP: usize = 480;

/// The waveform, as it grows: the loudest sample of every step.
#[derive(Default)]
struct Meter {
    loudest: Vec<f32>,
}

impl Meter {
    fn hear(&mut self, samples: &[f32]) {
        for step in samples.chunks(STEP) {
            // What is no number is no maximum.
            self.loudest.push(step.iter().fold(0.0_f32, |most, sample| most.max(sample.abs())).min(1.0));
        }
    }

    /// As many parts as fit, relative to the loudest: people record near and far.
    fn peaks(&self) -> Vec<u8> {
        let parts = self.loudest.len().min(PEAKS_MAX);
        let part = |n: usize| &self.loudest[n * self.loudest.len() / parts..(n + 1) * self.loudest.len() / parts];
        let of = |part: &[f32]| part.iter().copied().fold(0.0_f32, f32::max);
        // What is below a hundredth is silence, not a voice.
        let all = of(&self.loudest).max(0.01);
        (0..parts).map(|n| (of(part(n)) / all * f32::from(LOUDEST)).round() as u8).collect()
    }
}

/// Writes Opus packets into Ogg.
struct Writer {
    out: PacketWriter<'static, Vec<u8>>,
    /// The packet before: whether it is the last one is known with the next.
    held: Option<(Vec<u8>, u64)>,
    /// Samples that a player drops at the beginning; those written.
    skip: u64,
    samples: u64,
    meter: Meter,
}

/// Any number: there is one stream in the file.
const SERIAL: u32 = 1;

impl Writer {
    fn new(channels: u8, skip: u16, gain: [u8; 2]) -> Result<Self, VoiceError> {
        let mut head = HEAD.to_vec();
        head.extend([1, channels]);
        head.extend(skip.to_le_bytes());
        head.extend(RATE.to_le_bytes());
        head.extend(gain);
        // One stream, mono or stereo.
        head.push(0);
        let mut out = PacketWriter::new(Vec::new());
        out.write_packet(head, SERIAL, PacketWriteEndInfo::EndPage, 0)?;
        out.write_packet(TAGS, SERIAL, PacketWriteEndInfo::EndPage, 0)?;
        Ok(Self { out, held: None, skip: skip.into(), samples: 0, meter: Meter::default() })
    }

    fn push(&mut self, packet: Vec<u8>, samples: usize) -> Result<(), VoiceError> {
        self.samples += samples as u64;
        if self.samples > SAMPLES_MAX + self.skip + PACKET_MAX as u64 {
            return Err(VoiceError::TooLong);
        }
        if let Some((packet, at)) = self.held.replace((packet, self.samples)) {
            // A page a second: a player finds its place by them.
            let end = (at / u64::from(RATE)) < self.samples / u64::from(RATE);
            let end = if end { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
            self.out.write_packet(packet, SERIAL, end, at)?;
        }
        Ok(())
    }

    /// `end`: how many samples there really are, with those that are skipped; the rest filled the last packet.
    fn finish(mut self, end: u64) -> Result<Voice, VoiceError> {
        let (packet, _) = self.held.take().ok_or(VoiceError::Empty)?;
        let end = end.min(self.samples);
        let played = end.saturating_sub(self.skip);
        self.out.write_packet(packet, SERIAL, PacketWriteEndInfo::EndStream, end)?;
        // Below an hour, so below 2³².
        let duration_ms = (played * 1000 / u64::from(RATE)) as u32;
        if duration_ms == 0 {
            return Err(VoiceError::Empty);
        }
        let (title, performer) = (String::new(), String::new());
        let play = Play { role: Role::Voice, duration_ms, peaks: self.meter.peaks(), title, performer };
        Ok(Voice { bytes: self.out.into_inner(), play })
    }
}

/// Opus packets that somebody made: each is decoded, and written as it is.
struct Copier {
    writer: Writer,
    decoder: Decoder,
    samples: Vec<f32>,
}

impl Copier {
    fn new(head: &[u8]) -> Result<Self, VoiceError> {
        let bad = || VoiceError::Unreadable("its Opus head is damaged".into());
        let head: &[u8; HEAD_LEN] = head.get(..HEAD_LEN).and_then(|head| head.try_into().ok()).ok_or_else(bad)?;
        // Version 1, mono or stereo, one stream.
        if !head.starts_with(HEAD) || head[8] != 1 || !matches!(head[9], 1 | 2) || head[18] != 0 {
            return Err(bad());
        }
        let writer = Writer::new(head[9], u16::from_le_bytes([head[10], head[11]]), [head[16], head[17]])?;
        let decoder = Decoder::new(RATE, Channels::Mono)?;
        Ok(Self { writer, decoder, samples: vec![0.0; PACKET_MAX] })
    }

    fn push(&mut self, packet: Vec<u8>) -> Result<(), VoiceError> {
        // To the decoder nothing is a packet that was lost.
        if packet.is_empty() {
            return Err(VoiceError::Unreadable("an empty packet".into()));
        }
        let samples = self.decoder.decode_float(&packet, &mut self.samples, false)?;
        self.writer.meter.hear(&self.samples[..samples]);
        self.writer.push(packet, samples)
    }
}

fn ogg(recording: &[u8]) -> Result<Voice, VoiceError> {
    let mut reader = PacketReader::new(Cursor::new(recording));
    let head = reader.read_packet()?.ok_or(VoiceError::Empty)?;
    if !head.data.starts_with(HEAD) {
        return Err(VoiceError::Format);
    }
    let mut copier = Copier::new(&head.data)?;
    // Its tags are dropped: they tell of the sender's program.
    reader.read_packet()?.ok_or(VoiceError::Empty)?;
    let mut end = u64::MAX;
    while let Some(packet) = reader.read_packet()? {
        if packet.stream_serial() != head.stream_serial() {
            return Err(VoiceError::Format);
        }
        let last = packet.last_in_stream();
        if last {
            end = packet.absgp_page();
        }
        copier.push(packet.data)?;
        if last {
            break;
        }
    }
    // A stream whose count began elsewhere is played whole.
    let all = copier.writer.samples;
    let end = if end <= all && all - end < PACKET_MAX as u64 { end } else { all };
    copier.writer.finish(end)
}

fn webm(recording: &[u8]) -> Result<Voice, VoiceError> {
    let mut file = MatroskaFile::open(Cursor::new(recording))?;
    let track = file.tracks().iter().find(|track| track.codec_id() == "A_OPUS").ok_or(VoiceError::Format)?;
    let number = track.track_number().get();
    let mut copier = Copier::new(track.codec_private().unwrap_or_default())?;
    let mut frame = Frame::default();
    while next_frame(&mut file, &mut frame)? {
        if frame.track == number {
            copier.push(std::mem::take(&mut frame.data))?;
        }
    }
    let all = copier.writer.samples;
    copier.writer.finish(all)
}

/// A recording that was cut off has no proper end; what came before counts.
fn next_frame<R: Read + Seek>(file: &mut MatroskaFile<R>, frame: &mut Frame) -> Result<bool, VoiceError> {
    match file.next_frame(frame) {
        Err(DemuxError::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        read => Ok(read?),
    }
}

fn wav(recording: &[u8]) -> Result<Voice, VoiceError> {
    let reader = WavReader::new(Cursor::new(recording))?;
    let spec = reader.spec();
    if !(1..=8).contains(&spec.channels) || !(4_000..=384_000).contains(&spec.sample_rate) {
        return Err(VoiceError::Unreadable("its rate or number of channels".into()));
    }
    if u64::from(reader.duration()) * u64::from(RATE) / u64::from(spec.sample_rate) > SAMPLES_MAX {
        return Err(VoiceError::TooLong);
    }
    let mono = mono(reader)?;
    let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip)?;
    encoder.set_bitrate(Bitrate::Bits(BITS_A_SECOND))?;
    // Half a packet or so.
    let skip = u16::try_from(encoder.get_lookahead()?).unwrap_or_default();
    let mut writer = Writer::new(1, skip, [0, 0])?;
    let mut samples = resample(&mono, spec.sample_rate);
    let end = samples.len() as u64 + u64::from(skip);
    while writer.samples < end {
        let mut packet = [0.0; PACKET];
        let left = samples.len().min(PACKET);
        packet.iter_mut().zip(&mut samples).for_each(|(place, sample)| *place = sample);
        // The last one may only push out what the encoder held back.
        if left > 0 {
            writer.meter.hear(&packet[..left]);
        }
        // 20 ms at any rate stay below this.
        writer.push(encoder.encode_vec_float(&packet, 4_000)?, PACKET)?;
    }
    writer.finish(end)
}

/// The mean of all channels, -1 to 1.
fn mono(mut reader: WavReader<Cursor<&[u8]>>) -> Result<Vec<f32>, VoiceError> {
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    let mut mono = Vec::with_capacity(reader.duration() as usize);
    let sound = |sample: f32| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
    let (mut sum, mut heard) = (0.0, 0);
    let mut hear = |sample: f32| {
        sum += sound(sample);
        heard += 1;
        if heard == channels {
            mono.push(sum / channels as f32);
            (sum, heard) = (0.0, 0);
        }
    };
    match spec.sample_format {
        SampleFormat::Float => {
            for sample in reader.samples::<f32>() {
                hear(sample?);
            }
        }
        SampleFormat::Int => {
            let full = 2.0_f32.powi(i32::from(spec.bits_per_sample.clamp(1, 32)) - 1);
            for sample in reader.samples::<i32>() {
                hear(sample? as f32 / full);
            }
        }
    }
    Ok(mono)
}

/// To 48 kHz, along straight lines: what that costs lies above a voice.
fn resample(samples: &[f32], rate: u32) -> impl ExactSizeIterator<Item = f32> {
    let step = f64::from(rate) / f64::from(RATE);
    let length = (samples.len() as f64 / step) as usize;
    let at = move |n: usize| {
        let place = n as f64 * step;
        let (index, part) = (place as usize, place.fract() as f32);
        let here = samples.get(index).copied().unwrap_or_default();
        here + (samples.get(index + 1).copied().unwrap_or(here) - here) * part
    };
    (0..length).map(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hound::{WavSpec, WavWriter};

    /// Silence and then a tone, each half of the time.
    fn tone(rate: u32, channels: u16, seconds: f32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let spec = WavSpec { channels, sample_rate: rate, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let mut writer = WavWriter::new(&mut out, spec).unwrap();
        let frames = (rate as f32 * seconds) as u32;
        for n in 0..frames {
            let loud = if n < frames / 2 { 0.0 } else { 12_000.0 };
            let sample = (loud * (n as f32 * 440.0 * std::f32::consts::TAU / rate as f32).sin()) as i16;
            (0..channels).for_each(|_| writer.write_sample(sample).unwrap());
        }
        writer.finalize().unwrap();
        out.into_inner()
    }

    #[test]
    fn a_recording_keeps_its_length_and_shows_where_somebody_speaks() {
        for (rate, channels, seconds) in [(48_000, 1, 2.0), (44_100, 2, 1.0), (8_000, 1, 0.3), (96_000, 2, 1.5)] {
            let voice = make(&tone(rate, channels, seconds)).unwrap();
            let wanted = (seconds * 1000.0) as u32;
            assert!(voice.play.duration_ms.abs_diff(wanted) <= 1, "{rate}: {:?}", voice.play);
            let peaks = &voice.play.peaks;
            assert!(
                peaks.len() <= PEAKS_MAX && peaks[..peaks.len() / 2 - 1].iter().all(|peak| *peak == 0),
                "{peaks:?}"
            );
            assert!(peaks[peaks.len() / 2 + 1..].iter().all(|peak| *peak > 25), "{peaks:?}");
            // 32 kbit/s and what Ogg adds.
            assert!(voice.bytes.len() < (seconds * 6_000.0) as usize + 500, "{}", voice.bytes.len());
            // What we made can be taken in again, and stays the same length.
            let again = make(&voice.bytes).unwrap();
            assert_eq!(again.play.duration_ms, voice.play.duration_ms);
            assert_eq!(again.bytes, voice.bytes);
        }
    }

    #[test]
    fn what_tells_of_the_sender_is_left_out() {
        let voice = make(&tone(48_000, 1, 0.5)).unwrap();
        let mut reader = PacketReader::new(Cursor::new(&voice.bytes[..]));
        let (mut out, mut packets) = (PacketWriter::new(Vec::new()), Vec::new());
        while let Some(packet) = reader.read_packet().unwrap() {
            packets.push((packet.data.clone(), packet.absgp_page()));
        }
        packets[1].0 = b"OpusTags\x06\0\0\0camera\x01\0\0\0\x0b\0\0\0PLACE=Paris".to_vec();
        for (packet, at) in packets {
            out.write_packet(packet, 77, PacketWriteEndInfo::EndPage, at).unwrap();
        }
        out.write_packet(&[][..], 78, PacketWriteEndInfo::EndStream, 0).unwrap();
        let told = out.into_inner();
        assert!(told.windows(5).any(|part| part == b"Paris"));
        // The second stream is refused, too.
        assert!(make(&told).is_err());
        let last = told.len() - 28;
        let clean = make(&told[..last]).unwrap();
        assert!(!clean.bytes.windows(5).any(|part| part == b"Paris"));
    }

    #[test]
    fn hostile_recordings_are_refused_by_name() {
        let good = make(&tone(48_000, 1, 1.0)).unwrap().bytes;
        assert!(matches!(make(b""), Err(VoiceError::Format)));
        assert!(matches!(make(b"ID3 and so on"), Err(VoiceError::Format)));
        assert!(matches!(make(&tone(48_000, 1, 0.0)), Err(VoiceError::Empty)));
        assert!(matches!(make(&tone(2_000, 1, 1.0)), Err(VoiceError::Unreadable(_))));
        assert!(make(b"RIFF\xff\xff\xff\xffWAVEfmt ").is_err());
        assert!(make(b"\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff").is_err());
        // Cut anywhere and changed anywhere, it is refused or is a shorter one; nothing panics.
        for at in (0..good.len()).step_by(97) {
            drop(make(&good[..at]));
            let mut changed = good.clone();
            changed[at] ^= 0xff;
            drop(make(&changed));
        }
        // 97 packets of one byte each claim 120 ms: more than an hour is refused before it is kept.
        let mut long = Writer::new(1, 0, [0, 0]).unwrap();
        let mut push = || long.push(vec![0xfb, 0x06], PACKET_MAX);
        assert!((0..31_000).any(|_| matches!(push(), Err(VoiceError::TooLong))));
    }
}
