//! A person's devices see to it together who of them is in which chat, and do not fight over it.

use crate::devices::{ids, own, restore_another, two_devices, words_of};
use crate::groups::members;
use chappe_protocol::peer::command::OwnCommand;

const MINUTE: u64 = 60_000;

#[test]
fn a_device_that_has_not_heard_of_a_removal_does_not_bring_the_removed_one_back() {
    let (mut world, chat, second) = two_devices();
    let account = restore_another(&mut world, 1, &[0], 77);
    let third = world.settle_in(&account, |_| {});
    world.pass(15 * MINUTE);
    assert_eq!(ids(&mut world, second).len(), 3);
    let before = members(&mut world, 0, chat);
    assert_eq!(before.members.iter().map(|member| member.devices.len()).sum::<usize>(), 4);
    own(&mut world, 0, OwnCommand::RemoveDevice { device: account.device(), words: words_of(1) }).unwrap();
    world.pass(9 * MINUTE);
    let after = members(&mut world, 0, chat);
    assert_eq!(after.members.iter().map(|member| member.devices.len()).sum::<usize>(), 3);
    assert!(after.index <= before.index + 2, "{} blocks for one removal", after.index - before.index);
    assert_eq!(ids(&mut world, second).len(), 2, "it has heard of it by now");
    let _ = third;
}
