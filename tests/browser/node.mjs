// A node of its own beside the demo's, made by the command line as a person would. Ends with `stop`.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';

const program = `${process.env.CHAPPE_BIN}/chappe`;

export class Node {
  static async make(name) {
    const data = await mkdtemp(`${tmpdir()}/chappe-browser-node.`);
    const relays = await Promise.all([1, 2, 3, 4].map((n) => readFile(`${process.env.DEMO_DATA}/relay${n}.out`, 'utf8')));
    const addresses = relays.map((text) => text.split('\n')[0]);
    execFileSync(program, ['--data', `${data}/node`, 'init', '--name', name, '--relay', ...addresses]);
    const running = spawn(program, ['--data', `${data}/node`, 'run', '--api', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface({ input: running.stdout })) {
      const link = /http:\/\/\S+\/login\?token=\w+/.exec(line);
      if (link) return new Node(data, running, link[0]);
    }
    throw new Error(`the node of ${name} printed no link`);
  }

  constructor(data, running, link) {
    this.data = data;
    this.running = running;
    this.link = link;
  }

  async stop() {
    const ended = once(this.running, 'exit');
    this.running.kill('SIGTERM');
    await ended;
    await rm(this.data, { recursive: true, force: true });
  }
}
