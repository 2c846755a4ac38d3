// The left column: the chats, or a screen over them.
import { route } from '../app/select';
import { CHATS } from '../model/route';
import { ChatList } from './list/chats';
import { Screen, screenOf } from './screens/registry';

export function LeftColumn() {
  const { pane } = route.value;
  const screen = pane === CHATS ? undefined : screenOf(pane);
  return <div class="left">{screen ? <Screen key={screen.path} screen={screen} /> : <ChatList />}</div>;
}
