// What lies over the page: one dialog at a time, closed by Esc, its button, or a click beside it.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { IconButton } from './button';
import { CloseIcon } from './icons';

export function Dialog({ title, children }: { title: string; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const close = () => openDialog(undefined);
  return (
    <dialog
      ref={box}
      aria-labelledby="dialog-title"
      onClose={close}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <IconButton label={t('close')} onClick={close}><CloseIcon /></IconButton>
        </header>
        {children}
      </div>
    </dialog>
  );
}
