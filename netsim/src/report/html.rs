//! A report as one self-contained page: no script, nothing loaded.

use super::table::{bytes, time};
use super::{Report, svg};
use crate::world::{World, clock};
use std::fmt::Write;

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6b7b;--paper:#fff;--card:#f6f8fa;--rule:#d9e0e7;--blue:#2767c4;\
--red:#c5372c;--green:#1d7f4e;--amber:#b06f00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#93a3b3;--paper:#0f161d;--card:#18222c;--rule:#2c3946;\
--blue:#6ea8ff;--red:#ff7b70;--green:#5ad197;--amber:#f0b34a}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1560px;margin:0 auto;padding:28px 24px 60px}h1{font-size:26px;margin:0}h2{font-size:16px;margin:0 0 10px}
p{margin:4px 0;color:var(--soft)}.verdict{display:inline-block;margin:14px 0 18px;padding:5px 14px;border-radius:99px;\
font-weight:600}.good{background:color-mix(in srgb,var(--green) 18%,transparent);color:var(--green)}
.bad{background:color-mix(in srgb,var(--red) 18%,transparent);color:var(--red)}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:18px}
.numbers div,section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 16px}
.numbers b{display:block;font-size:21px;line-height:1.3}.numbers span{color:var(--soft);font-size:13px}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(620px,100%),1fr));gap:16px}
svg{width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
.end{text-anchor:end}.mid{text-anchor:middle}.grid{stroke:var(--rule)}.phase{stroke:var(--soft);stroke-dasharray:3 4;opacity:.6}
.line{fill:none;stroke:var(--blue);stroke-width:2}.area{fill:var(--blue);opacity:.14}.bar{fill:var(--blue)}
.fault{fill:var(--red)}.link{stroke-width:.8;opacity:.35}.direct{stroke:var(--soft)}.punched{stroke:var(--blue)}
.relayed{stroke:var(--amber)}.lan{stroke:var(--green)}.relay{fill:var(--amber)}.node{fill:var(--blue)}
table{border-collapse:collapse;width:100%}td{padding:3px 8px 3px 0;border-bottom:1px solid var(--rule);vertical-align:top}
td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.key{display:flex;gap:18px;flex-wrap:wrap;\
color:var(--soft);font-size:13px}.key i{display:inline-block;width:20px;height:0;border-top:3px solid;margin-right:6px;\
vertical-align:middle}code{font-size:13px}
";

/// The page.
pub fn page(report: &Report, world: &World) -> String {
    let mut out = String::new();
    let name = svg::escape(&report.name);
    let _ = write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{name}</title><style>{STYLE}</style></head><body><main><h1>{name}</h1>"
    );
    let _ = write!(
        out,
        "<p>seed {} · {} nodes · {} relays · {} of virtual time · trace <code>{}</code></p>",
        report.seed,
        report.nodes,
        report.relays,
        time(report.span),
        report.trace_hash
    );
    out.push_str(&verdict(report));
    out.push_str(&numbers(report));
    out.push_str("<div class=\"plots\">");
    for (title, note, plot) in plots(report, world) {
        let _ = write!(out, "<section><h2>{title}</h2>{plot}{note}</section>");
    }
    let _ = write!(out, "<section><h2>What happened how often</h2>{}</section>", counts(report));
    if !report.violations.is_empty() {
        let _ = write!(out, "<section><h2>Violations</h2>{}</section>", violations(report));
    }
    out.push_str("</div></main></body></html>\n");
    out
}

fn verdict(report: &Report) -> String {
    if report.is_good() {
        "<div class=\"verdict good\">all invariants hold</div>".into()
    } else {
        format!("<div class=\"verdict bad\">{} violations</div>", report.violations_all)
    }
}

fn numbers(report: &Report) -> String {
    let at = |share: f64| report.latency.iter().find(|(q, _)| *q == share).map_or(0, |(_, us)| *us);
    let cards = [
        (format!("{} / {}", report.delivered, report.said), "messages delivered / said"),
        (time(at(0.5)), "half are delivered within"),
        (time(at(0.95)), "95 % are delivered within"),
        (bytes(report.node_bytes.mean), "bytes a node (in and out)"),
        (bytes(report.relay_bytes.mean), "bytes a relay (in and out)"),
        (report.renewals.to_string(), "key renewals"),
        (report.events.to_string(), "events"),
        (format!("{:.1} s", report.cpu), "of the processor"),
        (bytes(report.memory), "memory at most"),
    ];
    let cards = cards.map(|(value, name)| format!("<div><b>{value}</b><span>{name}</span></div>"));
    format!("<div class=\"numbers\">{}</div>", cards.concat())
}

fn plots(report: &Report, world: &World) -> Vec<(&'static str, String, String)> {
    let count = |n: u64| n.to_string();
    let classes: Vec<_> = report.latency_classes.iter().map(|(upper, n)| (time(*upper), *n)).collect();
    let nodes: Vec<_> = report.bytes_of_nodes.iter().map(|n| (String::new(), *n)).collect();
    let relays: Vec<_> =
        report.bytes_of_relays.iter().enumerate().map(|(n, [up, down])| (n.to_string(), up + down)).collect();
    let busy: Vec<u64> = world.watch.bytes.iter().map(|[up, down]| up + down).collect();
    let over = |label: &str, series: &[u64]| svg::line(label, series, report.span, &report.phases);
    let text = |note: &str| format!("<p>{note}</p>");
    vec![
        (
            "Delivery latency",
            text("Messages by the time from acknowledged to shown; each class up to the time below it."),
            svg::bars("Delivery latency", &classes, &count),
        ),
        (
            "Deliveries over time",
            text("Messages shown so far; dashed lines begin the phases."),
            over("Deliveries over time", &report.shown),
        ),
        (
            "Messages under way",
            text("Acknowledged by the author's node and not shown yet."),
            over("Messages under way", &report.waiting),
        ),
        ("Queue depth", text("Entries in all relays' logs."), over("Queue depth", &report.depth)),
        (
            "Faults on the time line",
            text("One stroke a fault; the more machines, the stronger."),
            svg::faults(&report.faults, report.span, &report.phases),
        ),
        ("The network", key(), svg::network(report.nodes, report.relays, &world.watch.routes, &busy)),
        ("Bytes a node", text("Out and in together, the busiest first."), svg::bars("Bytes a node", &nodes, &bytes)),
        (
            "Bytes a relay",
            text("Out and in together, by number; circuits count where they run."),
            svg::bars("Bytes a relay", &relays, &bytes),
        ),
    ]
}

fn key() -> String {
    let kinds = [("soft", "direct"), ("blue", "hole punched"), ("amber", "circuit relay"), ("green", "local network")];
    let kinds = kinds.map(|(colour, name)| format!("<span><i style=\"color:var(--{colour})\"></i>{name}</span>"));
    format!("<div class=\"key\">{}<span>relays inside, nodes on the ring; size by bytes</span></div>", kinds.concat())
}

fn counts(report: &Report) -> String {
    let routes =
        report.routes.iter().map(|(name, n)| format!("<tr><td class=\"n\">{n}</td><td>pairs: {name}</td></tr>"));
    let rows = report.counts.iter().map(|(name, n)| format!("<tr><td class=\"n\">{n}</td><td>{name}</td></tr>"));
    format!("<table>{}</table>", routes.chain(rows).collect::<String>())
}

fn violations(report: &Report) -> String {
    let row = |violation: &crate::watch::Violation| {
        format!(
            "<tr><td class=\"n\">{}</td><td>{}</td><td>{}</td></tr>",
            clock(violation.at),
            violation.invariant,
            svg::escape(&violation.what)
        )
    };
    format!("<table>{}</table>", report.violations.iter().map(row).collect::<String>())
}
