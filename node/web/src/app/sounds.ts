// Sounds for messages: short tones made here, and what the person brought. Nothing is fetched.
import { createStore, del, get, set } from 'idb-keyval';
import { OWN_SOUNDS_MAX, SOUND_BYTES_MAX, type Sound, type Tune, isTune, ownId, soundName, soundProblem } from '../model/prefs';
import { plain } from '../model/words';
import { choose, prefs } from './prefs';

/** Hertz, when it begins, how long it sounds (seconds). */
type Tone = readonly [pitch: number, from: number, length: number];

const TONES: Readonly<Record<Tune, readonly Tone[]>> = {
  none: [],
  bell: [[1318, 0, 0.5], [2637, 0, 0.25]],
  drop: [[880, 0, 0.09], [1175, 0.07, 0.16]],
  knock: [[196, 0, 0.07], [196, 0.13, 0.07]],
  chime: [[784, 0, 0.22], [988, 0.1, 0.22], [1175, 0.2, 0.35]],
};
const LOUDNESS = 0.12;
/** A recording is as loud as it was made. */
const OWN_LOUDNESS = 0.6;

let context: AudioContext | undefined;

/** Undefined in a browser without sound. */
function audio(): AudioContext | undefined {
  if (!('AudioContext' in window)) return undefined;
  context ??= new AudioContext();
  // Before the first click browsers keep it silent; then there is no sound, and no error.
  if (context.state === 'suspended') void context.resume();
  return context;
}

export function play(sound: Sound): void {
  if (sound === 'none') return;
  const to = audio();
  if (!to) return;
  if (isTune(sound)) for (const tone of TONES[sound]) one(to, tone);
  else void playOwn(to, ownId(sound) ?? -1);
}

function one(to: AudioContext, [pitch, from, length]: Tone): void {
  const begin = to.currentTime + from;
  const oscillator = new OscillatorNode(to, { type: 'sine', frequency: pitch });
  const gain = new GainNode(to, { gain: 0 });
  gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.001, begin + length);
  oscillator.connect(gain).connect(to.destination);
  oscillator.start(begin);
  oscillator.stop(begin + length);
}

// --- What the person brought ---

const store = createStore('chappe-sounds', 'sounds');
const decoded = new Map<number, AudioBuffer>();
let playing: AudioBufferSourceNode | undefined;

async function playOwn(to: AudioContext, id: number): Promise<void> {
  let buffer = decoded.get(id);
  if (!buffer) {
    const bytes = await get<ArrayBuffer>(id, store).catch(() => undefined);
    buffer = bytes && (await to.decodeAudioData(bytes).catch(() => undefined));
    if (!buffer) return;
    decoded.set(id, buffer);
  }
  // A second message does not play over the first.
  playing?.stop();
  playing = new AudioBufferSourceNode(to, { buffer });
  playing.connect(new GainNode(to, { gain: OWN_LOUDNESS })).connect(to.destination);
  playing.start();
}

export type Refused = 'short' | 'long' | 'large' | 'none' | 'many';

/** Takes a file as a sound; why not, if not. */
export async function bring(file: File): Promise<Refused | undefined> {
  const to = audio();
  if (!to) return 'none';
  if (prefs.value.ownSounds.length >= OWN_SOUNDS_MAX) return 'many';
  if (file.size > SOUND_BYTES_MAX) return 'large';
  const bytes = await file.arrayBuffer();
  // Decoding takes the bytes away.
  const buffer = await to.decodeAudioData(bytes.slice(0)).catch(() => undefined);
  if (!buffer) return 'none';
  const problem = soundProblem(buffer.duration);
  if (problem) return problem;
  const { ownSounds } = prefs.value;
  const id = Math.max(0, ...ownSounds.map((own) => own.id)) + 1;
  await set(id, bytes, store);
  choose({ ownSounds: [...ownSounds, { id, name: plain(soundName(file.name)) }] });
  decoded.set(id, buffer);
  return undefined;
}

export async function discardSound(id: number): Promise<void> {
  choose({ ownSounds: prefs.value.ownSounds.filter((own) => own.id !== id) });
  decoded.delete(id);
  await del(id, store);
}
