// Drawn here, so that nothing is fetched. All take the text's colour.
import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const BackIcon = () => <Icon><path d="M15 5l-7 7 7 7" /></Icon>;
export const CloseIcon = () => <Icon><path d="M6 6l12 12M18 6L6 18" /></Icon>;
export const SearchIcon = () => <Icon><circle cx="11" cy="11" r="6.5" /><path d="M16 16l4.5 4.5" /></Icon>;
export const SendIcon = () => <Icon><path d="M4 12l16-8-5.5 16-3-6.5L4 12zM11.5 13.5L20 4" /></Icon>;
export const AddIcon = () => (
  <Icon><circle cx="9.5" cy="8" r="3.5" /><path d="M3 20c.4-3.8 3-6 6.500-6s6.100 2.200 6.500 6M19 8v6M16 11h6" /></Icon>
);
export const InviteIcon = () => (
  <Icon>
    <path d="M10 14a4 4 0 0 0 5.700 0l3.600-3.600a4 4 0 0 0-5.700-5.700L12.500 5.800" />
    <path d="M14 10a4 4 0 0 0-5.700 0l-3.600 3.600a4 4 0 0 0 5.700 5.700l1.100-1.100" />
  </Icon>
);
export const StatusIcon = () => (
  <Icon><path d="M12 21v-8M8 21h8M5 9l3-5 8 4 3-5" /><circle cx="12" cy="12" r=".5" /></Icon>
);
export const DownIcon = () => <Icon><path d="M5 9l7 7 7-7" /></Icon>;
export const LockIcon = () => (
  <Icon><rect x="5" y="10.500" width="14" height="9.500" rx="2" /><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500" /></Icon>
);
