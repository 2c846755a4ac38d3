// The screens of the left column. A new one: a file here, a line in SCREENS, its words in node/locales.
import type { ComponentChildren, FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { openPane } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';
import { CHATS } from '../../model/route';
import { IconButton } from '../parts/button';
import {
  BackIcon, BellIcon, BlockIcon, BugIcon, ContactsIcon, DevicesIcon, DiskIcon, DownloadIcon, FolderIcon, GlobeIcon, InfoIcon, LockIcon, PaletteIcon, SafeIcon, StatusIcon, StickerIcon,
} from '../parts/icons';
import { About } from './about';
import { Blocked } from './blocked';
import { AddContact } from './add_contact';
import { BackupScreen } from './backup';
import { Contacts } from './contacts';
import { DevicesScreen } from './devices';
import { Folders } from './folders';
import { ImportScreen } from './import';
import { InviteScreen } from './invite';
import { LanguageScreen } from './language';
import { NewChannel, NewGroup } from './new_group';
import { Notifications } from './notifications';
import { Privacy } from './privacy';
import { ProfileScreen } from './profile';
import { Relays } from './relays';
import { Report } from './report';
import { Scan } from './scan';
import { Settings } from './settings';
import { StickersScreen } from './stickers';
import { Storage } from './storage';
import { Themes } from './themes';

export interface ScreenEntry {
  /** Its place in the address; the part before the last `/` is the screen above it. */
  readonly path: string;
  readonly title: Plain;
  readonly body: FunctionComponent;
  /** Drawn beside it in the settings, for those that stand there. */
  readonly icon?: FunctionComponent;
}

/** Those below `settings/` stand there in this order. */
export const SCREENS: readonly ScreenEntry[] = [
  { path: 'contacts', title: 'contacts', body: Contacts },
  { path: 'contacts/add', title: 'contact-add', body: AddContact },
  { path: 'group', title: 'group-new', body: NewGroup },
  { path: 'channel', title: 'channel-new', body: NewChannel },
  { path: 'invite', title: 'invite', body: InviteScreen },
  { path: 'scan', title: 'scan', body: Scan },
  { path: 'settings', title: 'settings', body: Settings },
  { path: 'settings/profile', title: 'profile', body: ProfileScreen, icon: ContactsIcon },
  { path: 'settings/devices', title: 'devices', body: DevicesScreen, icon: DevicesIcon },
  { path: 'settings/backup', title: 'backup', body: BackupScreen, icon: SafeIcon },
  { path: 'settings/privacy', title: 'privacy', body: Privacy, icon: LockIcon },
  { path: 'settings/notifications', title: 'notifications', body: Notifications, icon: BellIcon },
  { path: 'settings/themes', title: 'themes', body: Themes, icon: PaletteIcon },
  { path: 'settings/language', title: 'language', body: LanguageScreen, icon: GlobeIcon },
  { path: 'settings/folders', title: 'folders', body: Folders, icon: FolderIcon },
  { path: 'settings/stickers', title: 'stickers', body: StickersScreen, icon: StickerIcon },
  { path: 'settings/blocked', title: 'blocked', body: Blocked, icon: BlockIcon },
  { path: 'settings/relays', title: 'relays', body: Relays, icon: StatusIcon },
  { path: 'settings/storage', title: 'storage', body: Storage, icon: DiskIcon },
  { path: 'settings/import', title: 'import', body: ImportScreen, icon: DownloadIcon },
  { path: 'settings/report', title: 'report', body: Report, icon: BugIcon },
  { path: 'settings/about', title: 'about', body: About, icon: InfoIcon },
];

export const screenOf = (path: string): ScreenEntry | undefined => SCREENS.find((screen) => screen.path === path);

export const below = (path: string): ScreenEntry[] =>
  SCREENS.filter((screen) => screen.path.startsWith(`${path}/`) && screen.path.lastIndexOf('/') === path.length);

/** A screen in its frame. Whoever comes by keyboard begins at its heading. */
export function Screen({ screen }: { screen: ScreenEntry }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const above = screen.path.split('/').slice(0, -1).join('/') || CHATS;
  const Body = screen.body;
  return (
    <Frame>
      <header class="bar">
        <IconButton label={t('back')} onClick={() => openPane(above)}><BackIcon /></IconButton>
        <h1 ref={heading} tabIndex={-1}>{t(screen.title)}</h1>
      </header>
      <div class="screen-body"><Body /></div>
    </Frame>
  );
}

const Frame = ({ children }: { children: ComponentChildren }) => <section class="column screen">{children}</section>;
