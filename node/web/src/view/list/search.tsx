// The field above the chats. What is found is drawn by chats.tsx.
import { useRef } from 'preact/hooks';
import { searchIn } from '../../app/search';
import { query } from '../../app/select';
import { search } from '../../app/store';
import { t } from '../../i18n/texts';
import { IconButton } from '../parts/button';
import { CloseIcon, SearchIcon } from '../parts/icons';

const FIELD = 'search';

export function focusSearch(): void {
  const field = document.getElementById(FIELD);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

export function Search({ onEnter }: { onEnter: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && (query.value !== '' || searchIn.value !== undefined)) {
      search('');
      searchIn.value = undefined;
      event.stopPropagation();
    } else if (event.key === 'Enter') {
      onEnter();
    }
  };
  return (
    <div class="search">
      <SearchIcon />
      <input
        ref={field}
        id={FIELD}
        type="text"
        placeholder={t('search')}
        aria-label={t('search-label')}
        autocomplete="off"
        spellcheck={false}
        value={query.value}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {query.value !== '' && (
        <IconButton
          class="small"
          label={t('search-clear')}
          onClick={() => {
            search('');
            field.current?.focus();
          }}
        >
          <CloseIcon />
        </IconButton>
      )}
    </div>
  );
}
