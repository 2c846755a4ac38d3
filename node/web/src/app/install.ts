// Installing the page as an app, where the browser offers that.
import { signal } from '@preact/signals';

/** Chromium's event; others install from their own menus. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

/** Installs; undefined while the browser does not offer it. */
export const install = signal<(() => void) | undefined>(undefined);

export function awaitInstall(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    install.value = () => void (event as InstallEvent).prompt();
  });
  window.addEventListener('appinstalled', () => {
    install.value = undefined;
  });
}
