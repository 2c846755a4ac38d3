//! What goes wrong, and ends.

use super::machine::Stop;
use super::{Ends, Event, World};
use crate::scenario::FaultKind;

impl World {
    pub(super) fn begin(&mut self, fault: u32, kind: FaultKind, at: &[u32], amount: i64) {
        self.active.insert(fault, (kind, at.to_vec(), amount));
        self.watch.fault_begins(self.now, fault, kind, at.len());
        if kind == FaultKind::Partition {
            return self.split(fault, at);
        }
        for n in at {
            self.note(*n, || format!("fault begins: {kind:?}"));
            self.begin_at(*n, fault, kind, amount);
        }
    }

    fn begin_at(&mut self, n: u32, fault: u32, kind: FaultKind, amount: i64) {
        match kind {
            FaultKind::Partition => {}
            FaultKind::Offline => {
                self.machines[n as usize].off_faults += 1;
                self.stop(n, Stop::Killed);
            }
            FaultKind::Kill => self.stop(n, Stop::Killed),
            FaultKind::Power => self.stop(n, Stop::PowerLost),
            FaultKind::CrashBeforeSend => self.machines[n as usize].fuse = self.machines[n as usize].on,
            FaultKind::DiskFull => self.machines[n as usize].store.fail_writes(),
            FaultKind::Wipe => self.wipe(n),
            FaultKind::Sleep => {
                self.machines[n as usize].sleep_faults += 1;
                self.fall_asleep(n);
            }
            FaultKind::Reset => self.reset_all(n),
            FaultKind::Skew => self.machines[n as usize].skew += amount,
            FaultKind::LieFork => {
                self.machines[n as usize].liar.lies.insert(kind);
                self.machines[n as usize].suspect = true;
                self.fork(n);
            }
            FaultKind::LieFlood => {
                self.machines[n as usize].liar.lies.insert(kind);
                self.queue.push(self.now, Event::Flood { machine: n, fault });
            }
            FaultKind::LieAck | FaultKind::LieWithhold | FaultKind::LieCorrupt | FaultKind::LieReplay => {
                self.machines[n as usize].liar.lies.insert(kind);
                self.machines[n as usize].suspect = true;
            }
            FaultKind::OldVersion => {
                self.machines[n as usize].liar.lies.insert(kind);
            }
            FaultKind::Clone => self.take_copy(n, fault),
        }
    }

    pub(super) fn end(&mut self, fault: u32) {
        let Some((kind, at, amount)) = self.active.remove(&fault) else { return };
        self.watch.fault_ends(self.now, fault);
        if kind == FaultKind::Partition {
            return self.join(fault, &at);
        }
        for n in at {
            self.note(n, || format!("fault ends: {kind:?}"));
            self.end_at(n, fault, kind, amount);
        }
    }

    fn end_at(&mut self, n: u32, fault: u32, kind: FaultKind, amount: i64) {
        let machine = &mut self.machines[n as usize];
        match kind {
            FaultKind::Partition | FaultKind::Reset => {}
            FaultKind::Offline => {
                machine.off_faults = machine.off_faults.saturating_sub(1);
                self.start_if_off(n);
            }
            FaultKind::Kill | FaultKind::Power | FaultKind::Wipe => self.start_if_off(n),
            FaultKind::CrashBeforeSend => {
                machine.fuse = false;
                self.start_if_off(n);
            }
            FaultKind::DiskFull => {
                // Room was made; whoever did not notice the full disk goes on with a working one after a restart.
                self.stop(n, Stop::Killed);
                self.start_if_off(n);
            }
            FaultKind::Sleep => {
                machine.sleep_faults = machine.sleep_faults.saturating_sub(1);
                if machine.sleep_faults == 0 {
                    self.awake(n);
                }
            }
            FaultKind::Skew => machine.skew -= amount,
            FaultKind::LieFork => {
                machine.liar.lies.remove(&kind);
                self.unfork(n);
            }
            FaultKind::LieAck
            | FaultKind::LieWithhold
            | FaultKind::LieCorrupt
            | FaultKind::LieReplay
            | FaultKind::LieFlood
            | FaultKind::OldVersion => {
                machine.liar.lies.remove(&kind);
                // Its clients come to it anew: an operator has replaced it.
                self.reset_all(n);
            }
            FaultKind::Clone => self.use_copy(n, fault),
        }
    }

    fn start_if_off(&mut self, n: u32) {
        let machine = &self.machines[n as usize];
        if !machine.on && machine.off_faults == 0 {
            self.start(n);
        }
    }

    fn reset_all(&mut self, n: u32) {
        let own: Vec<u32> = self.machines[n as usize].links.iter().map(|link| link.server).collect();
        let served: Vec<u32> = self.machines[n as usize].clients.iter().copied().collect();
        let own = own.into_iter().map(|server| Ends { client: n, server });
        let served = served.into_iter().map(|client| Ends { client, server: n });
        for ends in own.chain(served).collect::<Vec<_>>() {
            if ends.client != ends.server {
                self.break_link(ends);
            }
        }
    }

    /// Each partition has a bit; two machines can talk if they have the same bits.
    fn split(&mut self, fault: u32, at: &[u32]) {
        let bit = 1_u64 << (fault % 64);
        self.islands |= bit;
        for n in at {
            self.machines[*n as usize].islands |= bit;
        }
        // Links through the gap are found dead although nothing is sent: both ends ping.
        for client in 0..self.machines.len() as u32 {
            let links: Vec<_> =
                self.machines[client as usize].links.iter().filter(|l| l.up).map(|l| (l.server, l.id)).collect();
            for (server, id) in links {
                let ends = Ends { client, server };
                if !self.passes(ends) {
                    let at = self.now + super::net::DEAD_AFTER + self.physics.below(super::net::DEAD_AFTER / 2);
                    self.queue.push(at, Event::Timeout { ends, id });
                }
            }
        }
    }

    fn join(&mut self, fault: u32, at: &[u32]) {
        let bit = 1_u64 << (fault % 64);
        for n in at {
            self.machines[*n as usize].islands &= !bit;
        }
        self.resume();
    }

    /// Everything becomes healthy: what is left of faults ends, everybody is on and awake.
    pub(super) fn heal(&mut self) {
        for fault in self.active.keys().copied().collect::<Vec<_>>() {
            self.end(fault);
        }
        self.barred.clear();
        for n in 0..self.machines.len() as u32 {
            let machine = &mut self.machines[n as usize];
            (machine.off_faults, machine.sleep_faults, machine.islands, machine.fuse) = (0, 0, 0, false);
            self.start_if_off(n);
            self.awake(n);
        }
        self.resume();
        self.healthy = true;
    }

    fn take_copy(&mut self, n: u32, fault: u32) {
        let copy = self.machines[n as usize].store.copy();
        self.people.copies.insert(fault, copy);
    }

    fn use_copy(&mut self, n: u32, fault: u32) {
        if let Some(copy) = self.people.copies.remove(&fault) {
            self.watch.count("machines started from an old copy of their disk", 1);
            self.clone_back(n, copy);
        }
    }
}
