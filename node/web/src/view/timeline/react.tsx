// A few reactions that most people want.
import type { Message } from '../../api/types';
import { react } from '../../app/messages';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { Dialog } from '../parts/dialog';

const COMMON = ['👍', '❤️', '🔥', '😂', '😮', '😢', '🎉', '🙏', '👎', '🤔', '👀', '🦀'];

export function ReactDialog({ message }: { message: Message }) {
  const mine = new Set((message.reactions ?? []).filter((reaction) => reaction.mine).map((reaction) => reaction.emoji));
  const choose = (emoji: string) => {
    openDialog(undefined);
    void react(message, emoji);
  };
  return (
    <Dialog title={t('message-react')}>
      <div class="react-row">
        {COMMON.map((emoji) => (
          <button key={emoji} type="button" aria-pressed={mine.has(emoji)} onClick={() => choose(emoji)}>{emoji}</button>
        ))}
      </div>
    </Dialog>
  );
}
