// Nodes beside the demo's, made by the command line as a person would: a new one, or a device linked to another.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const program = `${process.env.CHAPPE_BIN}/chappe`;
const relayProgram = `${process.env.CHAPPE_BIN}/chappe-relay`;
const folder = () => mkdtemp(`${tmpdir()}/chappe-browser-node.`);

/** Full addresses of the demo's relays. */
export async function relays() {
  const texts = await Promise.all([1, 2, 3, 4].map((n) => readFile(`${process.env.DEMO_DATA}/relay${n}.out`, 'utf8')));
  return texts.map((text) => text.split('\n')[0]);
}

export class Node {
  /** A new identity. `words` are its 24 words. */
  static async make(name) {
    const data = await folder();
    const init = ['--data', `${data}/node`, '--json', 'init', '--name', name, '--relay', ...(await relays())];
    const made = JSON.parse(execFileSync(program, init, { encoding: 'utf8' }));
    const words = Array.isArray(made.words) ? made.words.join(' ') : made.words;
    return Node.run(data, words);
  }

  /** The same identity on a new machine, from its words alone; the relays may hear of a backup a moment later. */
  async restore() {
    for (let tries = 0; tries < 60; tries += 1) {
      const data = await folder();
      const args = ['--data', `${data}/node`, '--json', 'restore', '--replace', '--relay', ...(await relays())];
      const found = JSON.parse(execFileSync(program, args, { encoding: 'utf8', input: this.words, stdio: ['pipe', 'pipe', 'ignore'] }));
      if (found.messages > 0) return Node.run(data, this.words);
      await rm(data, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error('no backup was found');
  }

  /** A new device of somebody, by the code that their page shows; resolves once they confirmed it. */
  static async join(code, name) {
    const data = await folder();
    await promisify(execFile)(program, ['--data', `${data}/node`, 'link', code, '--name', name]);
    return Node.run(data, undefined);
  }

  /** A machine without a node: its page makes one. */
  static async first() {
    return Node.run(await folder(), undefined, ['--first']);
  }

  static async run(data, words, more = ['--api', '127.0.0.1:0']) {
    const running = spawn(program, ['--data', `${data}/node`, 'run', ...more], { stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface({ input: running.stdout })) {
      const link = /http:\/\/\S+\/login\?token=\w+/.exec(line);
      if (link) return new Node(data, running, link[0], words);
    }
    throw new Error('the node printed no link');
  }

  constructor(data, running, link, words) {
    Object.assign(this, { data, running, link, words });
  }

  async stop() {
    const ended = once(this.running, 'exit');
    this.running.kill('SIGTERM');
    await ended;
    await rm(this.data, { recursive: true, force: true });
  }
}

/** A relay of one's own, beside those of the demo. */
export class Relay {
  static async make() {
    const data = await folder();
    const args = ['--data', `${data}/relay`];
    const running = spawn(relayProgram, [...args, 'run', '--listen', '/ip4/127.0.0.1/tcp/0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    // Once it answers it says where.
    for await (const line of createInterface({ input: running.stdout })) {
      if (!line.includes('/p2p/')) continue;
      const link = execFileSync(relayProgram, [...args, 'link'], { encoding: 'utf8' }).trim();
      return new Relay(data, running, link);
    }
    throw new Error('the relay printed no address');
  }

  constructor(data, running, link) {
    Object.assign(this, { data, running, link });
  }

  async stop() {
    const ended = once(this.running, 'exit');
    this.running.kill('SIGTERM');
    await ended;
    await rm(this.data, { recursive: true, force: true });
  }
}
