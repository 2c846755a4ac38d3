//! Any history of additions, removals, updates and races leaves all members with one secret.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Add {
        by: usize,
        count: u8,
    },
    Remove {
        by: usize,
        whom: usize,
    },
    Update {
        by: usize,
    },
    Swap {
        by: usize,
        whom: usize,
    },
    /// Two stage, the first wins; the other discards first, or lets the merge do it.
    Race {
        winner: usize,
        loser: usize,
        discard: bool,
    },
    /// Stages and thinks better of it.
    Regret {
        by: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let any = 0_usize..64;
    prop_oneof![
        (any.clone(), 1_u8..3).prop_map(|(by, count)| Step::Add { by, count }),
        (any.clone(), any.clone()).prop_map(|(by, whom)| Step::Remove { by, whom }),
        any.clone().prop_map(|by| Step::Update { by }),
        (any.clone(), any.clone()).prop_map(|(by, whom)| Step::Swap { by, whom }),
        (any.clone(), any.clone(), prop::bool::ANY).prop_map(|(winner, loser, discard)| Step::Race {
            winner,
            loser,
            discard
        }),
        any.prop_map(|by| Step::Regret { by }),
    ]
}

/// Members in no order, and how many devices there were ever.
struct World {
    members: Vec<Device>,
    born: u8,
}

impl World {
    fn newcomers(&mut self, count: u8) -> Vec<Device> {
        let all = (0..count).map(|_| {
            self.born += 1;
            Device::new(self.born)
        });
        all.collect()
    }

    /// `by` stages additions and removals (never of itself), merges, and everybody follows.
    fn commit(&mut self, by: usize, mut newcomers: Vec<Device>, whom: Option<usize>) {
        let by = by % self.members.len();
        let whom = whom.map(|whom| whom % self.members.len()).filter(|whom| *whom != by);
        let leaves: Vec<u32> = whom.iter().map(|whom| self.members[*whom].leaf()).collect();
        let packages: Vec<_> = newcomers.iter_mut().map(|device| device.package(Use::Once)).collect();
        let staged =
            self.members[by].with(|group, provider, signer| group.stage(provider, signer, &packages, &leaves)).unwrap();
        self.members[by].merge();
        for at in (0..self.members.len()).filter(|at| *at != by) {
            self.members[at].take(&staged.commit).unwrap();
        }
        for newcomer in &mut newcomers {
            newcomer.join(staged.welcome.as_ref().unwrap()).unwrap();
        }
        if let Some(whom) = whom {
            let mut gone = self.members.remove(whom);
            let error = gone.with(|group, _, _| group.export("chappe test", b"context", 32)).unwrap_err();
            assert_eq!(error, MlsError::Removed);
        }
        self.members.extend(newcomers);
    }

    fn race(&mut self, winner: usize, loser: usize, discard: bool) {
        let (winner, loser) = (winner % self.members.len(), loser % self.members.len());
        if winner == loser {
            return;
        }
        let won = self.members[winner].update().commit;
        let lost = self.members[loser].update().commit;
        if discard {
            self.members[loser].discard();
        }
        self.members[winner].merge();
        for at in (0..self.members.len()).filter(|at| *at != winner) {
            self.members[at].take(&won).unwrap();
            if at != loser {
                assert!(matches!(self.members[at].take(&lost), Err(MlsError::WrongEpoch { .. })));
            }
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Add { by, count } => {
                let newcomers = self.newcomers(count);
                self.commit(by, newcomers, None);
            }
            Step::Remove { by, whom } => self.commit(by, Vec::new(), Some(whom)),
            Step::Update { by } => self.commit(by, Vec::new(), None),
            Step::Swap { by, whom } => {
                let newcomers = self.newcomers(1);
                self.commit(by, newcomers, Some(whom));
            }
            Step::Race { winner, loser, discard } => self.race(winner, loser, discard),
            Step::Regret { by } => {
                let by = by % self.members.len();
                let before = self.members[by].store.hash();
                self.members[by].update();
                self.members[by].discard();
                assert_eq!(self.members[by].store.hash(), before);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn all_members_keep_one_secret(steps in prop::collection::vec(step(), 1..14)) {
        let mut world = World { members: group(2), born: 2 };
        let mut secrets = vec![world.members[0].secret()];
        for step in steps {
            let epoch = world.members[0].epoch();
            world.step(step);
            agree(&mut world.members);
            if world.members[0].epoch() != epoch {
                let secret = world.members[0].secret();
                prop_assert!(!secrets.contains(&secret), "a secret twice");
                secrets.push(secret);
            }
        }
    }
}
