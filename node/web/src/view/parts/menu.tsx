// A menu beside a button or at a point: arrows move, letters find, Esc and a click elsewhere close it.
import type { ComponentChildren } from 'preact';
import { createPortal } from 'preact/compat';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: ComponentChildren;
  readonly danger?: boolean;
  readonly run: () => void;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** It is the lower edge: the menu stands above it. */
  readonly up?: boolean;
}

interface MenuProps {
  label: string;
  items: readonly MenuItem[];
  /** The corner at which it opens, in the window. */
  at: Point;
  onClose: () => void;
}

/** Pixels that stay between a menu and the window's edge. */
const EDGE = 6;

export function Menu({ label, items, at, onClose }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = box.current;
    if (!place) return;
    const { width, height } = place.getBoundingClientRect();
    place.style.left = `${Math.max(EDGE, Math.min(at.x, innerWidth - width - EDGE))}px`;
    const top = at.up ? at.y - height : at.y;
    place.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
  }, [at.x, at.y, at.up]);
  // Before it is painted: whoever opened it by a key may press the next one already.
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const elsewhere = (event: Event) => {
      const { target } = event;
      // The button that opened it closes it by itself.
      if (target instanceof Element && !box.current?.contains(target) && !target.closest('[aria-expanded="true"]')) onClose();
    };
    document.addEventListener('pointerdown', elsewhere, true);
    return () => {
      document.removeEventListener('pointerdown', elsewhere, true);
      // What an item opened keeps the focus; otherwise it goes back.
      if (before instanceof HTMLElement && box.current?.contains(document.activeElement)) before.focus();
    };
  }, []);
  // Not where it was asked for: a virtual list would be its frame.
  const over = document.querySelector('main') ?? document.body;
  return createPortal(
    <div ref={box} class="menu" role="menu" aria-label={label} onKeyDown={(event) => onKey(event, onClose)}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={item.danger ? 'danger' : undefined}
          onClick={() => {
            onClose();
            item.run();
          }}
        >
          {item.icon}
          <span>{item.label}</span>
        </button>
      ))}
    </div>,
    over,
  );
}

function onKey(event: KeyboardEvent, onClose: () => void) {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role="menuitem"]')];
  const at = items.findIndex((item) => item === document.activeElement);
  const to = target(event.key, at, items);
  if (to !== undefined) items[to]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') onClose();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function target(key: string, at: number, items: HTMLElement[]): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % items.length;
    case 'ArrowUp':
      return (at - 1 + items.length) % items.length;
    case 'Home':
      return 0;
    case 'End':
      return items.length - 1;
    default:
      return undefined;
  }
}

/** The corner of a menu that hangs below a button. */
export function below(button: Element): Point {
  const { left, right, bottom } = button.getBoundingClientRect();
  return { x: document.documentElement.dir === 'rtl' ? right : left, y: bottom + 4 };
}

/** The corner of a menu that stands above a button. */
export function above(button: Element): Point {
  const { left, top } = button.getBoundingClientRect();
  return { x: left, y: top - 4, up: true };
}
