// Short tones, made here: nothing is fetched.
import type { Sound } from '../model/prefs';

/** Hertz, when it begins, how long it sounds (seconds). */
type Tone = readonly [pitch: number, from: number, length: number];

const TONES: Readonly<Record<Sound, readonly Tone[]>> = {
  none: [],
  bell: [[1318, 0, 0.5], [2637, 0, 0.25]],
  drop: [[880, 0, 0.09], [1175, 0.07, 0.16]],
  knock: [[196, 0, 0.07], [196, 0.13, 0.07]],
  chime: [[784, 0, 0.22], [988, 0.1, 0.22], [1175, 0.2, 0.35]],
};
const LOUDNESS = 0.12;

let context: AudioContext | undefined;

export function play(sound: Sound): void {
  if (TONES[sound].length === 0 || !('AudioContext' in window)) return;
  context ??= new AudioContext();
  // Before the first click browsers keep it silent; then there is no sound, and no error.
  if (context.state === 'suspended') void context.resume();
  for (const tone of TONES[sound]) one(context, tone);
}

function one(audio: AudioContext, [pitch, from, length]: Tone): void {
  const begin = audio.currentTime + from;
  const oscillator = new OscillatorNode(audio, { type: 'sine', frequency: pitch });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.001, begin + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(begin);
  oscillator.stop(begin + length);
}
