/** How often a line is printed where it cannot be replaced by the next, in milliseconds. */
const everyMs = 15_000;

/** A line on standard error that tells how far something is: on a terminal always the last one, elsewhere now and then. */
export class Progress {
  readonly #total: number;
  readonly #since = performance.now();
  #told = performance.now();
  #isOpen = false;

  /** @param total how much there is to do */
  constructor(total: number) {
    this.#total = total;
  }

  /** @param more what else there is to say of what has been done so far */
  tell(done: number, more: string): void {
    const now = performance.now();
    const { isTTY, columns } = process.stderr;
    if (!isTTY && now - this.#told < everyMs && done < this.#total) return;
    this.#told = now;
    const left = done === 0 ? undefined : ((now - this.#since) / done) * (this.#total - done);
    const text = `${bar(done / this.#total)} ${done}/${this.#total}  ${more}${left === undefined ? '' : `  ${clock(left)} left`}`;
    this.#isOpen = isTTY;
    process.stderr.write(isTTY ? `\r\u001b[K${text.slice(0, columns - 1)}` : `${text}\n`);
  }

  /** Lets a line that goes on stand as it is. */
  end(): void {
    if (this.#isOpen) process.stderr.write('\n');
    this.#isOpen = false;
  }
}

const bar = (share: number): string => '█'.repeat(Math.round(share * 20)).padEnd(20, '·');

const clock = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;
