// Debian's Chromium, without anything that talks to the world by itself.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that beeps, without a question.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // A page out of a folder (CHAPPE_PAGE) counts as one from elsewhere, which may not speak to this machine.
  ...(process.env.CHAPPE_PAGE ? ['--disable-features=LocalNetworkAccessChecks'] : []),
];

/** `more`: flags beside those. */
export function launch(...more) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...FLAGS, ...more] });
}
