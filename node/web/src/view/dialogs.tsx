// Which dialog is open. A new one is a kind in model/state.ts and a line here.
import { useComputed } from '@preact/signals';
import { state } from '../app/store';
import { ShortcutsDialog } from './shortcuts';
import { SafetyDialog } from './info/safety';
import { ThemeDialog } from './screens/themes';
import { DateDialog } from './timeline/date';
import { TruthDialog } from './timeline/truth';

export function DialogHost() {
  const dialog = useComputed(() => state.value.dialog).value;
  switch (dialog?.kind) {
    case 'truth':
      return <TruthDialog key={dialog.message} id={dialog.message} />;
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
