//! Plots as inline SVG: lines, bars, a time line of faults, the network as a picture. Colours come from the page's
//! style, so that one file serves light and dark.

use crate::watch::FaultSpan;
use crate::world::{Ends, Route};
use std::collections::BTreeMap;
use std::fmt::Write;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 34.0;

/// Text for an attribute or element.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn open(height: f64, label: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">", escape(label))
}

/// A number that ends an axis: 1, 2 or 5 times a power of ten.
fn ceiling(most: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            if step.saturating_mul(factor) >= most.max(1) {
                return step.saturating_mul(factor);
            }
        }
        step = step.saturating_mul(10);
    }
}

fn axis(out: &mut String, most: u64, name: &dyn Fn(u64) -> String) {
    for quarter in 0..=4_u64 {
        let y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * quarter as f64 / 4.0;
        let _ =
            write!(out, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>", WIDTH - RIGHT);
        let value = (most as f64 * quarter as f64 / 4.0).round() as u64;
        if most >= 4 || quarter == 0 || quarter == 4 {
            let _ = write!(out, "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>", LEFT - 8.0, y + 4.0, name(value));
        }
    }
}

fn time_axis(out: &mut String, span: u64, height: f64) {
    for part in 0..=6_u64 {
        let x = LEFT + (WIDTH - LEFT - RIGHT) * part as f64 / 6.0;
        let class = if part == 6 { "end" } else { "mid" };
        let at = super::table::time(span / 6 * part);
        let _ = write!(out, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{}\">{at}</text>", height - 10.0);
    }
}

/// A series over the whole time.
pub fn line(label: &str, series: &[u64], span: u64, phases: &[(String, u64)]) -> String {
    let most = ceiling(series.iter().max().copied().unwrap_or(0));
    let mut out = open(HEIGHT, label);
    axis(&mut out, most, &|value| value.to_string());
    time_axis(&mut out, span, HEIGHT);
    phase_lines(&mut out, span, phases, HEIGHT - BOTTOM);
    let x = |at: usize| LEFT + (WIDTH - LEFT - RIGHT) * at as f64 / (series.len().max(2) - 1) as f64;
    let y = |value: u64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value as f64 / most as f64;
    let points: Vec<_> =
        series.iter().enumerate().map(|(at, value)| format!("{:.1},{:.1}", x(at), y(*value))).collect();
    let base = HEIGHT - BOTTOM;
    let _ = write!(
        out,
        "<polygon class=\"area\" points=\"{LEFT},{base} {} {:.1},{base}\"/><polyline class=\"line\" points=\"{}\"/></svg>",
        points.join(" "),
        x(series.len().max(1) - 1),
        points.join(" ")
    );
    out
}

fn phase_lines(out: &mut String, span: u64, phases: &[(String, u64)], bottom: f64) {
    for (_, at) in phases.iter().skip(1) {
        let x = LEFT + (WIDTH - LEFT - RIGHT) * *at as f64 / span.max(1) as f64;
        let _ = write!(out, "<line class=\"phase\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>");
    }
}

/// Bars with names below; too many names are thinned out.
pub fn bars(label: &str, values: &[(String, u64)], name: &dyn Fn(u64) -> String) -> String {
    let most = ceiling(values.iter().map(|(_, value)| *value).max().unwrap_or(0));
    let mut out = open(HEIGHT, label);
    axis(&mut out, most, name);
    let wide = (WIDTH - LEFT - RIGHT) / values.len().max(1) as f64;
    let every = values.len().div_ceil(14).max(1);
    for (at, (title, value)) in values.iter().enumerate() {
        let x = LEFT + wide * at as f64;
        let tall = (HEIGHT - TOP - BOTTOM) * *value as f64 / most as f64;
        let _ = write!(
            out,
            "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\"><title>{}: {}</title></rect>",
            x + wide * 0.08,
            HEIGHT - BOTTOM - tall,
            (wide * 0.84).max(0.5),
            escape(title),
            name(*value)
        );
        if at % every == 0 && !title.is_empty() {
            let _ = write!(
                out,
                "<text class=\"mid\" x=\"{:.1}\" y=\"{}\">{}</text>",
                x + wide / 2.0,
                HEIGHT - 10.0,
                escape(title)
            );
        }
    }
    out.push_str("</svg>");
    out
}

/// Faults as strokes on a time line, one row a kind; and the phases' names above.
pub fn faults(faults: &[FaultSpan], span: u64, phases: &[(String, u64)]) -> String {
    let mut rows: BTreeMap<&'static str, Vec<&FaultSpan>> = BTreeMap::new();
    for fault in faults {
        rows.entry(crate::watch::fault_name(fault.kind)).or_default().push(fault);
    }
    let left = 150.0;
    let height = 34.0 + 22.0 * rows.len().max(1) as f64 + BOTTOM;
    let x = |at: u64| left + (WIDTH - left - RIGHT) * at as f64 / span.max(1) as f64;
    let mut out = open(height, "Faults on the time line");
    for (n, (name, at)) in phases.iter().enumerate() {
        let end = phases.get(n + 1).map_or(span, |(_, next)| *next);
        let _ = write!(
            out,
            "<line class=\"phase\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"6\" y2=\"{1}\"/>",
            x(*at),
            height - BOTTOM
        );
        if x(end) - x(*at) > 7.0 * name.len() as f64 {
            let _ = write!(out, "<text x=\"{:.1}\" y=\"18\">{}</text>", x(*at) + 4.0, escape(name));
        }
    }
    for (n, (name, spans)) in rows.iter().enumerate() {
        let y = 32.0 + 22.0 * n as f64;
        let short = name.trim_start_matches("fault: ");
        let _ = write!(out, "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{short}</text>", left - 8.0, y + 12.0);
        // Thousands of strokes of one pixel say no more than some hundreds.
        for fault in spans.iter().step_by(spans.len().div_ceil(600).max(1)) {
            let wide = (x(fault.to) - x(fault.from)).max(1.5);
            let strong = 0.35 + 0.65 * (fault.machines as f64 / 8.0).min(1.0);
            let _ = write!(
                out,
                "<rect class=\"fault\" opacity=\"{strong:.2}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"15\"/>",
                x(fault.from)
            );
        }
    }
    if rows.is_empty() {
        let _ = write!(out, "<text class=\"mid\" x=\"{}\" y=\"48\">nothing went wrong</text>", WIDTH / 2.0);
    }
    let mut axis = String::new();
    for part in 0..=4_u64 {
        let class = if part == 4 { "end" } else { "mid" };
        let at = super::table::time(span / 4 * part);
        let _ =
            write!(axis, "<text class=\"{class}\" x=\"{:.1}\" y=\"{}\">{at}</text>", x(span / 4 * part), height - 10.0);
    }
    out + &axis + "</svg>"
}

/// Nodes on a ring, relays inside, links between them; at most 400 nodes are drawn.
pub fn network(nodes: usize, relays: usize, routes: &BTreeMap<Ends, Route>, busy: &[u64]) -> String {
    let (tall, centre) = (460.0, (WIDTH / 2.0, 230.0));
    let every = nodes.div_ceil(400).max(1);
    let place = |n: usize| {
        let (of, at, far) = if n < relays { (relays, n, 80.0) } else { (nodes, n - relays, 205.0) };
        let far = if relays == 1 && n == 0 { 0.0 } else { far };
        let turn = std::f64::consts::TAU * at as f64 / of.max(1) as f64 - std::f64::consts::FRAC_PI_2;
        (centre.0 + far * 1.55 * turn.cos(), centre.1 + far * turn.sin())
    };
    let drawn = |n: u32| (n as usize) < relays || (n as usize - relays).is_multiple_of(every);
    let mut out = open(tall, "The network");
    let shown: Vec<_> = routes.iter().filter(|(ends, _)| drawn(ends.client) && drawn(ends.server)).collect();
    for (ends, route) in shown.iter().step_by(shown.len().div_ceil(3_000).max(1)) {
        let (a, b) = (place(ends.client as usize), place(ends.server as usize));
        let class = match route {
            Route::Direct => "direct",
            Route::Punched => "punched",
            Route::Relayed(_) => "relayed",
            Route::Lan => "lan",
            Route::Inside => continue,
        };
        let _ = write!(
            out,
            "<line class=\"link {class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            a.0, a.1, b.0, b.1
        );
    }
    let most = busy.iter().max().copied().unwrap_or(1).max(1) as f64;
    for n in (0..nodes + relays).filter(|n| drawn(*n as u32)) {
        let (x, y) = place(n);
        let share = (busy.get(n).copied().unwrap_or(0) as f64 / most).sqrt();
        let (class, size) = if n < relays { ("relay", 9.0 + 7.0 * share) } else { ("node", 2.5 + 4.0 * share) };
        let kind = if n < relays { "relay" } else { "node" };
        let bytes = super::table::bytes(busy.get(n).copied().unwrap_or(0));
        let _ = write!(
            out,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{size:.1}\"><title>{kind} {n}: {bytes}</title></circle>"
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers_and_empty_plots_are_whole() {
        assert_eq!([0, 1, 3, 11, 60, 501].map(ceiling), [1, 1, 5, 20, 100, 1000]);
        for plot in [
            line("a", &[], 1, &[]),
            bars("b", &[], &|n| n.to_string()),
            faults(&[], 1, &[]),
            network(0, 0, &BTreeMap::new(), &[]),
        ] {
            assert!(plot.starts_with("<svg") && plot.ends_with("</svg>") && !plot.contains("NaN"), "{plot}");
        }
        assert_eq!(escape("<a&\"b\">"), "&lt;a&amp;&quot;b&quot;&gt;");
    }
}
