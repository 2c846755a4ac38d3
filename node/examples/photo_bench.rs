//! How long the preview of a photo takes: `cargo run --release -p chappe-node --example photo_bench`.
//!
//! The photo is drawn: 12 megapixels with edges, gradients and noise, as a JPEG of the size that cameras make.

use axum::body::Bytes;
use chappe_node::photo;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use std::time::Instant;

const SIDES: (u32, u32) = (4_000, 3_000);
const RUNS: usize = 15;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut noise = 1u32;
    let picture = RgbImage::from_fn(SIDES.0, SIDES.1, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let edge = if (x / 97 + y / 61) % 2 == 0 { 40 } else { 0 };
        let grain = noise % 12;
        Rgb([x * 200 / SIDES.0 + edge + grain, y * 200 / SIDES.1 + grain, (x + y) % 128 + edge].map(|part| part as u8))
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&picture)?;
    let jpeg = Bytes::from(jpeg);
    println!("a JPEG of {} x {}, {:.1} MB; {RUNS} runs", SIDES.0, SIDES.1, jpeg.len() as f64 / 1e6);
    let runtime = tokio::runtime::Runtime::new()?;
    for (what, shrink) in [("preview", false), ("preview and smaller photo", true)] {
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            runtime.block_on(photo::prepare(jpeg.clone(), shrink))?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{what}: {:.0} ms at best, {:.0} at the median, {:.0} at most",
            times[0],
            times[RUNS / 2],
            times[RUNS - 1]
        );
    }
    Ok(())
}
