// One chat: its header, what was said, and the composer.
import { state, show } from '../model/store';
import { Avatar } from './avatar';
import { Composer } from './composer';
import { BackIcon, LockIcon } from './icons';
import { MessageList } from './messages';

export function ChatPane() {
  const { open, chats } = state.value;
  const chat = open === undefined ? undefined : chats.get(open);
  if (!chat) return <Nothing />;
  const contact = chat.with === undefined ? undefined : state.value.contacts.get(chat.with);
  return (
    <section class="chat" aria-label={`Chat with ${chat.title}`}>
      <header class="bar">
        <button type="button" class="icon-button back" aria-label="Back to the chats" onClick={() => show(undefined)}>
          <BackIcon />
        </button>
        <Avatar id={chat.with ?? chat.id} name={chat.title} />
        <div class="heading">
          <h1><bdi>{chat.title}</bdi></h1>
          <p class="faint">
            {chat.accepted ? 'private chat' : contact?.problem || 'waits until they accept; your messages go then'}
          </p>
        </div>
      </header>
      <MessageList key={chat.id} chat={chat} />
      <Composer key={`composer-${chat.id}`} chat={chat.id} />
    </section>
  );
}

function Nothing() {
  return (
    <section class="chat nothing" aria-label="No chat chosen">
      <div>
        <LockIcon />
        <p>Choose a chat</p>
        <p class="faint">Only you and the other person can read what is said.</p>
      </div>
    </section>
  );
}
