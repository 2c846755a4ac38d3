// Which dialog is open. A new one is a kind in model/state.ts and a line here.
import { useComputed } from '@preact/signals';
import { state } from '../app/store';
import { PackDialog } from './content/pack';
import { PollDialog } from './composer/poll';
import { CardDialog } from './composer/card';
import { SendFilesDialog } from './composer/send_files';
import { ShortcutsDialog } from './shortcuts';
import { AddMembersDialog } from './info/add_members';
import { GroupDialog } from './info/group_settings';
import { LeaveDialog } from './info/leave';
import { ClearDialog } from './list/clear';
import { DeleteChatDialog } from './list/delete_chat';
import { MemberDialog } from './info/member';
import { SafetyDialog } from './info/safety';
import { DropRelayDialog } from './screens/relays';
import { ThemeDialog } from './screens/themes';
import { DateDialog } from './timeline/date';
import { DeleteDialog } from './timeline/delete';
import { ForwardDialog } from './timeline/forward';
import { MissingDialog } from './timeline/missing';
import { OnceDialog } from './timeline/once';
import { ReactedDialog, ReadersDialog } from './timeline/people';
import { PictureDialog } from './timeline/picture';
import { PinsDialog } from './timeline/pinned';
import { ProofDialog } from './timeline/proof';
import { ReactDialog } from './timeline/react';
import { TopicDialog } from './timeline/topics';
import { TruthDialog } from './timeline/truth';
import { VotesDialog } from './timeline/votes';
import { WordingsDialog } from './timeline/wordings';

export function DialogHost() {
  const dialog = useComputed(() => state.value.dialog).value;
  switch (dialog?.kind) {
    case 'truth':
      return <TruthDialog key={dialog.message} id={dialog.message} />;
    case 'forward':
      return <ForwardDialog messages={dialog.messages} />;
    case 'delete':
      return <DeleteDialog messages={dialog.messages} />;
    case 'react':
      return <ReactDialog message={dialog.message} />;
    case 'once':
      return <OnceDialog message={dialog.message} />;
    case 'member':
      return <MemberDialog chat={dialog.chat} user={dialog.user} />;
    case 'group':
      return <GroupDialog chat={dialog.chat} />;
    case 'add-members':
      return <AddMembersDialog chat={dialog.chat} />;
    case 'leave':
      return <LeaveDialog chat={dialog.chat} />;
    case 'delete-chat':
      return <DeleteChatDialog key={dialog.chat} chat={dialog.chat} />;
    case 'clear':
      return <ClearDialog key={dialog.chat} chat={dialog.chat} />;
    case 'topic':
      return <TopicDialog key={dialog.topic ?? 'new'} chat={dialog.chat} topic={dialog.topic} />;
    case 'files':
      return <SendFilesDialog chat={dialog.chat} files={dialog.files} />;
    case 'poll':
      return <PollDialog chat={dialog.chat} />;
    case 'pins':
      return <PinsDialog chat={dialog.chat} />;
    case 'wordings':
      return <WordingsDialog key={dialog.message} id={dialog.message} />;
    case 'reacted':
      return <ReactedDialog key={dialog.message} id={dialog.message} />;
    case 'readers':
      return <ReadersDialog key={dialog.message} id={dialog.message} />;
    case 'missing':
      return <MissingDialog chat={dialog.chat} />;
    case 'votes':
      return <VotesDialog key={dialog.message} id={dialog.message} />;
    case 'proof':
      return <ProofDialog message={dialog.message} />;
    case 'card':
      return <CardDialog chat={dialog.chat} />;
    case 'drop-relay':
      return <DropRelayDialog relay={dialog.relay} />;
    case 'stickers':
      return <PackDialog key={dialog.link} link={dialog.link} />;
    case 'picture':
      return <PictureDialog id={dialog.message} />;
    case 'shortcuts':
      return <ShortcutsDialog />;
    case 'date':
      return <DateDialog chat={dialog.chat} />;
    case 'theme':
      return <ThemeDialog code={dialog.code} />;
    case 'safety':
      return <SafetyDialog user={dialog.user} />;
    case undefined:
      return null;
  }
}
