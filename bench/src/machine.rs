//! A process of this benchmark as the driver sees it. It ends when the driver drops it, in any case.

use crate::talk::{Answer, Order};
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// How long a process may take to end in order.
const END_MAX: Duration = Duration::from_secs(30);

/// A relay or node in a process of its own.
#[derive(Debug)]
pub struct Machine {
    name: &'static str,
    child: Child,
    orders: Option<ChildStdin>,
    answers: Receiver<String>,
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Usage {
    /// Seconds of CPU, user and system.
    pub cpu: f64,
    /// Mebibytes of resident memory.
    pub rss: f64,
    /// Of these, what is not a mapping of a file (the program itself is one).
    pub rss_anonymous: f64,
    /// The most so far.
    pub rss_peak: f64,
}

impl Machine {
    /// Starts this program in another role.
    pub fn start(name: &'static str, role: &str, data: &Path, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(role).arg(data).args(flags).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("{name} cannot be started"))?;
        let orders = child.stdin.take();
        let out = child.stdout.take().context("no pipe")?;
        // One answer an order, and one at the start.
        let (sender, answers) = sync_channel(4);
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { name, child, orders, answers })
    }

    /// The next answer.
    pub fn answer(&self, patience: Duration) -> Result<Answer> {
        let name = self.name;
        let line = self.answers.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => anyhow::anyhow!("{name} did not answer in {patience:?}"),
            RecvTimeoutError::Disconnected => anyhow::anyhow!("{name} ended; its messages are above"),
        })?;
        match serde_json::from_str(&line).with_context(|| format!("{name} said {line:?}"))? {
            Answer::Failed(why) => bail!("{name}: {why}"),
            answer => Ok(answer),
        }
    }

    /// Gives an order without waiting for the answer.
    pub fn order(&mut self, order: &Order) -> Result<()> {
        let mut line = serde_json::to_vec(order)?;
        line.push(b'\n');
        let pipe = self.orders.as_mut().context("the machine is ending")?;
        pipe.write_all(&line).with_context(|| format!("{} ended", self.name))
    }

    /// Gives an order and waits for the answer.
    pub fn ask(&mut self, order: &Order, patience: Duration) -> Result<Answer> {
        self.order(order)?;
        self.answer(patience)
    }

    /// Lets it end in order. Returns the seconds that took.
    pub fn end(mut self) -> Result<f64> {
        let start = Instant::now();
        self.orders = None;
        while start.elapsed() < END_MAX {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("{} ended with {status}", self.name);
                }
                return Ok(start.elapsed().as_secs_f64());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!("{} did not end in {END_MAX:?}", self.name)
    }

    /// Ends it as the kernel would: nothing is written any more.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// What it has used.
    pub fn usage(&self) -> Result<Usage> {
        Usage::of(&self.child.id().to_string())
    }
}

impl Usage {
    /// Of a process by its number, or `self`.
    pub fn of(process: &str) -> Result<Self> {
        let dir = format!("/proc/{process}");
        let stat = std::fs::read_to_string(format!("{dir}/stat"))?;
        let status = std::fs::read_to_string(format!("{dir}/status"))?;
        // Behind the name, which may hold anything: the 12th and 13th field are user and system ticks.
        let fields = stat.rsplit_once(") ").context("/proc/…/stat")?.1;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        let mib = |name: &str| -> Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("/proc/…/status")?;
            let kib: f64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
            Ok(kib / 1024.0)
        };
        Ok(Usage {
            cpu: ticks as f64 / rustix::param::clock_ticks_per_second() as f64,
            rss: mib("VmRSS")?,
            rss_anonymous: mib("RssAnon")?,
            rss_peak: mib("VmHWM")?,
        })
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Fails if it has ended, which is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
