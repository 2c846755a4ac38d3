import type { ComponentChildren } from 'preact';

interface IconButtonProps {
  label: string;
  onClick: (event: MouseEvent) => void;
  children: ComponentChildren;
  class?: string;
  expanded?: boolean;
  pressed?: boolean;
  id?: string;
}

/** A round button with a drawing; its label is its name and its tooltip. */
export function IconButton({ label, onClick, children, expanded, pressed, id, class: more }: IconButtonProps) {
  return (
    <button
      type="button"
      id={id}
      class={`icon-button${more ? ` ${more}` : ''}`}
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
