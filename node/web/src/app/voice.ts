// Recording a voice message: the microphone, how loud it is, what came of it.
import { signal } from '@preact/signals';
import { compose } from './messages';
import { modes } from './select';
import { sendVoice as hand } from './files';
import { attempt } from './store';

export interface Recording {
  readonly chat: string;
  /** `asking`: the browser asks for the microphone; `on`: it records; `review`: one can listen before it goes. */
  readonly state: 'asking' | 'on' | 'review';
  /** Milliseconds. */
  readonly length: number;
  /** How loud it was lately, 0 to 1, the newest last. */
  readonly levels: readonly number[];
  /** A finger holds the button: letting go sends. */
  readonly held: boolean;
  readonly url?: string;
}

export const recording = signal<Recording | undefined>(undefined);
export const canRecord = (): boolean => 'MediaRecorder' in window && navigator.mediaDevices !== undefined;

/** Between two looks at the loudness. */
const LOOK = 100;
const LEVELS = 40;
/** As the node allows. */
const LONGEST = 3_600_000;
const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus'];

interface Machine {
  readonly recorder: MediaRecorder;
  readonly blob: Promise<Blob>;
  readonly end: () => void;
}

let machine: Machine | undefined;
let turn = 0;

const change = (part: Partial<Recording>) => {
  if (recording.value) recording.value = { ...recording.value, ...part };
};

export async function record(chat: string, held: boolean): Promise<void> {
  if (recording.value) return;
  turn += 1;
  const mine = turn;
  recording.value = { chat, state: 'asking', length: 0, levels: [], held };
  const stream = await attempt(navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } }));
  if (mine !== turn) return stream?.getTracks().forEach((track) => track.stop());
  if (!stream) {
    recording.value = undefined;
    return;
  }
  machine = start(stream);
  change({ state: 'on' });
}

/** Records from now on. */
function start(stream: MediaStream): Machine {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { ...(mimeType !== undefined && { mimeType }), audioBitsPerSecond: 32_000 });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const blob = new Promise<Blob>((done) => {
    recorder.onstop = () => done(new Blob(pieces, { type: recorder.mimeType }));
  });
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const begun = performance.now();
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const level = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const length = performance.now() - begun;
    change({ length, levels: [...(recording.value?.levels ?? []), Math.min(1, level)].slice(-LEVELS) });
    if (length >= LONGEST) void review();
  }, LOOK);
  recorder.start(1000);
  const end = () => {
    clearInterval(timer);
    if (recorder.state !== 'inactive') recorder.stop();
    stream.getTracks().forEach((track) => track.stop());
    // What was listened to and then sent ends twice.
    if (context.state !== 'closed') void context.close();
  };
  return { recorder, blob, end };
}

/** The finger may go: it records on. */
export const lock = (): void => change({ held: false });

/** Stops; one can listen to it now. */
export async function review(): Promise<void> {
  if (!machine || recording.value?.state !== 'on') return;
  machine.end();
  const [mine, blob] = [turn, await machine.blob];
  if (mine === turn) change({ state: 'review', held: false, url: URL.createObjectURL(blob) });
}

function leave(): Machine | undefined {
  const left = machine;
  if (recording.value?.url) URL.revokeObjectURL(recording.value.url);
  left?.end();
  turn += 1;
  machine = undefined;
  recording.value = undefined;
  return left;
}

export function discardVoice(): void {
  leave();
}

/** Sends it, as an answer if one is being written. */
export async function sendVoice(): Promise<void> {
  const chat = recording.value?.chat;
  const left = leave();
  if (!left || chat === undefined) return;
  const mode = modes.value.get(chat);
  if (mode?.kind === 'reply') compose(chat, undefined);
  await hand(chat, await left.blob, mode?.kind === 'reply' ? { reply_to: mode.message.id } : {});
}
