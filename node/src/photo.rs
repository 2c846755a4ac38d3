//! Pictures that people send: a preview for the message, and photos made smaller, without what the camera noted in
//! them (place, time, serial number).
//!
//! The bytes may be anybody's. They are decoded on a thread of their own, a few at a time, within bounds of sides and
//! memory; what cannot be decoded is sent as the file that it is, without a preview.

use crate::decoders::Turns;
use axum::body::Bytes;
use chappe_protocol::content::file::Preview;
use chappe_protocol::limits::{PICTURE_SIDE_MAX, PREVIEW_MAX};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use thiserror::Error;

/// Bytes of a picture that is looked at; larger ones are files like others.
pub const PICTURE_MAX: u64 = 32 * 1024 * 1024;

/// The longer side of a photo, as Telegram's; of its preview.
const SIDE: u32 = 2_560;
const PREVIEW_SIDE: u32 = 40;

/// Of the JPEG that a photo becomes.
const QUALITY: u8 = 87;

/// Of the preview: the first that makes it small enough.
const PREVIEW_QUALITIES: [u8; 4] = [60, 40, 25, 10];

/// Memory of one picture: 100 million pixels of four bytes.
const MEMORY: u64 = 400 * 1024 * 1024;

/// Pixels of the side of a person's or group's picture, and the qualities of which the first is taken that fits.
const PORTRAIT_SIDE: u32 = 320;
const PORTRAIT_QUALITIES: [u8; 5] = [85, 75, 60, 40, 20];

/// Pixels of a side that others' pictures may claim.
const PORTRAIT_SIDE_MAX: u32 = 1_024;

/// Pixels of a sticker's side, and pictures of one that moves: three seconds, as in Telegram.
const STICKER_SIDE: u32 = 512;
const STICKER_FRAMES: usize = 180;

/// Pictures that are decoded at once.
static TURNS: Turns = Turns::two();

/// Why a picture cannot be sent as a photo.
#[derive(Debug, Error)]
pub enum PhotoError {
    /// Nobody can read it.
    #[error("this picture cannot be read ({0}); send it as a file")]
    Unreadable(#[from] ImageError),
    /// It is none that a pack can hold.
    #[error(
        "a sticker is a PNG or WEBP of at most 512 pixels a side and 512 KiB, that moves for three seconds at most"
    )]
    NoSticker,
    /// It moves, or is no picture.
    #[error("this cannot be sent as a photo; send it as a file")]
    NoPhoto,
}

/// A photo that was made smaller.
#[derive(Debug)]
pub struct Photo {
    /// JPEG or PNG.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub mime: &'static str,
    /// The ending of its name.
    pub ending: &'static str,
}

/// What a picture looks like, and if `shrink` is said, the photo that it becomes.
pub async fn prepare(bytes: Bytes, shrink: bool) -> Result<(Preview, Option<Photo>), PhotoError> {
    let work = TURNS.decode(move || look(&bytes, shrink)).await;
    // A decoder that panics is one more that cannot read it.
    work.unwrap_or(Err(PhotoError::NoPhoto))
}

/// The middle of a picture as a small square JPEG of at most `most` bytes.
pub async fn portrait(bytes: Bytes, most: usize) -> Result<Vec<u8>, PhotoError> {
    TURNS.decode(move || square(&bytes, most)).await.unwrap_or(Err(PhotoError::NoPhoto))
}

/// What a sticker looks like; an error if it is none.
pub async fn sticker(bytes: Bytes) -> Result<Preview, PhotoError> {
    TURNS.decode(move || look_at_sticker(&bytes)).await.unwrap_or(Err(PhotoError::NoSticker))
}

/// The bytes of a sticker of at most `most` bytes: as they are if they are one, otherwise made smaller.
pub async fn to_sticker(bytes: Bytes, most: usize) -> Result<Vec<u8>, PhotoError> {
    TURNS.decode(move || make_sticker(&bytes, most)).await.unwrap_or(Err(PhotoError::NoSticker))
}

fn look_at_sticker(bytes: &[u8]) -> Result<Preview, PhotoError> {
    let format = image::guess_format(bytes)?;
    let frames = match format {
        ImageFormat::Png if PngDecoder::new(Cursor::new(bytes))?.is_apng()? => return Err(PhotoError::NoSticker),
        ImageFormat::Png => 1,
        ImageFormat::WebP => webp_frames(bytes),
        _ => return Err(PhotoError::NoSticker),
    };
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions()?;
    if frames > STICKER_FRAMES || width.max(height) > STICKER_SIDE {
        return Err(PhotoError::NoSticker);
    }
    Ok(preview(&decode(bytes, format)?)?)
}

/// Chunks with a picture, as of the WEBP container (RFC 9649, section 2.7).
fn webp_frames(bytes: &[u8]) -> usize {
    let (mut rest, mut frames) = (bytes.get(12..).unwrap_or_default(), 0);
    while let Some((head, behind)) = rest.split_first_chunk::<8>() {
        frames += usize::from(&head[..4] == b"ANMF");
        let [.., a, b, c, d] = *head;
        let length = u32::from_le_bytes([a, b, c, d]) as usize;
        // Chunks have an even length.
        rest = behind.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    frames
}

fn make_sticker(bytes: &[u8], most: usize) -> Result<Vec<u8>, PhotoError> {
    if bytes.len() <= most && look_at_sticker(bytes).is_ok() {
        return Ok(bytes.to_vec());
    }
    let format = image::guess_format(bytes)?;
    if moves(bytes, format)? {
        return Err(PhotoError::NoSticker);
    }
    let picture = decode(bytes, format)?;
    let large = picture.width().max(picture.height()) > STICKER_SIDE;
    let small = large.then(|| picture.resize(STICKER_SIDE, STICKER_SIDE, image::imageops::FilterType::CatmullRom));
    let mut made = Vec::new();
    let rgba = DynamicImage::ImageRgba8(small.unwrap_or(picture).to_rgba8());
    rgba.write_to(&mut Cursor::new(&mut made), ImageFormat::WebP)?;
    if made.len() <= most { Ok(made) } else { Err(PhotoError::NoSticker) }
}

fn square(bytes: &[u8], most: usize) -> Result<Vec<u8>, PhotoError> {
    let picture = decode(bytes, image::guess_format(bytes)?)?;
    let small =
        on_white(&picture.resize_to_fill(PORTRAIT_SIDE, PORTRAIT_SIDE, image::imageops::FilterType::CatmullRom));
    for quality in PORTRAIT_QUALITIES {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&small)?;
        if jpeg.len() <= most {
            return Ok(jpeg);
        }
    }
    Err(PhotoError::NoPhoto)
}

/// True for a JPEG whose sides are those of a small picture, as far as its head says.
pub fn is_portrait(jpeg: &[u8]) -> bool {
    let reader = ImageReader::with_format(Cursor::new(jpeg), ImageFormat::Jpeg);
    reader.into_dimensions().is_ok_and(|(width, height)| width.max(height) <= PORTRAIT_SIDE_MAX)
}

fn look(bytes: &[u8], shrink: bool) -> Result<(Preview, Option<Photo>), PhotoError> {
    let format = image::guess_format(bytes)?;
    if shrink && moves(bytes, format)? {
        return Err(PhotoError::NoPhoto);
    }
    let picture = decode(bytes, format)?;
    let preview = preview(&picture)?;
    let photo = shrink.then(|| photo(&picture)).transpose()?;
    Ok((preview, photo))
}

fn moves(bytes: &[u8], format: ImageFormat) -> Result<bool, ImageError> {
    match format {
        ImageFormat::Gif => Ok(true),
        ImageFormat::WebP => Ok(WebPDecoder::new(Cursor::new(bytes))?.has_animation()),
        _ => Ok(false),
    }
}

/// The picture as it is to be seen: turned as the camera noted.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, ImageError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE_MAX);
    limits.max_image_height = Some(PICTURE_SIDE_MAX);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn preview(picture: &DynamicImage) -> Result<Preview, ImageError> {
    let small = on_white(&picture.thumbnail(PREVIEW_SIDE, PREVIEW_SIDE));
    let mut jpeg = Vec::new();
    for quality in PREVIEW_QUALITIES {
        jpeg.clear();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&small)?;
        if jpeg.len() <= PREVIEW_MAX {
            return Ok(Preview { width: picture.width(), height: picture.height(), jpeg });
        }
    }
    Ok(Preview { width: picture.width(), height: picture.height(), jpeg: Vec::new() })
}

/// JPEG has no transparency.
fn on_white(picture: &DynamicImage) -> image::RgbImage {
    let mut flat = picture.to_rgba8();
    for pixel in flat.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let over = |colour: u8| ((u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255) as u8;
        pixel.0 = [over(red), over(green), over(blue), 255];
    }
    DynamicImage::ImageRgba8(flat).to_rgb8()
}

fn photo(picture: &DynamicImage) -> Result<Photo, ImageError> {
    let large = picture.width().max(picture.height()) > SIDE;
    let small = large.then(|| picture.resize(SIDE, SIDE, image::imageops::FilterType::CatmullRom));
    let picture = small.as_ref().unwrap_or(picture);
    let mut bytes = Vec::new();
    if picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < 255) {
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
        return Ok(Photo { bytes, mime: "image/png", ending: "png" });
    }
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&picture.to_rgb8())?;
    Ok(Photo { bytes, mime: "image/jpeg", ending: "jpg" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn png(picture: &RgbaImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    /// A JPEG whose camera was held sideways and knew where it was.
    fn sideways() -> Vec<u8> {
        let picture =
            image::RgbImage::from_fn(60, 20, |x, _| image::Rgb(if x < 30 { [250, 0, 0] } else { [0, 0, 250] }));
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&picture).unwrap();
        // TIFF, little-endian, one entry: orientation (0x0112) is 6, a quarter turn clockwise.
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPS 47.3769 8.5417");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut bytes = jpeg[..2].to_vec();
        bytes.extend([0xff, 0xe1]);
        bytes.extend(length);
        bytes.extend(exif);
        bytes.extend(&jpeg[2..]);
        bytes
    }

    #[test]
    fn a_photo_is_turned_and_says_nothing_of_its_camera() {
        let bytes = sideways();
        let (preview, photo) = look(&bytes, true).unwrap();
        assert_eq!((preview.width, preview.height), (20, 60));
        let photo = photo.unwrap();
        assert_eq!((photo.mime, photo.ending), ("image/jpeg", "jpg"));
        assert!(
            !photo.bytes.windows(3).any(|three| three == b"GPS") && !photo.bytes.windows(4).any(|four| four == b"Exif")
        );
        let back = image::load_from_memory(&photo.bytes).unwrap().to_rgb8();
        assert_eq!(back.dimensions(), (20, 60));
        assert!(back.get_pixel(10, 5).0[0] > 200 && back.get_pixel(10, 55).0[2] > 200);
    }

    #[test]
    fn large_ones_become_smaller_and_transparency_stays() {
        let (_, photo) = look(&png(&RgbaImage::from_pixel(3_000, 1_000, Rgba([9, 9, 9, 255]))), true).unwrap();
        let back = image::load_from_memory(&photo.unwrap().bytes).unwrap();
        assert_eq!((back.width(), back.height()), (2_560, 853));
        let (_, photo) = look(&png(&RgbaImage::from_pixel(10, 10, Rgba([9, 9, 9, 100]))), true).unwrap();
        let photo = photo.unwrap();
        assert_eq!(photo.ending, "png");
        assert_eq!(image::load_from_memory(&photo.bytes).unwrap().to_rgba8().get_pixel(1, 1).0, [9, 9, 9, 100]);
    }

    #[test]
    fn portraits_are_small_squares() {
        let wide =
            RgbaImage::from_fn(900, 300, |x, _| Rgba([if (300..600).contains(&x) { 250 } else { 0 }, 0, 0, 255]));
        let jpeg = square(&png(&wide), 30_000).unwrap();
        let back = image::load_from_memory(&jpeg).unwrap().to_rgb8();
        assert_eq!(back.dimensions(), (PORTRAIT_SIDE, PORTRAIT_SIDE));
        assert!(back.pixels().all(|pixel| pixel.0[0] > 150), "the middle");
        assert!(is_portrait(&jpeg) && jpeg.len() <= 30_000);
        assert!(matches!(square(&png(&wide), 10), Err(PhotoError::NoPhoto)));
        assert!(square(b"<svg>", 30_000).is_err() && !is_portrait(b"<svg>"));
        // A head that claims sides which a browser would need gigabytes for.
        let at = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap() + 5;
        let mut bomb = jpeg.clone();
        bomb[at..at + 4].fill(0xff);
        assert!(!is_portrait(&bomb));
    }

    #[test]
    fn stickers_are_small_and_their_heads_tell_the_truth() {
        let small = png(&RgbaImage::from_pixel(512, 100, Rgba([9, 9, 9, 100])));
        let seen = look_at_sticker(&small).unwrap();
        assert_eq!((seen.width, seen.height), (512, 100));
        assert_eq!(make_sticker(&small, 10_000).unwrap(), small, "as it is");
        let large = png(&RgbaImage::from_pixel(2_000, 1_000, Rgba([9, 9, 9, 100])));
        assert!(matches!(look_at_sticker(&large), Err(PhotoError::NoSticker)));
        let made = make_sticker(&large, 100_000).unwrap();
        let seen = look_at_sticker(&made).unwrap();
        assert_eq!((seen.width, seen.height, &made[8..12]), (512, 256, &b"WEBP"[..]));
        assert!(matches!(make_sticker(&large, 10), Err(PhotoError::NoSticker)));
        let jpeg = sideways();
        assert!(look_at_sticker(&jpeg).is_err() && look_at_sticker(&make_sticker(&jpeg, 100_000).unwrap()).is_ok());
        for bad in
            [&b"<svg onload=alert(1)>"[..], b"GIF89a", b"RIFF\0\0\0\0WEBP", &made[..made.len() / 2], &small[..40]]
        {
            assert!(look_at_sticker(bad).is_err());
        }
        // More pictures than three seconds have.
        let mut frames = b"RIFF\0\0\0\0WEBP".to_vec();
        for _ in 0..=STICKER_FRAMES {
            frames.extend(b"ANMF\x01\0\0\0xx");
        }
        assert_eq!(webp_frames(&frames), STICKER_FRAMES + 1);
        assert_eq!(webp_frames(b"RIFF\0\0\0\0WEBPANMF\xff\xff\xff\xff"), 1);
    }

    #[test]
    fn every_preview_fits() {
        let mut state = 7_u32;
        let noise = RgbaImage::from_fn(400, 400, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgba(state.to_be_bytes())
        });
        let (preview, photo) = look(&png(&noise), false).unwrap();
        assert!(
            photo.is_none() && !preview.jpeg.is_empty() && preview.jpeg.len() <= PREVIEW_MAX,
            "{}",
            preview.jpeg.len()
        );
        let thin = look(&png(&RgbaImage::from_pixel(1, 5_000, Rgba([0; 4]))), false).unwrap().0;
        assert_eq!((thin.width, thin.height), (1, 5_000));
    }

    #[test]
    fn what_moves_lies_or_is_cut_off_is_no_photo() {
        let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
        assert!(matches!(look(gif, true), Err(PhotoError::NoPhoto)));
        assert!(look(gif, false).is_ok());
        assert!(look(b"not a picture at all", true).is_err());
        let jpeg = sideways();
        assert!(look(&jpeg[..40], true).is_err());
        // A head that promises 60,000 by 60,000 pixels.
        let mut huge = png(&RgbaImage::from_pixel(2, 2, Rgba([0; 4])));
        huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert!(look(&huge, false).is_err());
    }
}
