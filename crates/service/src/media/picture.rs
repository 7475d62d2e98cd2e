//! From uploaded bytes to a picture without metadata: pure work on bytes, run off the async threads.

use std::io::Cursor;

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::remote::Looks;
use crate::{Result, ServiceError};

/// Longest side of a preview, in pixels.
const PREVIEW_PX: u32 = 640;
/// Frames of an animation.
const MAX_FRAMES: usize = 500;
/// Bytes a decoder may use, whatever the header promises.
const MAX_DECODE_BYTES: u64 = 256 * 1024 * 1024;
/// The same for pictures that are only looked at.
const MAX_LOOK_BYTES: u64 = 64 * 1024 * 1024;

/// A picture ready to be stored.
#[derive(Debug)]
pub(super) struct Clean {
    pub(super) bytes: Vec<u8>,
    pub(super) extension: &'static str,
    pub(super) content_type: &'static str,
    pub(super) size_px: (u32, u32),
    pub(super) preview: Vec<u8>,
    pub(super) preview_px: (u32, u32),
    pub(super) blurhash: Option<String>,
}

impl Clean {
    /// How the name of its preview ends.
    pub(super) fn preview_extension(&self) -> &'static str {
        if self.preview.starts_with(b"\x89PNG") { "png" } else { "jpg" }
    }
}

/// Whether a GIF has more than one frame, is within `max_pixels` and large enough for a video. What is broken does not
/// move.
pub(super) fn moves(bytes: &[u8], max_pixels: u64) -> bool {
    let size = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Gif).into_dimensions();
    let is_fit =
        |(width, height): (u32, u32)| width > 1 && height > 1 && u64::from(width) * u64::from(height) <= max_pixels;
    if !size.is_ok_and(is_fit) {
        return false;
    }
    let Ok(mut decoder) = GifDecoder::new(Cursor::new(bytes)) else { return false };
    decoder.set_limits(limits(MAX_DECODE_BYTES)).is_ok() && decoder.into_frames().take(2).flatten().count() == 2
}

/// Checks and re-encodes a picture: dimensions are read from the header before anything is decoded, orientation is
/// applied, and nothing but pixels is written (no EXIF, no GPS, no colour profile, no comments).
///
/// # Errors
/// [`ServiceError::Invalid`] for other types, broken files, too many pixels or frames.
pub(super) fn clean(bytes: &[u8], max_pixels: u64) -> Result<Clean> {
    let invalid = |why: String| ServiceError::invalid("file", why);
    let format = image::guess_format(bytes)
        .map_err(|_| invalid("has contents that are not what they are reported to be".into()))?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Gif | ImageFormat::WebP) {
        return Err(invalid("must be a JPEG, PNG, GIF or WebP picture".into()));
    }
    let broken = |e: image::ImageError| invalid(format!("is not a picture that can be read ({})", short(&e)));
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(broken)?;
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > max_pixels {
        return Err(invalid(format!("has {width} × {height} pixels; at most {max_pixels} in all are taken")));
    }
    if format == ImageFormat::Gif
        && let Some(clean) = animated_gif(bytes, max_pixels)?
    {
        return Ok(clean);
    }
    let image = decode(bytes, format, MAX_DECODE_BYTES).map_err(broken)?;
    let (extension, content_type, encoded) = encode(&image, format).map_err(broken)?;
    finish(&image, encoded, extension, content_type)
}

/// Size and BlurHash of a picture, neither of one with more than `max_pixels`; `None` for what cannot be read.
pub(super) fn look(bytes: &[u8], max_pixels: u64) -> Option<Looks> {
    let format = image::guess_format(bytes).ok()?;
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().ok()?;
    if width == 0 || height == 0 {
        return None;
    }
    if u64::from(width) * u64::from(height) > max_pixels {
        return Some(Looks::default());
    }
    let image = decode(bytes, format, MAX_LOOK_BYTES).ok()?;
    Some(Looks { size_px: Some((image.width(), image.height())), blurhash: blurhash_of(&image) })
}

fn blurhash_of(image: &DynamicImage) -> Option<String> {
    let tiny = image.thumbnail(32, 32).to_rgba8();
    blurhash::encode(4, 3, tiny.width(), tiny.height(), tiny.as_raw()).ok()
}

fn short(e: &image::ImageError) -> &'static str {
    match e {
        image::ImageError::Decoding(_) => "broken data",
        image::ImageError::Limits(_) => "too large",
        image::ImageError::Unsupported(_) => "unsupported kind",
        _ => "unreadable",
    }
}

fn limits(max_bytes: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_bytes);
    limits
}

fn decode(bytes: &[u8], format: ImageFormat, max_bytes: u64) -> image::ImageResult<DynamicImage> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits(max_bytes));
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn encode(image: &DynamicImage, format: ImageFormat) -> image::ImageResult<(&'static str, &'static str, Vec<u8>)> {
    let mut out = Vec::new();
    Ok(match format {
        ImageFormat::Jpeg => {
            image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, 88))?;
            ("jpg", "image/jpeg", out)
        }
        ImageFormat::WebP => {
            image.to_rgba8().write_with_encoder(WebPEncoder::new_lossless(&mut out))?;
            ("webp", "image/webp", out)
        }
        // A GIF with one frame is kept as PNG: same pixels, no palette trouble.
        _ => {
            image.write_to(&mut Cursor::new(&mut out), ImageFormat::Png)?;
            ("png", "image/png", out)
        }
    })
}

/// Re-encodes a GIF with more than one frame; `None` for a still one.
fn animated_gif(bytes: &[u8], max_pixels: u64) -> Result<Option<Clean>> {
    let invalid = |why: String| ServiceError::invalid("file", why);
    let broken = |e: image::ImageError| invalid(format!("is not a picture that can be read ({})", short(&e)));
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    decoder.set_limits(limits(MAX_DECODE_BYTES)).map_err(broken)?;
    let mut frames = Vec::new();
    let mut pixels = 0_u64;
    for frame in decoder.into_frames() {
        let frame = frame.map_err(broken)?;
        pixels += u64::from(frame.buffer().width()) * u64::from(frame.buffer().height());
        // Decoded frames are held in memory together: four bytes a pixel.
        if frames.len() >= MAX_FRAMES || pixels > max_pixels.saturating_mul(2) {
            return Err(invalid(format!("has more than {MAX_FRAMES} frames or too many pixels in all")));
        }
        frames.push(frame);
    }
    if frames.len() < 2 {
        return Ok(None);
    }
    let first = frames.first().map(|f| DynamicImage::from(f.buffer().clone()));
    let Some(first) = first else { return Ok(None) };
    let mut out = Vec::new();
    {
        let mut encoder = GifEncoder::new_with_speed(&mut out, 20);
        encoder.set_repeat(Repeat::Infinite).map_err(broken)?;
        encoder.encode_frames(frames).map_err(broken)?;
    }
    finish(&first, out, "gif", "image/gif").map(Some)
}

fn finish(image: &DynamicImage, bytes: Vec<u8>, extension: &'static str, content_type: &'static str) -> Result<Clean> {
    let failed = |e: image::ImageError| ServiceError::Internal(format!("preview of a picture: {e}"));
    let preview = image.thumbnail(PREVIEW_PX.min(image.width()), PREVIEW_PX.min(image.height()));
    let mut preview_bytes = Vec::new();
    if preview.color().has_alpha() {
        preview.write_to(&mut Cursor::new(&mut preview_bytes), ImageFormat::Png).map_err(failed)?;
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut preview_bytes, 82);
        preview.to_rgb8().write_with_encoder(encoder).map_err(failed)?;
    }
    let blurhash = blurhash_of(&preview);
    Ok(Clean {
        bytes,
        extension,
        content_type,
        size_px: (image.width(), image.height()),
        preview_px: (preview.width(), preview.height()),
        preview: preview_bytes,
        blurhash,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG with an EXIF block (orientation 6, and a GPS-like marker text) in front of its pixels.
    fn jpeg_with_exif() -> Vec<u8> {
        let image = DynamicImage::new_rgb8(40, 20);
        let mut plain = Vec::new();
        image.to_rgb8().write_with_encoder(JpegEncoder::new(&mut plain)).unwrap();
        let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
        tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
        tiff.extend_from_slice(b"GPSLatitude 51.5N");
        let mut out = plain[..2].to_vec();
        out.extend_from_slice(&[0xff, 0xe1]);
        out.extend_from_slice(&u16::try_from(tiff.len() + 2).unwrap().to_be_bytes());
        out.extend_from_slice(&tiff);
        out.extend_from_slice(&plain[2..]);
        out
    }

    #[test]
    fn orientation_is_applied_and_metadata_is_gone() {
        let clean = clean(&jpeg_with_exif(), 1_000_000).unwrap();
        assert_eq!(clean.size_px, (20, 40), "turned upright");
        let holds = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
        for bytes in [&clean.bytes, &clean.preview] {
            assert!(!holds(bytes, b"Exif") && !holds(bytes, b"GPSLatitude"));
        }
        assert!(clean.blurhash.is_some());
    }

    #[test]
    fn refuses_what_is_not_a_picture_or_is_too_large() {
        for bad in
            [&b""[..], b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nrubbish", b"%PDF-1.4"]
        {
            assert!(matches!(clean(bad, 1_000_000), Err(ServiceError::Invalid { field: "file", .. })));
        }
        assert!(clean(&jpeg_with_exif(), 799).is_err());
    }

    #[test]
    fn a_header_that_promises_too_much_is_refused_before_decoding() {
        let mut png = Vec::new();
        DynamicImage::new_rgb8(1, 1).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        png[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        // The checksum of the header no longer fits either; what matters is that nothing is allocated for it.
        assert!(clean(&png, 33_177_600).is_err());
    }

    #[test]
    fn only_small_pictures_of_others_are_decoded() {
        let mut png = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(30, 20).write_to(&mut png, ImageFormat::Png).unwrap();
        let png = png.into_inner();
        let looks = look(&png, 600).unwrap();
        assert!(looks.size_px == Some((30, 20)) && looks.blurhash.is_some());
        let large = look(&png, 599).unwrap();
        assert!(large.size_px.is_none() && large.blurhash.is_none(), "{large:?}");
        assert!(look(b"\x89PNG\r\n\x1a\nrubbish", 600).is_none() && look(b"<html>", 600).is_none());
    }
}
