/** One line that says what is being done, on a terminal; nothing elsewhere. */
const { stderr } = process;
const shows = stderr.isTTY && process.env.TERM !== 'dumb';

const seconds = (ms) => {
  const s = Math.round(ms / 1000);
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
};

export class Progress {
  #total;
  #done = 0;
  #start = performance.now();

  constructor(total) {
    this.#total = total;
  }

  tell(text) {
    if (!shows) return;
    const left =
      this.#done === 0
        ? ''
        : `, about ${seconds(((performance.now() - this.#start) / this.#done) * (this.#total - this.#done))} left`;
    const line = `[${this.#done + 1}/${this.#total}${left}] ${text}`;
    stderr.write(`\r\u001B[2K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
  }

  /** One more is done. */
  step() {
    this.#done++;
    this.clear();
  }

  clear() {
    if (shows) stderr.write('\r\u001B[2K');
  }

  /** How long it all took. */
  get spent() {
    return seconds(performance.now() - this.#start);
  }
}
