// Which chats the list shows: all, those of a folder, or what is put away. Nothing to choose: nothing is drawn.
import { archived, folders, shelf } from '../../app/select';
import { chooseShelf } from '../../app/store';
import { t } from '../../i18n/texts';

export function Shelves() {
  if (folders.value.length === 0 && !archived.value) {
    if (shelf.value !== 'all') chooseShelf('all');
    return null;
  }
  return (
    <div class="shelves" role="group" aria-label={t('shelves')}>
      <Shelf id="all" name={t('shelf-all')} />
      {folders.value.map(({ id, name }) => <Shelf key={id} id={id} name={name} />)}
      {archived.value && <Shelf id="archive" name={t('shelf-archive')} />}
    </div>
  );
}

function Shelf({ id, name }: { id: string; name: string }) {
  return (
    <button type="button" aria-pressed={shelf.value === id} onClick={() => chooseShelf(id)}><bdi>{name}</bdi></button>
  );
}
