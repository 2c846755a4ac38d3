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
export const StickerIcon = () => (
  <Icon><path d="M13 20H8a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4h8a4 4 0 0 1 4 4v5l-7 7zM13 20v-3.500a3.500 3.500 0 0 1 3.500-3.500H20M9 9.500v.01M15 9.500v.01" /></Icon>
);
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
export const EyeIcon = () => <Icon><path d="M2.500 12C5 7.500 8.300 5.500 12 5.500s7 2 9.500 6.500c-2.500 4.500-5.800 6.500-9.500 6.500S5 16.500 2.500 12z" /><circle cx="12" cy="12" r="2.800" /></Icon>;
export const CodeIcon = () => <Icon><path d="M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M8.500 8.500h2.500v2.500H8.500zM14 14h1.500v1.500M14 9.500h1.500M9.500 14v1.500" /></Icon>;
export const DownloadIcon = () => <Icon><path d="M12 4v11M7 10.500l5 5 5-5M5 20h14" /></Icon>;
export const TimerIcon = () => <Icon><circle cx="12" cy="13.500" r="7" /><path d="M12 10v3.500l2.500 1.500M9.500 3.500h5" /></Icon>;
export const PlusIcon = () => <Icon><path d="M12 5v14M5 12h14" /></Icon>;
export const DownIcon = () => <Icon><path d="M5 9l7 7 7-7" /></Icon>;
export const LockIcon = () => (
  <Icon><rect x="5" y="10.500" width="14" height="9.500" rx="2" /><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500" /></Icon>
);
export const MenuIcon = () => <Icon><path d="M4 7h16M4 12h16M4 17h16" /></Icon>;
export const ContactsIcon = () => (
  <Icon><circle cx="12" cy="8" r="3.700" /><path d="M4.500 20c.5-4 3.500-6.200 7.500-6.200s7 2.200 7.500 6.200" /></Icon>
);
export const SettingsIcon = () => (
  <Icon><path d="M4 7h9M17 7h3M4 17h3M11 17h9" /><circle cx="15" cy="7" r="2" /><circle cx="9" cy="17" r="2" /></Icon>
);
export const KeysIcon = () => (
  <Icon><rect x="3" y="6.500" width="18" height="11" rx="2" /><path d="M7 10.500h.01M11 10.500h.01M15 10.500h.01M8 14h8" /></Icon>
);
export const MoreIcon = () => <Icon><path d="M12 5.500v.01M12 12v.01M12 18.500v.01" stroke-width="2.800" /></Icon>;
export const CopyIcon = () => (
  <Icon><rect x="9" y="9" width="11" height="11" rx="2" /><path d="M5.500 15H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v.5" /></Icon>
);
export const CheckIcon = () => <Icon><path d="M5 12.500l4.500 4.500L19 7.500" /></Icon>;
export const InfoIcon = () => <Icon><circle cx="12" cy="12" r="8.500" /><path d="M12 11v5M12 8v.01" /></Icon>;
export const CalendarIcon = () => (
  <Icon><rect x="4" y="5.500" width="16" height="14.500" rx="2" /><path d="M4 10h16M8.500 3.500v3.500M15.500 3.500v3.500" /></Icon>
);
export const SmileIcon = () => (
  <Icon><circle cx="12" cy="12" r="8.500" /><path d="M8.500 14c1.800 2.600 5.200 2.600 7 0M9 9.500v.01M15 9.500v.01" /></Icon>
);
export const BellIcon = () => (
  <Icon><path d="M6.500 16.500V11a5.500 5.500 0 0 1 11 0v5.500l1.500 1.500h-14zM10 20.500h4" /></Icon>
);
export const PaletteIcon = () => (
  <Icon><path d="M12 3.500a8.500 8.500 0 1 0 0 17c1.500 0 2-1 1.500-2.200-.6-1.400.3-2.800 1.900-2.800H18c1.500 0 2.500-1.300 2.500-3C20.500 7 16.700 3.500 12 3.500zM8 11v.01M11 7.500v.01M15.500 8.500v.01" /></Icon>
);
export const GlobeIcon = () => (
  <Icon><circle cx="12" cy="12" r="8.500" /><path d="M3.500 12h17M12 3.500c3 3 3 14 0 17M12 3.500c-3 3-3 14 0 17" /></Icon>
);
export const SafeIcon = () => (
  <Icon><path d="M4 5h16v14H4zM7 19v2M17 19v2M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6M12 9v-1.5M15 12h1.5" /></Icon>
);
export const DiskIcon = () => (
  <Icon><ellipse cx="12" cy="6.500" rx="7" ry="2.800" /><path d="M5 6.500v11c0 1.500 3 2.800 7 2.800s7-1.300 7-2.800v-11M5 12c0 1.500 3 2.800 7 2.800s7-1.300 7-2.800" /></Icon>
);
export const BugIcon = () => (
  <Icon><rect x="8" y="8" width="8" height="11" rx="4" /><path d="M9.500 8a2.500 2.500 0 0 1 5 0M4 13h4M16 13h4M5 8.500l3 1.500M19 8.500l-3 1.500M5 18.500l3-1.500M19 18.500l-3-1.500" /></Icon>
);
export const ClipIcon = () => <Icon><path d="M20 11.500l-8.200 8.200a5 5 0 0 1-7.100-7.100l8.700-8.700a3.400 3.400 0 0 1 4.800 4.800l-8.700 8.700a1.700 1.700 0 0 1-2.400-2.400l8-8" /></Icon>;
export const MicIcon = () => (
  <Icon><rect x="9" y="3.500" width="6" height="10.500" rx="3" /><path d="M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3" /></Icon>
);
export const FileIcon = () => <Icon><path d="M6 3.500h8l4.500 4.500v12.500H6zM14 3.500V8h4.500" /></Icon>;
export const PollIcon = () => <Icon><path d="M5 20V10M12 20V4M19 20v-7" stroke-width="3" /></Icon>;
export const ListIcon = () => <Icon><path d="M9 6.500h11M9 12h11M9 17.500h11M4.500 6.500v.01M4.500 12v.01M4.500 17.500v.01" /></Icon>;
export const HourglassIcon = () => <Icon><path d="M7 4h10M7 20h10M8 4v3.500l4 4.500 4-4.500V4M8 20v-3.500l4-4.500 4 4.500V20" /></Icon>;
export const PauseIcon = () => <Icon><path d="M9 6v12M15 6v12" /></Icon>;
export const PlayIcon = () => <Icon><path d="M8 5.500v13l10-6.500z" /></Icon>;
export const PenIcon = () => <Icon><path d="M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19 4 20zM13.500 7l3.500 3.500" /></Icon>;
export const BroomIcon = () => <Icon><path d="M14 3.500 11 11M7.500 11h8l2 9H5.500zM9.500 20l.5-3.500M13.500 20l-.5-3.500" /></Icon>;
export const TrashIcon = () => <Icon><path d="M5 7h14M9.500 7V4.500h5V7M7 7l1 13h8l1-13" /></Icon>;
export const ForwardIcon = () => <Icon><path d="M9 5l7 7-7 7" /></Icon>;
export const LeaveIcon = () => <Icon><path d="M14 4.500H6.500a1.500 1.500 0 0 0-1.500 1.500v12a1.500 1.500 0 0 0 1.500 1.500H14M10 12h10M16.500 8.500L20 12l-3.500 3.500" /></Icon>;
export const PinIcon = () => <Icon><path d="M9 4h6l-.5 6 3 3.500H6.500l3-3.500zM12 13.500V20" /></Icon>;
export const BellOffIcon = () => (
  <Icon><path d="M8 8.500A5.500 5.500 0 0 1 17.500 11v4M6.500 11v5.500L5 18h12M10 20.500h4M4 4l16 16" /></Icon>
);
export const ArchiveIcon = () => <Icon><path d="M4 5h16v4H4zM5.500 9v10.500h13V9M10 13h4" /></Icon>;
export const FolderIcon = () => <Icon><path d="M3.500 7a1.500 1.500 0 0 1 1.500-1.500h4l2 2.500h8a1.500 1.500 0 0 1 1.500 1.500V17a1.500 1.500 0 0 1-1.500 1.500H5A1.500 1.500 0 0 1 3.500 17z" /></Icon>;
export const BlockIcon = () => <Icon><circle cx="12" cy="12" r="8.500" /><path d="M6 6l12 12" /></Icon>;
export const DevicesIcon = () => (
  <Icon><rect x="3" y="5" width="13" height="10" rx="1.500" /><path d="M7 19h5M9.500 15v4" /><rect x="16" y="9.500" width="5" height="9.500" rx="1.200" /></Icon>
);
export const ShieldIcon = () => <Icon><path d="M12 3.500l7 2.500v5.500c0 4.500-3 7.500-7 9-4-1.500-7-4.500-7-9V6zM9 12l2.200 2.200L15 10" /></Icon>;
export const ReplyIcon = () => <Icon><path d="M10 6l-6 6 6 6M4 12h9c4 0 6.500 2 7 6" /></Icon>;
export const SendOnIcon = () => <Icon><path d="M14 6l6 6-6 6M20 12h-9c-4 0-6.500 2-7 6" /></Icon>;
