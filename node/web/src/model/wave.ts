// A waveform as the node gives it: one digit to the base of 32 a level.

const MOST = 64;
const LOUDEST = 31;

/** Levels from 0 to 1. What is no level is silent. */
export function levels(peaks: string): number[] {
  return [...peaks.slice(0, MOST)].map((digit) => {
    const level = Number.parseInt(digit, 32);
    return Number.isNaN(level) ? 0 : level / LOUDEST;
  });
}
