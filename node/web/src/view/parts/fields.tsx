// Switches and choices of the screens.
import type { ComponentChildren } from 'preact';

export function Switch({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label class="switch">
      <span>{label}</span>
      <input type="checkbox" role="switch" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
    </label>
  );
}

interface ChoiceProps {
  /** The name of the group of radio buttons. */
  name: string;
  value: string;
  chosen: string;
  onChoose: (value: string) => void;
  children: ComponentChildren;
}

export function Choice({ name, value, chosen, onChoose, children }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)} />
      <span>{children}</span>
    </label>
  );
}
