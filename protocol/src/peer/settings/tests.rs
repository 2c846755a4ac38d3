use super::*;
use crate::identity::keys::RootKey;
use crate::testing::TestStore;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn account() -> Account {
    let rng = &mut ChaCha20Rng::from_seed([2; 32]);
    Account::create(&RootKey::from_seed([1; 32]), "Zoë".into(), vec![], 5, rng).unwrap()
}

fn row(key: Key, at: u64, by: u8, value: &Value) -> SettingRow {
    SettingRow { key: key.encode(), at, by: DeviceId([by; 32]), value: value.encode().unwrap() }
}

fn take(settings: &mut Settings, account: &mut Account, row: SettingRow) -> Result<bool, SettingError> {
    settings.take(row, account, &mut Batch::new())
}

const CHAT: ChatId = ChatId([7; 32]);

#[test]
fn the_later_register_counts_and_the_device_breaks_a_tie() {
    let (mut settings, mut account) = (Settings::default(), account());
    let muted = |at, by, until| row(Key::Muted(CHAT), at, by, &Value::Number(until));
    assert_eq!(take(&mut settings, &mut account, muted(5, 1, 10)), Ok(true));
    assert_eq!(take(&mut settings, &mut account, muted(4, 9, 20)), Ok(false));
    assert_eq!(take(&mut settings, &mut account, muted(5, 2, 30)), Ok(true));
    assert_eq!(take(&mut settings, &mut account, muted(5, 2, 30)), Ok(false));
    assert_eq!(account.list[&CHAT].muted_until, 30);
}

#[test]
fn registers_survive_a_restart() {
    let (mut store, mut settings, mut account) = (TestStore::default(), Settings::default(), account());
    let mut batch = Batch::new();
    let folder = Folder { name: "Work".into(), chats: vec![CHAT] };
    for row in [
        row(Key::Blocked(UserId([3; 32])), 1, 1, &Value::Flag(true)),
        row(Key::Draft(CHAT), 2, 1, &Value::Text("so far".into())),
        row(Key::Folder([4; 32]), 3, 1, &Value::Folder(folder)),
        row(Key::DeviceName(DeviceId([5; 32])), 4, 1, &Value::Text("phone".into())),
    ] {
        settings.take(row, &mut account, &mut batch).unwrap();
    }
    store.apply(&batch);
    let mut again = self::account();
    let loaded = Settings::load(&store, &mut again).unwrap();
    assert_eq!(loaded.rows(), settings.rows());
    assert_eq!((&again.list, &again.blocked), (&account.list, &account.blocked));
    assert_eq!(again.list[&CHAT].draft, "so far");
    assert_eq!(loaded.folders()[0].name, "Work");
    assert_eq!(loaded.device_name(DeviceId([5; 32])), "phone");
    assert_eq!(loaded.clock, 4);
}

#[test]
fn what_another_device_must_not_say_is_refused_and_changes_nothing() {
    let (mut settings, mut account) = (Settings::default(), account());
    let long = Folder { name: "x".into(), chats: vec![CHAT; FOLDER_CHATS_MAX + 1] };
    let bad = [
        row(Key::Draft(CHAT), 1, 1, &Value::Text("x".repeat(DRAFT_MAX + 1))),
        row(Key::Folder([1; 32]), 1, 1, &Value::Folder(long)),
        row(Key::DeviceName(DeviceId([1; 32])), 1, 1, &Value::Text("\u{1b}[2J".into())),
        row(Key::Muted(CHAT), 1, 1, &Value::Text("soon".into())),
        SettingRow { key: vec![], ..row(Key::Muted(CHAT), 1, 1, &Value::Number(1)) },
        SettingRow { key: vec![scope::MUTED; 32], ..row(Key::Muted(CHAT), 1, 1, &Value::Number(1)) },
        SettingRow { value: vec![0; SETTING_VALUE_MAX + 1], ..row(Key::Muted(CHAT), 1, 1, &Value::Number(1)) },
        SettingRow { value: vec![0xf9, 0, 0], ..row(Key::Muted(CHAT), 1, 1, &Value::Number(1)) },
    ];
    for row in bad {
        let mut batch = Batch::new();
        assert!(matches!(settings.take(row.clone(), &mut account, &mut batch), Err(SettingError::Wire(_))), "{row:?}");
        assert!(batch.is_empty() && settings.rows().is_empty() && account.list.is_empty());
    }
    // One of a later version is kept and handed on.
    let later = SettingRow { key: [[250].as_slice(), &[1; 32]].concat(), at: 1, by: DeviceId([1; 32]), value: vec![0] };
    assert_eq!(take(&mut settings, &mut account, later.clone()), Ok(true));
    assert_eq!(settings.rows(), [later]);
}

#[test]
fn an_archived_chat_comes_back_with_news_unless_it_is_quiet() {
    let away = ListState { archived: 100, ..ListState::default() };
    assert!(away.is_archived(None, 500) && away.is_archived(Some(100), 500));
    assert!(!away.is_archived(Some(101), 500));
    let quiet = ListState { muted_until: 600, ..away };
    assert!(quiet.is_archived(Some(101), 500) && quiet.is_muted(599));
    assert!(!quiet.is_archived(Some(101), 600), "when the quiet is over it comes back");
}

proptest! {
    /// Own devices agree whatever the order.
    #[test]
    fn any_order_gives_the_same_settings(
        changes in proptest::collection::vec((0u8..4, 0u64..6, 0u8..3, 0u64..9), 1..40),
        seed in any::<u64>(),
    ) {
        let rows: Vec<SettingRow> = changes
            .iter()
            .map(|(chat, at, by, value)| row(Key::Muted(ChatId([*chat; 32])), *at, *by, &Value::Number(*value)))
            .collect();
        // One device sets a register once at a time: of doubles the first stands for all.
        let mut unique = std::collections::BTreeMap::new();
        for row in rows {
            unique.entry((row.key.clone(), row.at, row.by)).or_insert(row);
        }
        let rows: Vec<SettingRow> = unique.into_values().collect();
        let mut shuffled = rows.clone();
        let mut state = seed;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let run = |rows: Vec<SettingRow>| {
            let (mut settings, mut account) = (Settings::default(), account());
            for row in rows {
                take(&mut settings, &mut account, row).unwrap();
            }
            (settings.rows(), account.list)
        };
        prop_assert_eq!(run(rows), run(shuffled));
    }
}
